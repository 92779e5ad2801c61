import ArgumentParser

struct ServedPolicyOptions: ParsableArguments {
    @Option(name: .key("routing.policy", or: "policy"), help: .key("routing.policy", "file"))
    var policy: String?
    @Option(name: .key("routing.watch_interval"), help: .key("routing.watch_interval", "seconds"))
    var watchInterval: String?
    @Option(name: .key("routing.state", or: "state"), help: .key("routing.state", "file"))
    var state: String?
    @Option(name: .key("routing.state_days"), help: .key("routing.state_days", "days"))
    var stateDays: String?
    @Option(name: .key("routing.sessions"), help: .key("routing.sessions", "count"))
    var sessions: String?

    var settings: [String: String?] {
        [
            "routing.policy": policy, "routing.watch_interval": watchInterval, "routing.state": state,
            "routing.state_days": stateDays, "routing.sessions": sessions,
        ]
    }
}
