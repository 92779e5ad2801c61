/// One thing that an operator can set: its name, what it may be, and where it goes.
///
/// `ConfigurationKey.all` is the one table of them. Files, environment variables and flags are checked against it, and
/// the help of the flags and `docs/configuration.md` say what it says.
package struct ConfigurationKey: Sendable {
    /// Section and member, as in `listen.port`.
    package let name: String
    /// What it may be, as the end of "must be …".
    package let values: String
    /// What it is for: a phrase without a full stop.
    package let help: String
    /// Whether its value is kept out of messages and of what is printed.
    package let isSecret: Bool
    /// Whether it maps names to names, which a file writes as a mapping.
    let isMapping: Bool
    private let write: @Sendable (String, inout ServiceConfiguration) -> Fault?
    private let read: @Sendable (ServiceConfiguration) -> ConfigurationValue

    /// Why a text cannot be a key's value.
    enum Fault: Error, Equatable {
        /// It is not one of `values`.
        case unfit
        /// It may be one of them, but this is wrong with it.
        case because(String)
    }

    init(
        _ name: String, values: String, help: String, isSecret: Bool = false, isMapping: Bool = false,
        set: @escaping @Sendable (String, inout ServiceConfiguration) -> Fault?,
        get: @escaping @Sendable (ServiceConfiguration) -> ConfigurationValue
    ) {
        self.name = name
        self.values = values
        self.help = help
        self.isSecret = isSecret
        self.isMapping = isMapping
        write = set
        read = get
    }

    /// The parts of the name.
    var components: [String] { name.split(separator: ".").map(String.init) }
    /// The first part of the name.
    package var section: String { components[0] }
    /// The last part of the name.
    package var member: String { components[1] }

    /// The environment variable that sets it, as in `TASKTYPE_LISTEN_PORT`.
    package var environmentVariable: String {
        "TASKTYPE_" + name.uppercased().split(separator: ".").joined(separator: "_")
    }

    /// The flag that sets it, without its dashes, as in `listen-port`.
    package var flag: String {
        String(name.map { $0 == "." || $0 == "_" ? "-" : $0 })
    }

    /// Its value in a configuration.
    package func value(in configuration: ServiceConfiguration) -> ConfigurationValue { read(configuration) }

    /// Its value where nobody sets it.
    package var defaultValue: ConfigurationValue { read(ServiceConfiguration()) }

    /// Sets it to what `text` says.
    func apply(
        _ text: String, to configuration: inout ServiceConfiguration, at source: ConfigurationError.Source?
    ) throws(ConfigurationError) {
        switch write(text, &configuration) {
        case nil: return
        case .because(let reason): throw ConfigurationError("\(name) \(reason)", key: name, at: source)
        case .unfit:
            // A secret that is refused must not end up in a log.
            let found = isSecret ? "" : ", not " + quotedValue(text)
            throw ConfigurationError("\(name) must be \(values)\(found)", key: name, at: source)
        }
    }
}

/// The value of a key, ready to be shown.
package enum ConfigurationValue: Sendable, Equatable {
    case integer(Int)
    case number(Double)
    case flag(Bool)
    case text(String)
    /// Nothing is set, which this word says.
    case absent(String)
    /// Nothing is set, and no word says so: the key is left out.
    case unset
    /// Set, and nobody's business.
    case secret
    case mapping([String: String])
}
