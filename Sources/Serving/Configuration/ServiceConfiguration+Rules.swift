import YAMLFiles

extension ServiceConfiguration {
    /// Checks what no single key shows: that the keys agree with one another and that the files they name can be read.
    ///
    /// Reading a configuration does this too; it is for configurations that are made in code.
    public func check() throws(ConfigurationError) {
        try check([:])
    }

    /// Notes what is allowed, but seldom meant.
    mutating func addWarnings() {
        if let classify = tokens.classify, classify == tokens.admin {
            warnings.append(
                "tokens.classify and tokens.admin are the same, so who may classify may also switch models; "
                    + "make them differ")
        }
        if let key = tls.privateKey, (try? SmallFile(path: key, limit: Self.certificateLimit))?.isWorldReadable == true
        {
            warnings.append("tls.private_key: every user may read \(key); `chmod o-r` it")
        }
    }

    func check(_ places: [String: ConfigurationError.Source]) throws(ConfigurationError) {
        /// A sentence about a key, at the place where it was set.
        func fault(_ key: String, _ message: String) -> ConfigurationError {
            ConfigurationError(message, key: key, at: places[key])
        }
        if models.file != nil, models.directory != nil {
            let other = places["models.directory"].map { " (\($0))" } ?? ""
            throw fault(
                "models.file", "models.file and models.directory\(other) are both set; remove one, or set it to `none`")
        }
        try checkModelName(fault)
        try checkEncryption(fault)
        guard listen.port != nil || listen.unixSocket != nil else {
            throw fault("listen.port", "the service would listen nowhere; set listen.port or listen.unix_socket")
        }
        if listen.port != nil { try checkHost(fault) }
        if let path = listen.unixSocket, path.utf8.count > Self.socketPathLimit {
            throw fault(
                "listen.unix_socket",
                "listen.unix_socket is \(path.utf8.count) bytes long, and the system allows \(Self.socketPathLimit); "
                    + "choose a shorter path"
            )
        }
        for (key, token) in [("tokens.classify", tokens.classify), ("tokens.admin", tokens.admin)] {
            if let token, !BearerToken.isFit(token) { throw fault(key, "\(key) must be \(BearerToken.values)") }
        }
        if let path = classification.askRules {
            do {
                _ = try AskRuleFile(path: path).extractor()
            } catch {
                throw fault("classification.ask_rules", "classification.ask_rules: \(error)")
            }
        }
        if let path = routing.policy {
            do {
                _ = try PolicyStore.read(path)
            } catch {
                throw fault("routing.policy", "routing.policy: \(error)")
            }
        } else if routing.state != nil || routing.decisions != nil {
            let key = routing.state != nil ? "routing.state" : "routing.decisions"
            throw fault(key, "\(key) is set without routing.policy; set both, or neither")
        }
        if routing.decisionsInState, routing.state == nil {
            throw fault(
                "routing.decisions_in_state",
                "routing.decisions_in_state needs routing.state; set it, or routing.decisions in its place")
        }
        for (alias, label) in classification.labelAliases where alias.isEmpty || label.isEmpty {
            let key = "classification.label_aliases"
            throw fault(key, "\(key) has an empty name; name both the alias and the label")
        }
    }

    private typealias Fault = (_ key: String, _ message: String) -> ConfigurationError

    /// Models are files in a folder and parts of URLs.
    private func checkModelName(_ fault: Fault) throws(ConfigurationError) {
        guard !models.default.isEmpty, !models.default.contains("/"), !models.default.hasPrefix(".") else {
            throw fault(
                "models.default",
                "models.default must be the name of a model, its file's without `.safetensors`, "
                    + "not \(quotedValue(models.default))"
            )
        }
    }

    /// No certificate is larger.
    private static let certificateLimit = 4 << 20

    private func checkEncryption(_ fault: Fault) throws(ConfigurationError) {
        if tls.certificate == nil {
            if tls.privateKey != nil {
                throw fault("tls.private_key", "tls.private_key is set without tls.certificate; set both, or neither")
            }
            if tls.clientAuthorities != nil {
                throw fault(
                    "tls.client_authorities",
                    "tls.client_authorities needs TLS; set tls.certificate and tls.private_key too, or remove it")
            }
        } else if tls.privateKey == nil {
            throw fault("tls.certificate", "tls.certificate is set without tls.private_key; set both, or neither")
        }
        let files = [
            ("tls.certificate", tls.certificate), ("tls.private_key", tls.privateKey),
            ("tls.client_authorities", tls.clientAuthorities),
        ]
        for case (let key, let path?) in files {
            let file: SmallFile
            do {
                file = try SmallFile(path: path, limit: Self.certificateLimit)
            } catch {
                throw fault(key, "\(key) \(quotedValue(path)) cannot be read: \(error.cause)")
            }
            // Which kind of key or certificate it is, and whether they match, the TLS library says when it loads them.
            guard String(decoding: file.bytes, as: UTF8.self).contains("-----BEGIN ") else {
                throw fault(
                    key, "\(key) \(quotedValue(path)) is no PEM file: it has no line `-----BEGIN …`; convert it")
            }
        }
    }

    /// `sun_path` has 108 bytes on Linux, the last one a zero.
    private static let socketPathLimit = 107

    private func checkHost(_ fault: Fault) throws(ConfigurationError) {
        let address = HostAddress(listen.host)
        guard address != .malformed else {
            throw fault(
                "listen.host",
                "listen.host must be an IP address without brackets or a host name, not \(quotedValue(listen.host)); "
                    + "the port goes into listen.port"
            )
        }
        guard address == .remote, tokens.classify == nil, !listen.allowRemoteWithoutToken else { return }
        throw fault(
            "listen.host",
            "listen.host \(quotedValue(listen.host)) lets other machines call a service that asks for no token; "
                + "set tokens.classify_file or tokens.classify, or listen.allow_remote_without_token if anyone may"
        )
    }
}
