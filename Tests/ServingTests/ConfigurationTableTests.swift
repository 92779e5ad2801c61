import Foundation
import TestSupport
import Testing

@testable import Serving

@Suite struct ConfigurationTableTests {
    @Test func `names, variables and flags are each unique, and in two parts`() {
        let keys = ConfigurationKey.all
        for names in [keys.map(\.name), keys.map(\.environmentVariable), keys.map(\.flag)] {
            #expect(Set(names).count == keys.count)
        }
        for key in keys { #expect(key.components.count == 2, "\(key.name)") }
        #expect(ConfigurationKey.sections.count == Set(keys.map(\.section)).count, "a section's keys stand together")
    }

    @Test func `variables and flags follow from a key's name`() throws {
        let key = try #require(ConfigurationKey.named("listen.unix_socket"))
        #expect(key.environmentVariable == "TASKTYPE_LISTEN_UNIX_SOCKET")
        #expect(key.flag == "listen-unix-socket")
    }

    @Test(arguments: ConfigurationKey.all.map(\.name))
    func `a key's default is one of its values`(name: String) throws {
        let key = try #require(ConfigurationKey.named(name))
        var configuration = ServiceConfiguration()
        switch key.defaultValue {
        case .unset, .secret: return
        case .mapping(let labels): try key.apply(AliasList(labels).text, to: &configuration, at: nil)
        default: try key.apply(shown(key.defaultValue), to: &configuration, at: nil)
        }
        #expect(configuration == ServiceConfiguration())
    }

    @Test func `every member of the configuration has its key, in snake case`() {
        var members: Set<String> = []
        for section in Mirror(reflecting: ServiceConfiguration()).children where section.label != "warnings" {
            for member in Mirror(reflecting: section.value).children {
                let name = "\(section.label ?? "").\(member.label ?? "")"
                members.insert(name.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) })
            }
        }
        #expect(members == Set(ConfigurationKey.all.map(\.name)))
    }

    @Test func `the table in the documentation is the table of keys`() throws {
        let rows = ConfigurationKey.all.map { key in
            let value: String =
                switch key.defaultValue {
                case .unset, .secret: ""
                case .mapping: "`{}`"
                default: "`\(shown(key.defaultValue))`"
                }
            return "| `\(key.name)` | \(key.values) | \(value) | \(key.help) |"
        }
        let path = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../docs/configuration.md").standardized
        let found = try String(contentsOf: path, encoding: .utf8).split(separator: "\n").map(String.init)
            .filter { line in ConfigurationKey.sections.contains { line.hasPrefix("| `\($0).") } }
        #expect(found == rows, "docs/configuration.md should hold these lines:\n\(rows.joined(separator: "\n"))")
    }

    @Test func `the example is valid, and sets what it says in comments to be the default`() throws {
        let path = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../Examples/tasktype.yaml")
            .standardized
        let text = try String(contentsOf: path, encoding: .utf8)
        _ = try ServiceConfiguration(file: path.path)
        // With the comment signs before keys gone, every key is there, and still valid.
        let folder = try ScratchFolder()
        let token = try folder.write("token", to: "token")
        let pem = try folder.write("-----BEGIN CERTIFICATE-----", to: "pem")
        var everything = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            var line = String(line)
            if let key = line.range(of: #"^ *#(?= *[a-zA-Z_]+:( |$))"#, options: .regularExpression) {
                line.replaceSubrange(key, with: line[key].dropLast())
            }
            if line.contains("_file:") { line = line.prefix { $0 != ":" } + ": " + token }
            if line.contains(".pem") { line = line.prefix { $0 != ":" } + ": " + pem }
            everything += line + "\n"
        }
        for key in ConfigurationKey.all where !key.isSecret && key.name != "models.file" {
            #expect(everything.contains("\n  \(key.member):"), "\(key.name) is missing in Examples/tasktype.yaml")
        }
        let configuration = try ServiceConfiguration(file: folder.write(everything, to: "everything.yaml"))
        #expect(configuration.tokens.classify == "token")
    }

    /// A value as it is written into a file.
    private func shown(_ value: ConfigurationValue) -> String {
        switch value {
        case .integer(let number): "\(number)"
        case .number(let number): decimal(number)
        case .flag(let flag): "\(flag)"
        case .text(let text), .absent(let text): text
        case .unset, .secret, .mapping: ""
        }
    }
}
