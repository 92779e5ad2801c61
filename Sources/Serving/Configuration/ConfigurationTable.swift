extension ConfigurationKey {
    /// Everything that can be set, in the order in which it is shown.
    package static let all: [ConfigurationKey] =
        listening + encryption + tokens + models + classification + routing + http + log

    /// The key of this name.
    package static func named(_ name: String) -> ConfigurationKey? { byName[name] }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// The sections, in the order of the table.
    package static let sections: [String] = all.reduce(into: []) { sections, key in
        if sections.last != key.section { sections.append(key.section) }
    }

    /// Seconds in a day: no limit on time needs more.
    private static let day = 86_400.0

    private static let listening: [ConfigurationKey] = [
        .text(
            "listen.host", \.listen.host, values: "an IP address or a host name",
            help: "address of the TCP port; anything but loopback needs a token"),
        .integer(
            "listen.port", \.listen.port, 0...65535, absence: ["none", "off"],
            help: "TCP port; 0 takes any that is free, `none` listens on no port"),
        .path("listen.unix_socket", \.listen.unixSocket, help: "Unix domain socket, made with mode 0600"),
        .flag(
            "listen.allow_remote_without_token", \.listen.allowRemoteWithoutToken,
            help: "lets other machines call a service that asks for no token"),
        .integer(
            "listen.max_connections", \.listen.maxConnections, 1...1_000_000,
            help: "connections at one time; more wait in the kernel's queue"),
        .integer(
            "listen.threads", \.listen.threads, 1...1024, absence: ["auto"],
            help: "threads that read, answer small calls and write; `auto`: one per processor"),
    ]

    private static let encryption: [ConfigurationKey] = [
        .path(
            "tls.certificate", \.tls.certificate, help: "PEM file with the certificate and its chain; switches TLS on"),
        .path("tls.private_key", \.tls.privateKey, help: "PEM file with the certificate's private key"),
        .path(
            "tls.client_authorities", \.tls.clientAuthorities,
            help: "PEM file with the authorities whose clients are let in (mutual TLS)"),
    ]

    private static let tokens: [ConfigurationKey] = [
        .token("tokens.classify", \.tokens.classify, help: "bearer token that classification asks for"),
        .path("tokens.classify_file", \.tokens.classifyFile, help: "file that holds the token for classification"),
        .token(
            "tokens.admin", \.tokens.admin,
            help: "bearer token for activating and rolling back models, which is refused where there is none"),
        .path("tokens.admin_file", \.tokens.adminFile, help: "file that holds the token for administration"),
    ]

    private static let models: [ConfigurationKey] = [
        .path("models.directory", \.models.directory, help: "folder of NAME.safetensors"),
        .path(
            "models.file", \.models.file,
            help: "one weights file; without it and without a folder the model that is compiled in answers"),
        .text(
            "models.default", \.models.default, values: "the name of a model",
            help: "the model that answers where a call names none"),
        .seconds(
            "models.watch_interval", \.models.watchInterval, 0...day,
            help: "seconds between looks at the model files; 0 never looks"),
    ]

    private static let classification: [ConfigurationKey] = [
        .flag(
            "classification.strict", \.classification.strict,
            help: "makes a missing model an error instead of answering the default label"),
        .text(
            "classification.default_label", \.classification.defaultLabel, values: "a label",
            help: "the label answered where there is no model, or no time"),
        .aliases(
            "classification.label_aliases", \.classification.labelAliases,
            help: "other names for labels, for callers that have names of their own"),
        .path(
            "classification.ask_rules", \.classification.askRules,
            help: "YAML file with further rules about what surrounds a request"),
        .seconds(
            "classification.time_limit", \.classification.timeLimit, 0.001...3600,
            help: "seconds that one call may take, waiting included"),
        .integer("classification.batch_size", \.classification.batchSize, 1...65_536, help: "most inputs in one call"),
        .integer(
            "classification.queue", \.classification.queue, 0...1_000_000,
            help: "calls that may wait for a thread; more are answered with status 503"),
        .integer(
            "classification.threads", \.classification.threads, 1...1024, absence: ["auto"],
            help: "threads for large calls and batches; `auto`: one per processor"),
    ]

    private static let routing: [ConfigurationKey] = [
        .path(
            "routing.policy", \.routing.policy,
            help: "policy that decides which model answers; without it nothing is decided"),
        .seconds(
            "routing.watch_interval", \.routing.watchInterval, 0...day,
            help: "seconds between looks at the policy; 0 never looks"),
        .path(
            "routing.state", \.routing.state,
            help: "SQLite file that keeps what is reported; without it budgets start anew with the service"),
        .integer(
            "routing.state_days", \.routing.stateDays, 1...100_000,
            help: "days for which a report that comes again is recognised"),
        .integer(
            "routing.sessions", \.routing.sessions, 160...100_000_000,
            help: "most sessions whose model is remembered"),
        .path("routing.decisions", \.routing.decisions, help: "file of JSON Lines in which decisions are recorded"),
        .integer(
            "routing.decisions_size", \.routing.decisionsSize, 1024...(1 << 40),
            help: "bytes from which on that file is set aside, as NAME.1"),
        .integer(
            "routing.decisions_files", \.routing.decisionsFiles, 1...100_000,
            help: "files that are kept; of more, the oldest is removed"),
        .flag(
            "routing.decisions_text", \.routing.decisionsText, help: "records what was asked with each decision"),
        .flag(
            "routing.decisions_in_state", \.routing.decisionsInState,
            help: "records decisions in the state file too, for `routing.state_days` days"),
    ]

    private static let http: [ConfigurationKey] = [
        .integer("http.body_limit", \.http.bodyLimit, 1024...(1 << 30), help: "largest body of a request, in bytes"),
        .integer(
            "http.header_limit", \.http.headerLimit, 1024...(1 << 20), help: "largest head of a request, in bytes"),
        .seconds("http.header_timeout", \.http.headerTimeout, 0.001...day, help: "seconds in which a head must arrive"),
        .seconds("http.body_timeout", \.http.bodyTimeout, 0.001...day, help: "seconds in which a body must arrive"),
        .seconds(
            "http.idle_timeout", \.http.idleTimeout, 0.001...day,
            help: "seconds that a connection may be idle between requests"),
        .seconds(
            "http.write_timeout", \.http.writeTimeout, 0.001...day,
            help: "seconds in which a client must take its answer"),
        .seconds(
            "http.drain_timeout", \.http.drainTimeout, 0...3600,
            help: "seconds that requests in flight are given when the service stops"),
    ]

    private static let log: [ConfigurationKey] = [
        .choice(
            "log.level", \.log.level, ["trace", "debug", "info", "notice", "warning", "error", "critical"],
            help: "the least severe messages that are logged"),
        .choice("log.format", \.log.format, ["json", "text"], help: "how messages are written to standard error"),
        .choice("log.requests", \.log.requests, ["none", "errors", "all"], help: "which requests are logged"),
        .flag("log.prompt_text", \.log.promptText, help: "adds the texts of requests to the log"),
    ]
}
