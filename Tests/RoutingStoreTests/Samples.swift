import Foundation
import GRDB
import Routing
import Synchronization
import TestSupport

@testable import RoutingStore

func usage(_ id: String, _ cost: Double = 1, _ metadata: [String: String] = [:], at time: Double = 0) -> StoreRecord {
    var report = UsageReport(id: id)
    report.cost = cost
    report.metadata = metadata
    return report.record(at: time)
}

/// Keeps what it is given.
final class Notebook: StoreFollower {
    let kinds: Set<String>
    private let notes = Mutex((loaded: [String](), applied: [String]()))

    init(_ kinds: Set<String> = [UsageReport.kind]) { self.kinds = kinds }

    func load(from connection: StoreConnection, through sequence: Int) throws {
        var ids: [String] = []
        for kind in kinds.sorted() {
            try connection.replay(kind) { if $0.sequence <= sequence { ids.append($0.record.id) } }
        }
        notes.withLock { $0 = (ids, []) }
    }

    func apply(_ records: [StoredRecord]) {
        notes.withLock { notes in notes.applied += records.map(\.record.id) }
    }

    var loaded: [String] { notes.withLock { $0.loaded } }
    var applied: [String] { notes.withLock { $0.applied } }
}

extension RoutingStore {
    /// Bounds the file as a full disk does.
    func limitPages(_ count: Int) throws {
        _ = try database.writeWithoutTransaction {
            try Int.fetchOne($0, sql: "PRAGMA max_page_count = \(count)")
        }
    }

    func pragma(_ name: String) throws -> String? {
        try database.writeWithoutTransaction { try String.fetchOne($0, sql: "PRAGMA \(name)") }
    }

    /// Everyone's spending, as the table has it.
    func spentByEveryone() throws -> Double {
        var sum = 0.0
        try read {
            try $0.rows("SELECT sum(amount) FROM spend WHERE dimension = 'everyone'") { sum = $0[0].number ?? 0 }
        }
        return sum
    }
}
