import Foundation
import TestSupport
import Testing

@testable import Serving

@Suite struct ConfigurationReadingTests {
    @Test func `without any source the defaults hold`() throws {
        let configuration = try ServiceConfiguration(file: nil, environment: [:], flags: [:])
        #expect(configuration == ServiceConfiguration())
        #expect(configuration.listen.port == 8085)
        #expect(configuration.listen.host == "127.0.0.1")
        #expect(configuration.warnings.isEmpty)
    }

    @Test(arguments: ["", "# nothing\n", "---\n", "{}\n", "\u{FEFF}# with a byte order mark\r\n"])
    func `an empty file holds the defaults`(text: String) throws {
        let folder = try ScratchFolder()
        #expect(try ServiceConfiguration(file: folder.write(text, to: "a.yaml")) == ServiceConfiguration())
    }

    @Test func `a file's values arrive where the keys say`() throws {
        let folder = try ScratchFolder()
        let file = try folder.write(
            """
            listen:
              host: ::1
              port: none        # a comment
              unix_socket: /run/tasktype.sock
              threads: auto
            models: {directory: "/var/lib/models", watch_interval: 0.5}
            classification:
              strict: yes
              label_aliases:
                SIMPLE: simple
                "COMPLEX, or so": complex
              threads: 3
            log:
              requests: all
            """, to: "tasktype.yaml")
        var expected = ServiceConfiguration()
        expected.listen.host = "::1"
        expected.listen.port = nil
        expected.listen.unixSocket = "/run/tasktype.sock"
        expected.models.directory = "/var/lib/models"
        expected.models.watchInterval = 0.5
        expected.classification.strict = true
        expected.classification.labelAliases = ["SIMPLE": "simple", "COMPLEX, or so": "complex"]
        expected.classification.threads = 3
        expected.log.requests = "all"
        #expect(try ServiceConfiguration(file: file) == expected)
    }

    @Test func `flags go before the environment, it before the file, and the file before the defaults`() throws {
        let folder = try ScratchFolder()
        let file = try folder.write("http: {body_limit: 2000, header_limit: 2000, batch: 1}\n", to: "a.yaml")
        #expect(throws: ConfigurationError.self) { try ServiceConfiguration(file: file) }
        let good = try folder.write("http: {body_limit: 2000, header_limit: 2000, drain_timeout: 2}\n", to: "b.yaml")
        let environment = ["TASKTYPE_HTTP_BODY_LIMIT": "3000", "TASKTYPE_HTTP_HEADER_LIMIT": "3000", "HOME": "/"]
        let http = try ServiceConfiguration(
            file: good, environment: environment, flags: ["http.body_limit": "4000"]
        ).http
        #expect(http.bodyLimit == 4000)
        #expect(http.headerLimit == 3000)
        #expect(http.drainTimeout == 2)
        #expect(http.idleTimeout == 75)
    }

    @Test(arguments: 0..<60)
    func `any subset of keys gives the same configuration in whichever way each is set`(seed: UInt64) throws {
        var samples = try ConfigurationSamples(seed: seed)
        let texts = samples.texts().filter { _ in samples.flip() }.consistent
        var settings: [Way: [String: String]] = [:]
        for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
            settings[samples.pick(Way.allCases), default: [:]][name] = text
        }
        let mixed = try samples.read(settings)
        for way in Way.allCases { #expect(try samples.read([way: texts]) == mixed, "seed \(seed), \(way)") }
    }

    @Test(arguments: 0..<60)
    func `a key that is set in several ways has the value of the first of flag, environment and file`(
        seed: UInt64
    ) throws {
        var samples = try ConfigurationSamples(seed: seed)
        var settings: [Way: [String: String]] = [:]
        for way in Way.allCases { settings[way] = samples.texts().filter { _ in samples.flip() } }
        var winners = settings[.file] ?? [:]
        winners.merge(settings[.environment] ?? [:]) { $1 }
        winners.merge(settings[.flag] ?? [:]) { $1 }
        // Random settings may contradict one another: then both readings must say so in the same words.
        let mixed = Result { try samples.read(settings) }
        let alone = Result { try samples.read([.flag: winners]) }
        switch (mixed, alone) {
        case (.success(let mixed), .success(let alone)): #expect(mixed == alone, "seed \(seed)")
        case (.failure(let mixed as ConfigurationError), .failure(let alone as ConfigurationError)):
            #expect(mixed.key == alone.key, "seed \(seed)")
        default: Issue.record("seed \(seed): \(mixed) is not \(alone)")
        }
    }

    @Test(arguments: 0..<40)
    func `what is printed as YAML reads back as the same configuration`(seed: UInt64) throws {
        var samples = try ConfigurationSamples(seed: seed)
        var texts = samples.texts()
        texts["tokens.classify"] = nil
        let configuration = try samples.read([.flag: texts])
        let file = try samples.write(configuration.yaml, to: "printed.yaml")
        #expect(try ServiceConfiguration(file: file) == configuration, "seed \(seed)")
        let json = try #require(
            JSONSerialization.jsonObject(with: Data(configuration.json.utf8)) as? [String: [String: Any]])
        for key in ConfigurationKey.all {
            let value = json[key.section]?[key.member]
            switch key.value(in: configuration) {
            case .integer(let number): #expect(value as? Int == number)
            case .number(let number): #expect(value as? Double == number)
            case .flag(let flag): #expect(value as? Bool == flag)
            case .text(let text): #expect(value as? String == text)
            case .mapping(let labels): #expect(value as? [String: String] == labels)
            case .absent, .unset: #expect(value is NSNull, "\(key.name)")
            case .secret: #expect(value is NSNull, "\(key.name): only its file is shown")
            }
        }
    }

    @Test(arguments: 0..<400)
    func `a damaged file is read, or refused in one line`(seed: UInt64) throws {
        var samples = try ConfigurationSamples(seed: seed)
        var bytes = Array(try ConfigurationSamples.yaml(samples.texts()).utf8)
        for _ in 0...samples.number(below: 4) {
            let start = samples.number(below: bytes.count)
            let end = min(bytes.count, start + samples.number(below: 12))
            let signs = Array(" \t\n:-#{}[],&*!|>'\"%@`?~\\".utf8)
            let insertion = samples.flip() ? samples.bytes(2) : [samples.pick(signs), samples.pick(signs)]
            bytes.replaceSubrange(start..<end, with: insertion)
            if bytes.isEmpty { bytes = [0] }
        }
        let file = try samples.folder.write(Data(bytes), to: "damaged.yaml")
        do {
            _ = try ServiceConfiguration(file: file)
        } catch {
            let line = error.description
            #expect(line.hasPrefix(file + ":"), "seed \(seed): \(line)")
            #expect(
                !line.unicodeScalars.contains { $0.properties.generalCategory == .control }, "seed \(seed): \(line)")
        }
    }
}

extension [String: String] {
    /// Without a key of TLS that the others are needed for.
    fileprivate var consistent: [String: String] {
        let encryption = ["tls.certificate", "tls.private_key", "tls.client_authorities"]
        guard encryption.contains(where: { self[$0] == nil }) else { return self }
        return filter { !encryption.contains($0.key) }
    }
}
