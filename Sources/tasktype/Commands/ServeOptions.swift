import ArgumentParser
import Serving

// A flag for each key of the configuration. Names, values and help come from the table of keys; a test holds these
// declarations against it.

extension NameSpecification {
    /// The flag of a key, and a shorter one where it is often needed.
    static func key(_ name: String, or short: String? = nil) -> NameSpecification {
        let flag = ConfigurationKey.named(name)?.flag ?? name
        return NameSpecification([Element.customLong(flag)] + (short.map { [.customLong($0)] } ?? []))
    }
}

extension ArgumentHelp {
    /// What the table of keys says of a key.
    static func key(_ name: String, _ valueName: String = "value") -> ArgumentHelp {
        guard let key = ConfigurationKey.named(name) else { return "" }
        let first = key.help.prefix(1)
        // An abbreviation keeps its capitals, and a term in backticks its spelling.
        let sentence = first.uppercased() + key.help.dropFirst() + "."
        return ArgumentHelp(sentence, valueName: valueName)
    }
}

struct ListenOptions: ParsableArguments {
    @Option(name: .key("listen.host", or: "host"), help: .key("listen.host", "address"))
    var host: String?
    @Option(name: .key("listen.port", or: "port"), help: .key("listen.port", "port"))
    var port: String?
    @Option(name: .key("listen.unix_socket", or: "unix-socket"), help: .key("listen.unix_socket", "path"))
    var unixSocket: String?
    @Flag(
        name: .key("listen.allow_remote_without_token"), inversion: .prefixedNo,
        help: .key("listen.allow_remote_without_token"))
    var allowRemoteWithoutToken: Bool?
    @Option(name: .key("listen.max_connections"), help: .key("listen.max_connections", "count"))
    var maxConnections: String?
    @Option(name: .key("listen.threads"), help: .key("listen.threads", "count"))
    var threads: String?

    var settings: [String: String?] {
        [
            "listen.host": host, "listen.port": port, "listen.unix_socket": unixSocket,
            "listen.allow_remote_without_token": allowRemoteWithoutToken.map { "\($0)" },
            "listen.max_connections": maxConnections, "listen.threads": threads,
        ]
    }
}

struct EncryptionOptions: ParsableArguments {
    @Option(name: .key("tls.certificate"), help: .key("tls.certificate", "file"))
    var certificate: String?
    @Option(name: .key("tls.private_key"), help: .key("tls.private_key", "file"))
    var privateKey: String?
    @Option(name: .key("tls.client_authorities"), help: .key("tls.client_authorities", "file"))
    var clientAuthorities: String?

    var settings: [String: String?] {
        ["tls.certificate": certificate, "tls.private_key": privateKey, "tls.client_authorities": clientAuthorities]
    }
}

struct TokenOptions: ParsableArguments {
    @Option(name: .key("tokens.classify"), help: .key("tokens.classify", "token"))
    var classify: String?
    @Option(name: .key("tokens.classify_file"), help: .key("tokens.classify_file", "file"))
    var classifyFile: String?
    @Option(name: .key("tokens.admin"), help: .key("tokens.admin", "token"))
    var admin: String?
    @Option(name: .key("tokens.admin_file"), help: .key("tokens.admin_file", "file"))
    var adminFile: String?

    var settings: [String: String?] {
        [
            "tokens.classify": classify, "tokens.classify_file": classifyFile, "tokens.admin": admin,
            "tokens.admin_file": adminFile,
        ]
    }
}

struct ServedModelOptions: ParsableArguments {
    @Option(name: .key("models.directory", or: "models"), help: .key("models.directory", "folder"))
    var directory: String?
    @Option(name: .key("models.file", or: "model"), help: .key("models.file", "file"))
    var file: String?
    @Option(name: .key("models.default"), help: .key("models.default", "name"))
    var defaultModel: String?
    @Option(name: .key("models.watch_interval"), help: .key("models.watch_interval", "seconds"))
    var watchInterval: String?

    var settings: [String: String?] {
        [
            "models.directory": directory, "models.file": file, "models.default": defaultModel,
            "models.watch_interval": watchInterval,
        ]
    }
}

struct ClassificationOptions: ParsableArguments {
    @Flag(name: .key("classification.strict"), inversion: .prefixedNo, help: .key("classification.strict"))
    var strict: Bool?
    @Option(name: .key("classification.default_label"), help: .key("classification.default_label", "label"))
    var defaultLabel: String?
    @Option(
        name: .key("classification.label_aliases"),
        help: .key("classification.label_aliases", "alias=label,alias=label"))
    var labelAliases: String?
    @Option(name: .key("classification.ask_rules"), help: .key("classification.ask_rules", "file"))
    var askRules: String?
    @Option(name: .key("classification.time_limit"), help: .key("classification.time_limit", "seconds"))
    var timeLimit: String?
    @Option(name: .key("classification.batch_size"), help: .key("classification.batch_size", "count"))
    var batchSize: String?
    @Option(name: .key("classification.queue"), help: .key("classification.queue", "count"))
    var queue: String?
    @Option(name: .key("classification.threads"), help: .key("classification.threads", "count"))
    var threads: String?

    var settings: [String: String?] {
        [
            "classification.strict": strict.map { "\($0)" }, "classification.default_label": defaultLabel,
            "classification.label_aliases": labelAliases, "classification.ask_rules": askRules,
            "classification.time_limit": timeLimit, "classification.batch_size": batchSize,
            "classification.queue": queue, "classification.threads": threads,
        ]
    }
}

struct HTTPOptions: ParsableArguments {
    @Option(name: .key("http.body_limit"), help: .key("http.body_limit", "bytes"))
    var bodyLimit: String?
    @Option(name: .key("http.header_limit"), help: .key("http.header_limit", "bytes"))
    var headerLimit: String?
    @Option(name: .key("http.header_timeout"), help: .key("http.header_timeout", "seconds"))
    var headerTimeout: String?
    @Option(name: .key("http.body_timeout"), help: .key("http.body_timeout", "seconds"))
    var bodyTimeout: String?
    @Option(name: .key("http.idle_timeout"), help: .key("http.idle_timeout", "seconds"))
    var idleTimeout: String?
    @Option(name: .key("http.write_timeout"), help: .key("http.write_timeout", "seconds"))
    var writeTimeout: String?
    @Option(name: .key("http.drain_timeout"), help: .key("http.drain_timeout", "seconds"))
    var drainTimeout: String?

    var settings: [String: String?] {
        [
            "http.body_limit": bodyLimit, "http.header_limit": headerLimit, "http.header_timeout": headerTimeout,
            "http.body_timeout": bodyTimeout, "http.idle_timeout": idleTimeout, "http.write_timeout": writeTimeout,
            "http.drain_timeout": drainTimeout,
        ]
    }
}

struct LogOptions: ParsableArguments {
    @Option(name: .key("log.level"), help: .key("log.level", "level"))
    var level: String?
    @Option(name: .key("log.format"), help: .key("log.format", "json|text"))
    var format: String?
    @Option(name: .key("log.requests"), help: .key("log.requests", "none|errors|all"))
    var requests: String?
    @Flag(name: .key("log.prompt_text"), inversion: .prefixedNo, help: .key("log.prompt_text"))
    var promptText: Bool?

    var settings: [String: String?] {
        [
            "log.level": level, "log.format": format, "log.requests": requests,
            "log.prompt_text": promptText.map { "\($0)" },
        ]
    }
}
