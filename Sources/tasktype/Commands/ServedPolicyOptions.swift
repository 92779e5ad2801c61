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
    @Option(name: .key("routing.decisions", or: "decisions"), help: .key("routing.decisions", "file"))
    var decisions: String?
    @Option(name: .key("routing.decisions_size"), help: .key("routing.decisions_size", "bytes"))
    var decisionsSize: String?
    @Option(name: .key("routing.decisions_files"), help: .key("routing.decisions_files", "count"))
    var decisionsFiles: String?
    @Flag(name: .key("routing.decisions_text"), inversion: .prefixedNo, help: .key("routing.decisions_text"))
    var decisionsText: Bool?
    @Flag(name: .key("routing.decisions_in_state"), inversion: .prefixedNo, help: .key("routing.decisions_in_state"))
    var decisionsInState: Bool?

    var settings: [String: String?] {
        [
            "routing.policy": policy, "routing.watch_interval": watchInterval, "routing.state": state,
            "routing.state_days": stateDays, "routing.sessions": sessions,
            "routing.decisions": decisions, "routing.decisions_size": decisionsSize,
            "routing.decisions_files": decisionsFiles, "routing.decisions_text": decisionsText.map { "\($0)" },
            "routing.decisions_in_state": decisionsInState.map { "\($0)" },
        ]
    }
}
