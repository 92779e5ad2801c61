import Configuration
import JSONCoding

/// What one source (flags, environment or file) sets: texts that are known to be fit for their keys.
struct ConfigurationLayer {
    /// Key to text.
    private(set) var texts: [String: String] = [:]
    /// Key to the place where it is set.
    private(set) var places: [String: ConfigurationError.Source] = [:]

    init() {}

    /// Takes a setting, once it is known to be fit.
    mutating func set(
        _ key: ConfigurationKey, to text: String, at place: ConfigurationError.Source
    ) throws(ConfigurationError) {
        var scratch = ServiceConfiguration()
        try key.apply(text, to: &scratch, at: place)
        texts[key.name] = text
        places[key.name] = place
    }

    /// The layer as the configuration library takes it.
    func provider(name: String) -> InMemoryProvider {
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for key in ConfigurationKey.all {
            guard let text = texts[key.name] else { continue }
            values[AbsoluteConfigKey(key.components)] = ConfigValue(.string(text), isSecret: key.isSecret)
        }
        return InMemoryProvider(name: name, values: values)
    }
}

// MARK: - Flags and environment

extension ConfigurationLayer {
    /// What the command line sets: key to text.
    init(flags: [String: String]) throws(ConfigurationError) {
        for (name, text) in flags.sorted(by: { $0.key < $1.key }) {
            guard let key = ConfigurationKey.named(name) else {
                throw ConfigurationError("there is no key \(quotedValue(name))\(ConfigurationKey.hint(for: name))")
            }
            try set(key, to: text, at: .flag("--" + key.flag))
        }
    }

    /// Variables with our prefix that are not the service's: those of this package's tests.
    private static let foreignVariables: Set = ["TASKTYPE_PYTHON", "TASKTYPE_PROMTOOL"]

    /// What variables set whose names begin with `TASKTYPE_`.
    init(environment: [String: String]) throws(ConfigurationError) {
        let keys = Dictionary(uniqueKeysWithValues: ConfigurationKey.all.map { ($0.environmentVariable, $0) })
        for (name, text) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix("TASKTYPE_") {
            if Self.foreignVariables.contains(name) { continue }
            guard let key = keys[name] else {
                throw ConfigurationError(
                    "no key is set by this environment variable\(Self.hint(variable: name, among: keys.keys))",
                    at: .environment(name))
            }
            try set(key, to: text, at: .environment(name))
        }
    }

    private static func hint(variable: String, among variables: some Sequence<String>) -> String {
        if let near = nearestName(to: variable, among: variables) { return "; did you mean \(near)?" }
        // Kubernetes tells each container the addresses of services; one named tasktype looks like this.
        let service = ["TASKTYPE_SERVICE_", "TASKTYPE_PORT"]
        if service.contains(where: variable.hasPrefix) {
            return "; if Kubernetes sets it for a Service named tasktype, give the pod `enableServiceLinks: false`"
        }
        return "; unset it, or see `tasktype serve --help` for those there are"
    }
}
