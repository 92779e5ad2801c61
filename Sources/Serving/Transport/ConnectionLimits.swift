import NIOCore

/// Bounds on a connection, as the event loops use them.
struct ConnectionLimits: Sendable {
    let bodyLimit: Int
    let headerLimit: Int
    let headerTimeout: TimeAmount
    let bodyTimeout: TimeAmount
    let idleTimeout: TimeAmount
    let writeTimeout: TimeAmount

    init(_ configuration: ServiceConfiguration.HTTP) {
        bodyLimit = configuration.bodyLimit
        headerLimit = configuration.headerLimit
        headerTimeout = TimeAmount(fractionalSeconds: configuration.headerTimeout)
        bodyTimeout = TimeAmount(fractionalSeconds: configuration.bodyTimeout)
        idleTimeout = TimeAmount(fractionalSeconds: configuration.idleTimeout)
        writeTimeout = TimeAmount(fractionalSeconds: configuration.writeTimeout)
    }
}

extension TimeAmount {
    /// A fraction of seconds.
    init(fractionalSeconds seconds: Double) { self = .nanoseconds(Int64(seconds * 1e9)) }
}
