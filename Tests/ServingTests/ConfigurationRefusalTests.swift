import Foundation
import TestSupport
import Testing

@testable import Serving

@Suite struct ConfigurationRefusalTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    /// The error that reading ends in.
    private func refusal(
        file text: String? = nil, environment: [String: String] = [:], flags: [String: String] = [:]
    ) throws -> ConfigurationError {
        let file = try text.map { try folder.write($0, to: "t.yaml") }
        return try #require(throws: ConfigurationError.self) {
            try ServiceConfiguration(file: file, environment: environment, flags: flags)
        }
    }

    /// A file, the place of its fault, and what the sentence says.
    private static let files: [(text: String, place: String, parts: [String])] = [
        // Keys that do not exist, at any depth.
        ("lisen: {port: 1}\n", "1:1", ["no key `lisen`", "`listen`"]),
        ("listen:\n  port: 1\n  prot: 1\n", "3:3", ["no key `prot` in listen", "did you mean `port`"]),
        ("listen: {unixSocket: /a}\n", "1:10", ["did you mean `unix_socket`"]),
        ("port: 1\n", "1:1", ["`port` under `listen`"]),
        ("listen.port: 1\n", "1:1", ["write `port` under `listen`"]),
        ("http: {strict: true}\n", "1:8", ["`strict` under `classification`"]),
        ("xyzzy: 1\n", "1:1", ["the sections are `listen`", "`log`"]),
        ("log: {xyzzy: 1}\n", "1:7", ["its keys are `level`"]),
        ("<<: {a: 1}\n", "1:1", ["no key `<<`"]),
        ("[a]: 1\n", "1:1", ["a key must be a name"]),
        ("listen: {? {a: b} : 1}\n", "1:12", ["a key must be a name"]),
        // Values that are missing or of another kind.
        ("listen:\n  port:\n", "2:3", ["listen.port has no value"]),
        ("listen: {host: ~}\n", "1:10", ["listen.host has no value"]),
        ("listen: {host: ''}\n", "1:16", ["must be an IP address", "not empty"]),
        ("listen:\n", "1:1", ["listen has no keys below it"]),
        ("listen: 8085\n", "1:9", ["listen must hold keys"]),
        ("listen: [port]\n", "1:9", ["listen must hold keys"]),
        ("listen: {port: [1]}\n", "1:16", ["not a list"]),
        ("listen: {port: {a: 1}}\n", "1:16", ["not a mapping"]),
        ("- listen\n", "1:1", ["must be a mapping of sections"]),
        ("listen\n", "1:1", ["must be a mapping of sections"]),
        ("listen: {port: 80a}\n", "1:16", ["whole number from 0 to 65535, `none` or `off`, not `80a`"]),
        ("listen: {threads: 010}\n", "1:19", ["whole number", "not `010`"]),
        ("listen: {max_connections: 1_000}\n", "1:27", ["not `1_000`"]),
        ("classification: {strict: maybe}\n", "1:26", ["`true` or `false`, not `maybe`"]),
        ("classification: {time_limit: .inf}\n", "1:30", ["a number of seconds", "not `.inf`"]),
        ("classification: {time_limit: 2s}\n", "1:30", ["not `2s`"]),
        ("log: {level: warn}\n", "1:14", ["did you mean `warning`"]),
        ("log: {format: xml}\n", "1:15", ["`json` or `text`, not `xml`"]),
        ("models: {default: a/b}\n", "1:19", ["the name of a model"]),
        ("tokens: {classify: \"a b\"}\n", "1:20", ["visible ASCII"]),
        ("tokens: {classify: ''}\n", "1:20", ["visible ASCII"]),
        ("classification: {label_aliases: a=b}\n", "1:33", ["must be a mapping of aliases"]),
        ("classification: {label_aliases: {a: }}\n", "1:34", ["no label for the alias `a`"]),
        ("classification: {label_aliases: {a: ''}}\n", "1:34", ["no label for the alias `a`"]),
        ("classification: {label_aliases: {'': b}}\n", "1:34", ["empty alias"]),
        // Numbers out of range.
        ("listen: {port: 65536}\n", "1:16", ["from 0 to 65535"]),
        ("listen: {port: -1}\n", "1:16", ["from 0 to 65535"]),
        ("listen: {port: 99999999999999999999}\n", "1:16", ["from 0 to 65535"]),
        ("models: {watch_interval: -0.1}\n", "1:26", ["from 0 to 86400"]),
        ("classification: {batch_size: 0}\n", "1:30", ["from 1 to 65536"]),
        ("http: {body_limit: 1}\n", "1:20", ["from 1024"]),
        // What YAML itself forbids.
        ("listen:\n  port: 1\n  port: 2\n", "2:3", ["`port` more than once"]),
        ("log: {level: info}\nlog: {level: info}\n", "1:1", ["`log` more than once"]),
        ("listen:\n\tport: 1\n", "2:1", ["not valid YAML", "no tabs"]),
        ("listen: {port: 1\n", "2:1", ["not valid YAML"]),
        ("listen: \"\n", "2:1", ["not valid YAML"]),
        ("listen: *a\n", "1:9", ["undefined alias"]),
        ("listen: {}\n---\nlog: {}\n", "2:1", ["single document"]),
    ]

    @Test(arguments: files.indices)
    func `a wrong file is refused with line, column and what to do`(index: Int) throws {
        let (text, place, parts) = Self.files[index]
        let error = try refusal(file: text)
        let prefix = "\(folder("t.yaml")):\(place): "
        #expect(error.description.hasPrefix(prefix), "\(error)")
        for part in parts { #expect(error.message.contains(part), "\(error)") }
        #expect(!error.description.contains("\n"))
    }

    @Test(arguments: [
        (Data([0xFF, 0xFE, 0x41, 0x00]), "UTF-8"), (Data("a: \u{0}b".utf8), "control characters"),
        (Data(repeating: 0x20, count: 2 << 20), "more than"),
    ])
    func `a file that is no text, or too large, is refused by name`(bytes: Data, part: String) throws {
        let file = try folder.write(bytes, to: "t.yaml")
        let error = try #require(throws: ConfigurationError.self) { try ServiceConfiguration(file: file) }
        #expect(error.description.hasPrefix(file + ": "))
        #expect(error.message.contains(part), "\(error)")
    }

    @Test func `a file that is not there, or a folder, is refused by name`() throws {
        for (path, part) in [(folder("missing.yaml"), "does not exist"), (folder.path, "is a folder")] {
            let error = try #require(throws: ConfigurationError.self) { try ServiceConfiguration(file: path) }
            #expect(error.description.hasPrefix(path + ": ") && error.message.contains(part), "\(error)")
        }
    }

    @Test(arguments: [100_000, 900])
    func `nesting however deep is refused`(depth: Int) throws {
        let text = String(repeating: "{a: ", count: depth) + String(repeating: "}", count: depth)
        #expect(try refusal(file: text).description.hasPrefix(folder("t.yaml")))
    }

    @Test func `aliases of aliases cost no more than they are long`() throws {
        var text = "a0: &a0 [x, x]\n"
        for index in 1..<60 { text += "a\(index): &a\(index) [*a\(index - 1), *a\(index - 1)]\n" }
        #expect(try refusal(file: text).message.contains("no key `a0`"))
    }

    @Test(arguments: [
        ("TASKTYPE_LISTEN_PROT", "1", "did you mean TASKTYPE_LISTEN_PORT"),
        ("TASKTYPE_", "1", "no key is set"), ("TASKTYPE_PYTHONS", "1", "no key is set"),
        ("TASKTYPE_listen_port", "1", "did you mean TASKTYPE_LISTEN_PORT"),
        ("TASKTYPE_SERVICE_HOST", "10.0.0.1", "enableServiceLinks"),
        ("TASKTYPE_PORT_8085_TCP", "tcp://10.0.0.1:8085", "enableServiceLinks"),
        ("TASKTYPE_LISTEN_PORT", "", "whole number from 0 to 65535, `none` or `off`, not empty"),
        ("TASKTYPE_LISTEN_PORT", " 1", "not ` 1`"), ("TASKTYPE_LISTEN_HOST", "", "not empty"),
        ("TASKTYPE_TOKENS_CLASSIFY", "", "visible ASCII"),
        ("TASKTYPE_CLASSIFICATION_LABEL_ALIASES", "a", "`alias=label,alias=label`"),
        ("TASKTYPE_CLASSIFICATION_LABEL_ALIASES", "a=b=c", "`alias=label,alias=label`"),
        ("TASKTYPE_CLASSIFICATION_LABEL_ALIASES", "a=b,", "`alias=label,alias=label`"),
        ("TASKTYPE_CLASSIFICATION_LABEL_ALIASES", "a=", "empty label"),
        ("TASKTYPE_CLASSIFICATION_LABEL_ALIASES", "=b", "empty alias"),
        ("TASKTYPE_CLASSIFICATION_LABEL_ALIASES", "a=b,a=c", "twice"),
        ("TASKTYPE_CLASSIFICATION_LABEL_ALIASES", "a=b\\", "backslash"),
        ("TASKTYPE_CLASSIFICATION_LABEL_ALIASES", "a=\\b", "backslash"),
    ])
    func `a wrong variable is refused by name`(name: String, value: String, part: String) throws {
        let error = try refusal(environment: [name: value])
        #expect(error.source == .environment(name))
        #expect(error.description.hasPrefix("\(name): "))
        #expect(error.message.contains(part), "\(error)")
    }

    @Test func `variables of other programs and of this package's tests are left alone`() throws {
        let others = ["TASKTYPE_PYTHON": "/bin/python", "TASKTYPE_PROMTOOL": "x", "TASKTYPES": "1", "PATH": "/bin"]
        #expect(try ServiceConfiguration(environment: others) == ServiceConfiguration())
    }

    @Test func `a wrong flag is refused by name`() throws {
        let error = try refusal(flags: ["listen.max_connections": "many"])
        #expect(error.source == .flag("--listen-max-connections"))
        #expect(error.description.hasPrefix("--listen-max-connections: listen.max_connections must be"))
        #expect(try refusal(flags: ["listen.max": "1"]).message.contains("no key"))
    }

    @Test func `a wrong value is refused also where another source overrides it`() throws {
        let error = try refusal(file: "listen: {port: x}\n", flags: ["listen.port": "1"])
        #expect(error.key == "listen.port")
    }
}
