import Foundation
import TestSupport
import Testing

/// `tasktype serve --check-config`.
@Suite struct ServeConfigurationTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    /// What the flags come to.
    private func checked(
        _ arguments: [String], environment: [String: String?] = [:]
    ) throws -> [String: [String: Any]] {
        let result = try ProgramRunner.run(
            ["serve", "--check-config", "--format", "json"] + arguments, environment: environment)
        #expect(result.status == 0, "\(result.errors)")
        return try #require(try JSONSerialization.jsonObject(with: result.output) as? [String: [String: Any]])
    }

    @Test func `a valid configuration is printed, and said to be valid`() throws {
        let file = try folder.write("listen: {port: 9000}\n", to: "a.yaml")
        let result = try tasktype("serve", "--config", file, "--check-config")
        #expect(result.status == 0)
        #expect(result.errors == "configuration is valid\n")
        #expect(result.text.hasPrefix("listen:\n  host: \"127.0.0.1\"\n  port: 9000\n"))
        let printed = try folder.write(result.output, to: "b.yaml")
        #expect(try tasktype("serve", "--config", printed, "--check-config").output == result.output)
    }

    @Test func `flags go before variables, and these before the file`() throws {
        let file = try folder.write("http: {body_limit: 2000, header_limit: 2000, queue: 1}\n", to: "a.yaml")
        expectRefusal(try tasktype("serve", "--config", file, "--check-config"), "a.yaml:1:46", "`queue`")
        let good = try folder.write("http: {body_limit: 2000, header_limit: 2000, drain_timeout: 2}\n", to: "b.yaml")
        let http = try checked(
            ["--config", good, "--http-body-limit", "4000"],
            environment: ["TASKTYPE_HTTP_BODY_LIMIT": "3000", "TASKTYPE_HTTP_HEADER_LIMIT": "3000"])["http"]
        #expect(http?["body_limit"] as? Int == 4000)
        #expect(http?["header_limit"] as? Int == 3000)
        #expect(http?["drain_timeout"] as? Int == 2)
    }

    /// Each flag, a value, and the key and value that `--check-config` prints.
    private static let flags: [(arguments: [String], key: String, value: String)] = [
        (["--listen-host", "::1"], "listen.host", "::1"), (["--host", "::1"], "listen.host", "::1"),
        (["--listen-port", "1"], "listen.port", "1"), (["--port", "0"], "listen.port", "0"),
        (["--port", "none", "--unix-socket", "/a"], "listen.port", "<null>"),
        (["--listen-unix-socket", "/a"], "listen.unix_socket", "/a"),
        (["--unix-socket", "/a"], "listen.unix_socket", "/a"),
        (["--listen-allow-remote-without-token"], "listen.allow_remote_without_token", "true"),
        (["--no-listen-allow-remote-without-token"], "listen.allow_remote_without_token", "false"),
        (["--listen-max-connections", "7"], "listen.max_connections", "7"),
        (["--listen-threads", "3"], "listen.threads", "3"),
        (["--tls-certificate", "PEM", "--tls-private-key", "PEM"], "tls.certificate", "PEM"),
        (["--tls-certificate", "PEM", "--tls-private-key", "PEM"], "tls.private_key", "PEM"),
        (
            ["--tls-certificate", "PEM", "--tls-private-key", "PEM", "--tls-client-authorities", "PEM"],
            "tls.client_authorities", "PEM"
        ),
        (["--tokens-classify", "hunter2"], "tokens.classify", "********"),
        (["--tokens-classify-file", "TOKEN"], "tokens.classify_file", "TOKEN"),
        (["--tokens-admin", "hunter2"], "tokens.admin", "********"),
        (["--tokens-admin-file", "TOKEN"], "tokens.admin_file", "TOKEN"),
        (["--models-directory", "/a"], "models.directory", "/a"), (["--models", "/a"], "models.directory", "/a"),
        (["--models-file", "/a"], "models.file", "/a"), (["--model", "/a"], "models.file", "/a"),
        (["--models-default", "a"], "models.default", "a"),
        (["--models-watch-interval", "3"], "models.watch_interval", "3"),
        (["--classification-strict"], "classification.strict", "true"),
        (["--classification-default-label", "a"], "classification.default_label", "a"),
        (["--classification-time-limit", "3"], "classification.time_limit", "3"),
        (["--classification-batch-size", "3"], "classification.batch_size", "3"),
        (["--classification-queue", "3"], "classification.queue", "3"),
        (["--classification-threads", "3"], "classification.threads", "3"),
        (["--routing-policy", "POLICY"], "routing.policy", "POLICY"),
        (["--policy", "POLICY"], "routing.policy", "POLICY"),
        (["--policy", "POLICY", "--routing-state", "/a"], "routing.state", "/a"),
        (["--policy", "POLICY", "--state", "/a"], "routing.state", "/a"),
        (["--routing-watch-interval", "3"], "routing.watch_interval", "3"),
        (["--routing-state-days", "3"], "routing.state_days", "3"),
        (["--routing-sessions", "300"], "routing.sessions", "300"),
        (["--policy", "POLICY", "--routing-decisions", "/a"], "routing.decisions", "/a"),
        (["--policy", "POLICY", "--decisions", "/a"], "routing.decisions", "/a"),
        (["--routing-decisions-size", "3000"], "routing.decisions_size", "3000"),
        (["--routing-decisions-files", "3"], "routing.decisions_files", "3"),
        (["--routing-decisions-text"], "routing.decisions_text", "true"),
        (
            ["--policy", "POLICY", "--state", "/a", "--routing-decisions-in-state"], "routing.decisions_in_state",
            "true"
        ),
        (["--http-body-limit", "2000"], "http.body_limit", "2000"),
        (["--http-header-limit", "2000"], "http.header_limit", "2000"),
        (["--http-header-timeout", "3"], "http.header_timeout", "3"),
        (["--http-body-timeout", "3"], "http.body_timeout", "3"),
        (["--http-idle-timeout", "3"], "http.idle_timeout", "3"),
        (["--http-write-timeout", "3"], "http.write_timeout", "3"),
        (["--http-drain-timeout", "3"], "http.drain_timeout", "3"), (["--log-level", "trace"], "log.level", "trace"),
        (["--log-format", "text"], "log.format", "text"), (["--log-requests", "all"], "log.requests", "all"),
        (["--log-prompt-text"], "log.prompt_text", "true"),
    ]

    @Test func `every key has a flag that sets it`() throws {
        try folder.write("-----BEGIN CERTIFICATE-----", to: "PEM")
        try folder.write("hunter2", to: "TOKEN")
        try folder.write(ServedPolicy.text, to: "POLICY")
        var keys: Set = ["classification.label_aliases", "classification.ask_rules"]
        let defaults = try checked([])
        for (arguments, key, value) in Self.flags {
            let arguments = arguments.map { ["PEM", "TOKEN", "POLICY"].contains($0) ? folder($0) : $0 }
            let parts = key.split(separator: ".").map(String.init)
            let found = try checked(arguments)[parts[0]]?[parts[1]]
            switch value {
            case "true", "false": #expect(found as? Bool == (value == "true"), "\(key)")
            case "<null>": #expect(found is NSNull, "\(key)")
            case "PEM", "TOKEN", "POLICY": #expect(found as? String == folder(value), "\(key)")
            default:
                if let number = Double(value) {
                    #expect(found as? Double == number, "\(key)")
                } else {
                    #expect(found as? String == value, "\(key)")
                }
            }
            keys.insert(key)
        }
        let all = Set(defaults.flatMap { section in section.value.keys.map { "\(section.key).\($0)" } })
        #expect(keys == all, "without a flag, or without a test of it: \(all.symmetricDifference(keys).sorted())")
        let aliases = try checked(["--classification-label-aliases", "A=b,C=d"])["classification"]?["label_aliases"]
        #expect(aliases as? [String: String] == ["A": "b", "C": "d"])
        let rules = try folder.write(
            "version: 1\nrules:\n- {rule: mine, match: tags, patterns: [mine], cases: [{text: <mine>a</mine>b, ask: b}]}\n",
            to: "rules.yaml")
        let path = try checked(["--classification-ask-rules", rules])["classification"]?["ask_rules"]
        #expect(path as? String == rules)
    }

    @Test func `a wrong configuration ends with status 2 and one sentence`() throws {
        let file = try folder.write("listen:\n  prot: 1\n", to: "a.yaml")
        for options in [["--check-config"], ["--check-config", "--format", "json"], []] {
            let result = try tasktype(["serve", "--config", file] + options)
            expectRefusal(result, "a.yaml:2:3: there is no key `prot` in listen; did you mean `port`?")
        }
        expectRefusal(try tasktype("serve", "--check-config", "--port", "x"), "--listen-port: listen.port must be")
        expectRefusal(try tasktype("serve", "--check-config", "--host", "0.0.0.0"), "tokens.classify_file")
        expectRefusal(try tasktype("serve", "--check-config", "--config", folder("none")), "does not exist")
        expectRefusal(
            try tasktype("serve", "--check-config", "--policy", folder("none")), "routing.policy", "does not exist")
        let broken = try folder.write(ServedPolicy.text.replacing("tier: large", with: "tier: huge"), to: "p.yaml")
        for options in [["--check-config"], []] {
            expectRefusal(try tasktype(["serve", "--policy", broken] + options), "p.yaml:", "`huge`")
        }
        expectRefusal(try tasktype("serve", "--check-config", "--state", "/a"), "routing.policy")
        let variable = ["TASKTYPE_LISTEN_PROT": "1"] as [String: String?]
        expectRefusal(
            try tasktype("serve", "--check-config", environment: variable), "TASKTYPE_LISTEN_PROT",
            "TASKTYPE_LISTEN_PORT")
    }

    @Test func `a file may come through a pipe`() throws {
        let result = try ProgramRunner.shell(
            "printf 'listen: {port: 9001}' | \"$tasktype\" serve --check-config --config /dev/stdin")
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.text.contains("port: 9001\n"))
    }

    @Test func `secrets are masked, and a token that everybody can read is warned about`() throws {
        let token = try folder.write("hunter2\n", to: "token")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: token)
        let result = try tasktype(
            "serve", "--check-config", "--tokens-admin-file", token,
            environment: ["TASKTYPE_TOKENS_CLASSIFY": "hunter3"])
        #expect(result.status == 0)
        #expect(result.text.contains("classify: \"********\""))
        #expect(result.errors.contains("tasktype: warning: tokens.admin_file: every user may read"))
        #expect(!(result.text + result.errors).contains("hunter"))
    }

    @Test func `help names every key's flag`() throws {
        let help = try tasktype("serve", "--help")
        #expect(help.status == 0)
        for (arguments, _, _) in Self.flags { #expect(help.text.contains(arguments[0]), "\(arguments[0])") }
        #expect(help.text.contains("--classification-label-aliases"))
    }
}
