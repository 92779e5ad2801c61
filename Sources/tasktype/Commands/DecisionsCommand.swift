import ArgumentParser
import DataCare
import JSONCoding
import RoutingStore

struct DecisionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decisions", abstract: "Sum up recorded decisions: who answered, what it cost, what was saved.",
        discussion: """
            Reads what `tasktype serve` records: files of `routing.decisions`, with those set aside before them (NAME.1, \
            NAME.2, …), or the state file. Costs are those that gateways reported, where they did, else the estimates. \
            See docs/routing-service.md.
            """)

    @Argument(help: ArgumentHelp("File of decisions, or state file.", valueName: "file"))
    var paths: [String]

    @Option(help: "What to group by: model, route (task type and mode), cause, project, user, feature; several times.")
    var by: [GroupingChoice] = [.init(.model), .init(.route)]

    @Option(help: ArgumentHelp("Only records of the last so many days.", valueName: "days"))
    var days: Double?

    @Flag(help: "Only the files named, not those set aside before them.")
    var single = false

    @Option(help: "How to print: text or json.")
    var format: InspectionFormat = .text

    func validate() throws {
        if paths.isEmpty { throw ValidationError("Name a file of decisions, or a state file.") }
        if let days, !(days > 0 && days.isFinite) { throw ValidationError("--days must be above 0.") }
    }

    func run() throws {
        var summary = DecisionSummary()
        let since = days.map { Double(currentTime) - $0 * 86_400 } ?? -.infinity
        do {
            for path in paths {
                let before = (summary.records, summary.unreadable)
                try read(path, into: &summary, since: since)
                if summary.records == before.0, summary.unreadable > before.1 {
                    throw StoreError(
                        .damaged,
                        "\(path) holds no recorded decisions; name the file of `routing.decisions`, or the state file")
                }
            }
        } catch {
            throw Failure("\(error)")
        }
        switch format {
        case .text: StandardOutput.write(text(summary))
        case .json: StandardOutput.write(json(summary))
        }
    }

    private func read(_ path: String, into summary: inout DecisionSummary, since: Double) throws {
        if DecisionJournal.isStateFile(path) {
            let store = try RoutingStore(path: path)
            defer { store.close() }
            try store.read { connection in
                for kind in [DecisionRecord.kind, UsageReport.kind] {
                    try connection.replay(kind) { summary.add($0.record, since: since) }
                }
            }
            return
        }
        for file in single ? [path] : DecisionJournal.files(of: path) {
            try DecisionJournal.lines(of: file) { summary.add(line: $0, since: since) }
        }
    }

    private func share(_ part: Int, of whole: Int) -> Double { whole > 0 ? Double(part) / Double(whole) : 0 }

    // MARK: Printing

    private func text(_ summary: DecisionSummary) -> String {
        let total = summary.total
        let currency = summary.currency ?? "in several currencies"
        var lines: [String] = []
        func add(_ name: String, _ value: String) { lines.append(name.padded(to: 22) + value) }
        add("decisions", "\(total.decisions)")
        add("calls reported", "\(total.calls)")
        if summary.callsWithoutDecision > 0 { add("without a decision", "\(summary.callsWithoutDecision)") }
        if summary.unreadable > 0 { add("unreadable lines", "\(summary.unreadable)") }
        add("uncertain", share(total.uncertain, of: total.decisions).percent)
        add("fallback called", share(total.fallbacks, of: total.decisions).percent)
        add("cost", "\(total.cost.money) \(currency)")
        add("baseline", "\(total.baseline.money) \(currency)")
        if let savings = total.savings { add("saved", savings.percent) }
        if let savings = total.routingSavings {
            add("not routed yet", "\(total.held), estimated at \(total.heldEstimated.money) \(currency)")
            add("routed they'd be", "\(total.heldRouted.money) \(currency), \(savings.percent) less")
        }
        for choice in by {
            let groups = summary.groups(by: choice.grouping)
            guard !groups.isEmpty else { continue }
            let width = max(22, (groups.keys.map(\.count).max() ?? 0) + 2)
            lines.append("")
            lines.append(
                choice.grouping.rawValue.padded(to: width)
                    + ["decisions", "share", "cost", "a decision", "fallback", "uncertain", "saved"].map {
                        $0.padded(toRight: 12)
                    }.joined())
            for (name, group) in sorted(groups) {
                let cells = [
                    "\(group.decisions)", share(group.decisions, of: total.decisions).percent, group.cost.money,
                    (group.cost / Double(max(1, group.decisions))).money,
                    share(group.fallbacks, of: group.decisions).percent,
                    share(group.uncertain, of: group.decisions).percent, group.savings?.percent ?? "–",
                ]
                lines.append(name.padded(to: width) + cells.map { $0.padded(toRight: 12) }.joined())
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func sorted(_ groups: [String: DecisionSummary.Group]) -> [(String, DecisionSummary.Group)] {
        groups.sorted { ($1.value.decisions, $0.key) < ($0.value.decisions, $1.key) }.map { ($0.key, $0.value) }
    }

    private func json(_ summary: DecisionSummary) -> [UInt8] {
        let total = summary.total
        var json = JSONWriter()
        json.object { json in
            write(total, of: total, to: &json)
            json.key("currency")
            if let currency = summary.currency { json.value(currency) } else { json.null() }
            json.key("calls_without_decision")
            json.value(summary.callsWithoutDecision)
            json.key("unreadable_lines")
            json.value(summary.unreadable)
            if let span = summary.span {
                json.key("first_time_seconds")
                json.value(span.first)
                json.key("last_time_seconds")
                json.value(span.last)
            }
            for choice in by {
                json.key("by_" + choice.grouping.rawValue)
                json.object { json in
                    for (name, group) in sorted(summary.groups(by: choice.grouping)) {
                        json.key(name)
                        json.object { write(group, of: total, to: &$0) }
                    }
                }
            }
        }
        json.lineBreak()
        return json.bytes
    }

    private func write(_ group: DecisionSummary.Group, of total: DecisionSummary.Group, to json: inout JSONWriter) {
        json.key("decisions")
        json.value(group.decisions)
        json.key("share")
        json.value(share(group.decisions, of: total.decisions))
        json.key("calls")
        json.value(group.calls)
        for (key, number) in [
            ("cost", group.cost), ("cost_reported", group.reported), ("cost_estimated", group.estimated),
            ("cost_baseline", group.baseline), ("fallback_rate", share(group.fallbacks, of: group.decisions)),
            ("uncertain_share", share(group.uncertain, of: group.decisions)),
        ] {
            json.key(key)
            json.value(number)
        }
        json.key("savings")
        if let savings = group.savings { json.value(savings) } else { json.null() }
        guard group.held > 0 else { return }
        json.key("not_routed")
        json.value(group.held)
        for (key, number) in [
            ("not_routed_cost_estimated", group.heldEstimated), ("not_routed_cost_if_routed", group.heldRouted),
        ] {
            json.key(key)
            json.value(number)
        }
    }
}

/// A grouping as an option names it.
struct GroupingChoice: ExpressibleByArgument {
    let grouping: DecisionSummary.Grouping

    init(_ grouping: DecisionSummary.Grouping) { self.grouping = grouping }

    init?(argument: String) {
        guard let grouping = DecisionSummary.Grouping(rawValue: argument) else { return nil }
        self.grouping = grouping
    }

    var defaultValueDescription: String { grouping.rawValue }
    static var allValueStrings: [String] { DecisionSummary.Grouping.allCases.map(\.rawValue) }
}

extension Double {
    /// As a percentage with one digit behind the point.
    fileprivate var percent: String { "\((self * 1000).rounded() / 10) %" }

    /// With as many digits as a price needs, and no exponent.
    fileprivate var money: String {
        guard magnitude < 1e9 else { return "\(self)" }
        let places = magnitude >= 100 ? 2 : 6
        let scale = places == 2 ? 100 : 1_000_000
        let units = Int((magnitude * Double(scale)).rounded())
        let digits = String(units % scale)
        return (self < 0 ? "-" : "") + "\(units / scale)." + String(repeating: "0", count: places - digits.count)
            + digits
    }
}

extension String {
    fileprivate func padded(toRight width: Int) -> String {
        String(repeating: " ", count: max(1, width - count)) + self
    }
}
