import Routing
import RoutingStore

/// Records decisions and the calls that followed them, beside the path of the answers.
struct DecisionRecorder: Sendable {
    /// The file of JSON Lines.
    var journal: DecisionJournal?
    /// Whether decisions go into the state file too; reports are there anyway.
    var store: RoutingStore?
    /// Whether the ask is recorded.
    var includesText: Bool

    func record(_ decision: Decision, of request: RoutingRequest, at time: Double) {
        let record = DecisionRecord(
            time: time, decision: decision, metadata: request.metadata, session: request.session,
            text: includesText ? request.text : nil)
        journal?.append(record.line)
        store?.submit([record.record])
    }

    func record(_ report: UsageReport, at time: Double) { journal?.append(report.line(at: time)) }

    func close() { journal?.close() }
}
