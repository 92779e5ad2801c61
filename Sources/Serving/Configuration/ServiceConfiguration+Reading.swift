import Configuration
import YAMLFiles

extension ServiceConfiguration {
    /// Reads and checks a configuration: flags go before environment variables, these before the file, and the file
    /// before the defaults.
    ///
    /// Each source is strict by itself: a key that does not exist, or a value that does not fit, is an error also where
    /// another source overrides it.
    ///
    /// - Parameters:
    ///   - file: path of a YAML file, or nil for none.
    ///   - environment: variables; those that begin with `TASKTYPE_` must name keys.
    ///   - flags: key to text, as in `["listen.port": "8085"]`.
    public init(
        file: String? = nil, environment: [String: String] = [:], flags: [String: String] = [:]
    ) throws(ConfigurationError) {
        // Each source is checked by itself, while it is known where a value comes from; the library then lays them
        // over one another. Files are not read by the library's own YAML provider: it knows neither lines nor columns.
        let fileRead = try file.map { path throws(ConfigurationError) in try ConfigurationFile(path: path) }
        let layers = [
            try ConfigurationLayer(flags: flags), try ConfigurationLayer(environment: environment),
            fileRead?.layer ?? ConfigurationLayer(),
        ]
        let secrets = Set(ConfigurationKey.all.filter(\.isSecret).map(\.environmentVariable))
        let reader = ConfigReader(providers: [
            layers[0].provider(name: "flags"),
            EnvironmentVariablesProvider(environmentVariables: environment, secretsSpecifier: .specific(secrets))
                .prefixKeys(with: "tasktype"),
            layers[2].provider(name: file ?? "no file"),
        ])
        self.init()
        var places: [String: ConfigurationError.Source] = [:]
        for key in ConfigurationKey.all {
            guard let text = reader.string(forKey: ConfigKey(key.components), isSecret: key.isSecret) else { continue }
            let place = layers.lazy.compactMap { $0.places[key.name] }.first
            places[key.name] = place
            try key.apply(text, to: &self, at: place)
        }
        try readTokens(places)
        try check(places)
        addWarnings()
        if let fileRead, fileRead.isWorldReadable, let file {
            for name in ["tokens.classify", "tokens.admin"] where fileRead.layer.texts[name] != nil {
                warnings.append(
                    "\(file): holds \(name), but every user may read it; `chmod o-r` it, or use \(name)_file")
            }
        }
    }

    /// Takes the tokens from the files that are named.
    private mutating func readTokens(_ places: [String: ConfigurationError.Source]) throws(ConfigurationError) {
        try readToken("tokens.classify", file: tokens.classifyFile, to: \.tokens.classify, places)
        try readToken("tokens.admin", file: tokens.adminFile, to: \.tokens.admin, places)
    }

    private mutating func readToken(
        _ name: String, file: String?, to token: WritableKeyPath<ServiceConfiguration, String?>,
        _ places: [String: ConfigurationError.Source]
    ) throws(ConfigurationError) {
        guard let file else { return }
        let key = "\(name)_file"
        let place = places[key]
        guard self[keyPath: token] == nil else {
            let other = places[name].map { " (\($0))" } ?? ""
            throw ConfigurationError("\(name)\(other) and \(key) are both set; remove one", key: key, at: place)
        }
        let content: SmallFile
        do {
            content = try SmallFile(path: file, limit: 16 << 10)
        } catch {
            throw ConfigurationError("\(key) \(quotedValue(file)) cannot be read: \(error.cause)", key: key, at: place)
        }
        var bytes = content.bytes[...]
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        let text = String(decoding: bytes, as: UTF8.self)
        guard BearerToken.isFit(text) else {
            let found =
                bytes.isEmpty ? "is empty; write the token into it" : "must hold one token: \(BearerToken.values)"
            throw ConfigurationError("\(key) \(quotedValue(file)) \(found)", key: key, at: place)
        }
        self[keyPath: token] = text
        if content.isWorldReadable { warnings.append("\(key): every user may read \(file); `chmod o-r` it") }
    }
}
