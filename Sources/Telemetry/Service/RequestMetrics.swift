/// Counts and durations of HTTP requests, for a fixed set of routes.
///
/// A route and a status are looked up by position: nothing is hashed or allocated while requests run.
public final class RequestMetrics: Sendable {
    /// The values of the label `route`; the last one, `other`, stands for calls that no route answers.
    public let routes: [String]

    /// One for each route and each of `statuses`, a route's statuses in a row.
    private let counts: [PrometheusCounter]
    private let durations: [PrometheusHistogram]
    /// HTTP status → position in `statuses`, for 0 to 599.
    private let positions: [UInt8]

    /// Statuses that are counted as themselves; others are counted by class.
    private static let exact = [
        200, 400, 401, 403, 404, 405, 408, 409, 411, 413, 414, 415, 422, 424, 429, 431, 500, 501, 503, 504,
    ]
    private static let classes = ["1xx", "2xx", "3xx", "4xx", "5xx"]
    private static let statuses = exact.map { "\($0)" } + classes
    /// Shown even while they are zero, so that a rate over them, and an alert, sees the first one.
    private static let alwaysShown: Set<String> = ["200", "500", "503"]

    init(registry: PrometheusRegistry, routes: [String]) {
        let routes = routes.filter { $0 != "other" } + ["other"]
        self.routes = routes
        counts = routes.flatMap { route in
            Self.statuses.map { status in
                registry.counter(
                    "tasktype_http_requests_total", help: "HTTP requests answered, by route and status.",
                    labels: [("route", route), ("status", status)], hidesZero: !Self.alwaysShown.contains(status))
            }
        }
        durations = routes.map { route in
            registry.histogram(
                "tasktype_http_request_duration_seconds",
                help: "Time from a request's head to the last byte of its answer handed to the socket.",
                bounds: .latency, labels: [("route", route)])
        }
        positions = (0..<600).map { status in
            UInt8(Self.exact.firstIndex(of: status) ?? Self.exact.count + max(status / 100 - 1, 0))
        }
    }

    /// The position of a route, to be looked up once and kept; that of `other` where the route is unknown.
    public func index(of route: String) -> Int { routes.firstIndex(of: route) ?? routes.count - 1 }

    /// Counts a request that was answered.
    ///
    /// - Parameters:
    ///   - route: what `index(of:)` gave for its route.
    ///   - nanoseconds: from its head to the end of its answer.
    public func answered(route: Int, status: Int, nanoseconds: UInt64) {
        let route = routes.indices.contains(route) ? route : routes.count - 1
        let position = positions.indices.contains(status) ? Int(positions[status]) : Self.statuses.count - 1
        counts[route * Self.statuses.count + position].increment()
        durations[route].observe(nanoseconds: nanoseconds)
    }
}
