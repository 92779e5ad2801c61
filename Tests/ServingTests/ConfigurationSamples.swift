import Foundation
import TestSupport
import Testing

@testable import Serving

/// The three ways in which a key can be set.
enum Way: CaseIterable {
    case flag, environment, file
}

/// Random settings that go together, written in any way.
struct ConfigurationSamples {
    let folder: ScratchFolder
    private var random: SplitMix64

    init(seed: UInt64) throws {
        folder = try ScratchFolder()
        random = SplitMix64(seed: seed)
        try write("-----BEGIN CERTIFICATE-----\n", to: "pem")
        try write("token-in-a-file\n", to: "token")
    }

    /// Writes a file that nobody else can read.
    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        let path = try folder.write(text, to: name)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        return path
    }

    /// A text that fits each key; nil where the key is one that these settings leave alone.
    mutating func texts() -> [String: String] {
        let isEncrypted = Bool.random(using: &random)
        let hasFolder = Bool.random(using: &random)
        var texts: [String: String] = [:]
        for key in ConfigurationKey.all {
            switch key.name {
            case "listen.host": texts[key.name] = pick(["127.0.0.1", "::1", "localhost", "127.3.2.1", "LOCALHOST"])
            case "listen.port": texts[key.name] = pick(["0", "1", "8085", "65535"])
            case "tls.certificate", "tls.private_key", "tls.client_authorities":
                texts[key.name] = isEncrypted ? folder("pem") : "none"
            case "tokens.classify": texts[key.name] = pick(["secret", "a,b=c\\d", "\"'#:{}", "0123"])
            case "tokens.admin_file": texts[key.name] = pick([folder("token"), "none"])
            case "tokens.admin", "tokens.classify_file": break
            case "classification.ask_rules", "routing.policy", "routing.state", "routing.decisions":
                texts[key.name] = "none"
            case "models.directory": texts[key.name] = hasFolder ? "/models, \"mine\": ü/#1" : "none"
            case "models.file": texts[key.name] = hasFolder ? "none" : "a b.safetensors"
            case "classification.label_aliases":
                texts[key.name] = pick(["SIMPLE=simple,MEDIUM=complex", "a\\,b=c\\=d,\\\\=x", "yes=no,null=true", ""])
            case "routing.decisions_in_state": texts[key.name] = pick(["false", "no", "0"])
            default:
                switch key.defaultValue {
                case .flag: texts[key.name] = pick(["true", "false", "yes", "no", "1", "0"])
                case .number: texts[key.name] = pick(["1", "2.5", "0.25", "1e2", "3600"])
                case .integer: texts[key.name] = pick(["1024", "2048", "65536"])
                case .absent("auto"): texts[key.name] = pick(["1", "7", "auto"])
                case .absent: texts[key.name] = pick(["/tmp/a.sock", "none", "~/ü: x"])
                case .text: texts[key.name] = text(key)
                default: Issue.record("no sample for \(key.name): add one")
                }
            }
        }
        return texts
    }

    private mutating func text(_ key: ConfigurationKey) -> String {
        guard key.section == "log" else { return pick(["code", "on", "über, \"x\"", "- a", "12", "none", "a: b #c"]) }
        // What stands between backticks: the words that it may be.
        let parts = key.values.split(separator: "`", omittingEmptySubsequences: false)
        return pick(parts.enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) })
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &random)]
    }

    mutating func flip() -> Bool { Bool.random(using: &random) }

    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) } }

    mutating func number(below bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }

    /// Reads settings, each in the way that is given for it.
    func read(_ settings: [Way: [String: String]]) throws -> ServiceConfiguration {
        var environment: [String: String] = [:]
        for (name, text) in settings[.environment] ?? [:] {
            environment[try #require(ConfigurationKey.named(name)).environmentVariable] = text
        }
        let file = try write(try Self.yaml(settings[.file] ?? [:]), to: "tasktype.yaml")
        return try ServiceConfiguration(file: file, environment: environment, flags: settings[.flag] ?? [:])
    }

    /// A file, independent of how the program prints one.
    static func yaml(_ texts: [String: String]) throws -> String {
        var file = ""
        for section in Set(texts.keys.map { $0.split(separator: ".")[0] }).sorted() {
            file += "\(section):\n"
            for (name, text) in texts.sorted(by: { $0.key < $1.key }) where name.hasPrefix("\(section).") {
                let member = name.split(separator: ".")[1]
                if member == "label_aliases" {
                    let labels = try AliasList(text).labels
                    file += "  \(member): {"
                    file += labels.map { quoted($0) + ": " + quoted($1) }.joined(separator: ", ") + "}\n"
                } else {
                    file += "  \(member): \(quoted(text))\n"
                }
            }
        }
        return file
    }

    /// In single quotes, where YAML knows no escape but the doubled quote.
    private static func quoted(_ text: String) -> String {
        "'" + text.replacingOccurrences(of: "'", with: "''") + "'"
    }
}
