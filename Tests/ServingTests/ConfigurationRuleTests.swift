import Foundation
import TestSupport
import Testing

@testable import Serving

/// What keys must be to one another.
@Suite struct ConfigurationRuleTests {
    private let folder: ScratchFolder
    private let pem: String

    init() throws {
        folder = try ScratchFolder()
        pem = try folder.write("-----BEGIN CERTIFICATE-----\n", to: "a.pem")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: pem)
    }

    private func refusal(_ flags: [String: String]) throws -> ConfigurationError {
        try #require(throws: ConfigurationError.self) { try ServiceConfiguration(flags: flags) }
    }

    @Test func `a model file and a model folder exclude one another`() throws {
        let error = try refusal(["models.file": "/a", "models.directory": "/b"])
        #expect(error.description.hasPrefix("--models-file: models.file and models.directory (--models-directory)"))
        #expect(try ServiceConfiguration(flags: ["models.file": "/a", "models.directory": "none"]).models.file == "/a")
    }

    @Test func `encryption needs a certificate with its key, and authorities need both`() throws {
        #expect(try refusal(["tls.private_key": pem]).key == "tls.private_key")
        #expect(try refusal(["tls.certificate": pem]).key == "tls.certificate")
        #expect(try refusal(["tls.client_authorities": pem]).key == "tls.client_authorities")
        let all = ["tls.certificate": pem, "tls.private_key": pem, "tls.client_authorities": pem]
        #expect(try ServiceConfiguration(flags: all).tls.clientAuthorities == pem)
    }

    @Test(arguments: ["tls.certificate", "tls.private_key", "tls.client_authorities"])
    func `a certificate or key that cannot be read is refused`(key: String) throws {
        let flags = ["tls.certificate": pem, "tls.private_key": pem, "tls.client_authorities": pem]
        let other = try folder.write("0\u{82}", to: "a.der")
        for (path, part) in [(folder("none"), "does not exist"), (folder.path, "is a folder"), (other, "no PEM file")] {
            let error = try refusal(flags.merging([key: path]) { $1 })
            #expect(error.key == key && error.message.contains(part), "\(error)")
        }
    }

    @Test func `a service must listen somewhere`() throws {
        for word in ["none", "off"] {
            #expect(try refusal(["listen.port": word]).message.contains("set listen.port or listen.unix_socket"))
            let configuration = try ServiceConfiguration(
                flags: ["listen.port": word, "listen.unix_socket": "/a.sock", "listen.host": "0.0.0.0"])
            #expect(configuration.listen.port == nil, "without a port the host does not matter")
        }
    }

    @Test(arguments: [
        "0.0.0.0", "::", "192.168.1.4", "128.0.0.1", "example.org", "fe80::1", "::ffff:10.0.0.1", "0", "127.1",
        "localhost.example.org",
    ])
    func `an address that others reach needs a token, or leave to go without`(host: String) throws {
        let error = try refusal(["listen.host": host])
        #expect(error.key == "listen.host")
        for key in ["tokens.classify_file", "tokens.classify", "listen.allow_remote_without_token"] {
            #expect(error.message.contains(key), "\(error)")
        }
        #expect(throws: ConfigurationError.self, "an administrator's token guards other calls") {
            try ServiceConfiguration(flags: ["listen.host": host, "tokens.admin": "t"])
        }
        #expect(try ServiceConfiguration(flags: ["listen.host": host, "tokens.classify": "t"]).listen.host == host)
        let allowed = ["listen.host": host, "listen.allow_remote_without_token": "true"]
        #expect(try ServiceConfiguration(flags: allowed).listen.host == host)
    }

    @Test(arguments: ["127.0.0.1", "127.255.255.255", "::1", "0:0:0:0:0:0:0:1", "localhost", "::ffff:127.0.0.1"])
    func `loopback needs no token`(host: String) throws {
        #expect(try ServiceConfiguration(flags: ["listen.host": host]).listen.host == host)
    }

    @Test(arguments: ["[::1]", "127.0.0.1:80", "http://a", "a b", "*", "a/b", ":::"])
    func `what is no address is refused`(host: String) throws {
        #expect(try refusal(["listen.host": host, "tokens.classify": "t"]).message.contains("without brackets"))
    }

    @Test func `a socket's path has at most 107 bytes`() throws {
        let longest = "/" + String(repeating: "s", count: 106)
        #expect(try ServiceConfiguration(flags: ["listen.unix_socket": longest]).listen.unixSocket == longest)
        #expect(try refusal(["listen.unix_socket": longest + "s"]).message.contains("108 bytes long"))
        let umlauts = "/" + String(repeating: "ü", count: 54)
        #expect(try refusal(["listen.unix_socket": umlauts]).message.contains("109 bytes long"))
    }

    @Test(arguments: ["secret", "secret\n", "secret\r\n"])
    func `a token is read from a file, without the end of its line`(text: String) throws {
        let file = try folder.write(text, to: "token")
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file)
        let configuration = try ServiceConfiguration(
            flags: ["tokens.classify_file": file, "tokens.admin_file": file])
        #expect(configuration.tokens.classify == "secret")
        #expect(configuration.tokens.admin == "secret")
        #expect(configuration.warnings.count == 1, "\(configuration.warnings)")
        #expect(configuration.warnings.first?.contains("are the same") == true)
    }

    @Test func `a token that every user may read is warned about`() throws {
        let file = try folder.write("secret", to: "token")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
        let byFile = try ServiceConfiguration(flags: ["tokens.classify_file": file])
        #expect(byFile.warnings == ["tokens.classify_file: every user may read \(file); `chmod o-r` it"])
        let yaml = try folder.write("tokens: {admin: secret}\n", to: "a.yaml")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: yaml)
        #expect(try ServiceConfiguration(file: yaml).warnings.first?.contains("tokens.admin_file") == true)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: pem)
        let byKey = try ServiceConfiguration(flags: ["tls.certificate": pem, "tls.private_key": pem])
        #expect(byKey.warnings.first?.hasPrefix("tls.private_key") == true)
    }

    @Test func `a token file that is missing, empty or no token is refused`() throws {
        let files = [
            (folder("none"), "does not exist"), (try folder.write("\n", to: "a"), "is empty"),
            (try folder.write("two\nlines\n", to: "b"), "must hold one token"),
            (try folder.write(Data([0xFF]), to: "c"), "must hold one token"),
        ]
        for (path, part) in files {
            let error = try refusal(["tokens.admin_file": path])
            #expect(error.key == "tokens.admin_file" && error.message.contains(part), "\(error)")
            #expect(!error.message.contains("lines"))
        }
        let both = try refusal(["tokens.admin": "a", "tokens.admin_file": pem])
        #expect(both.message.contains("both set"))
    }

    @Test func `no token is ever shown`() throws {
        let configuration = try ServiceConfiguration(flags: ["tokens.classify": "hunter2", "tokens.admin": "hunter3"])
        for text in [configuration.yaml, configuration.json] { #expect(!text.contains("hunter")) }
        #expect(!(try refusal(["tokens.classify": "hunter 2"]).description.contains("hunter")))
        let yaml = try folder.write("tokens:\n  classify: [hunter2]\n", to: "a.yaml")
        let error = try #require(throws: ConfigurationError.self) { try ServiceConfiguration(file: yaml) }
        #expect(!error.description.contains("hunter"))
    }

    @Test func `a configuration that is made in code can be checked too`() throws {
        var configuration = ServiceConfiguration()
        try configuration.check()
        configuration.listen.host = "0.0.0.0"
        #expect(throws: ConfigurationError.self) { try configuration.check() }
        configuration.listen.host = "::1"
        configuration.classification.labelAliases = ["": "code"]
        #expect(throws: ConfigurationError.self) { try configuration.check() }
    }
}
