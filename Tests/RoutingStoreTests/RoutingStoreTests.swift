import Foundation
import TestSupport
import Testing

@testable import RoutingStore

@Suite struct RoutingStoreTests {
    private let folder: ScratchFolder
    private var path: String { folder("state.sqlite") }

    init() throws { folder = try ScratchFolder() }

    @Test func `a record is kept once, whoever sends it how often`() async throws {
        let store = try RoutingStore(path: path)
        defer { store.close() }
        #expect(try await store.append([usage("a", 2), usage("b", 3), usage("a", 5)]) == [true, true, false])
        #expect(try await store.append([usage("b", 7)]) == [false])
        #expect(try store.spentByEveryone() == 5)
    }

    @Test func `what was kept is there after the file is opened again, in its order`() async throws {
        let first = try RoutingStore(path: path)
        for id in ["c", "a", "b"] { try await first.append([usage(id, 1.5)]) }
        first.close()
        let second = try RoutingStore(path: path)
        defer { second.close() }
        let notebook = Notebook()
        try second.follow(notebook)
        #expect(notebook.loaded == ["c", "a", "b"])
        #expect(try second.spentByEveryone() == 4.5)
        try await second.append([usage("d")])
        #expect(notebook.applied == ["d"])
    }

    @Test func `the log is synced before an answer, and nobody else may read the file`() throws {
        let store = try RoutingStore(path: path)
        defer { store.close() }
        #expect(try store.pragma("synchronous") == "2", "FULL")
        #expect(try store.pragma("journal_mode") == "wal")
        for suffix in ["", "-wal", "-shm"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: path + suffix)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(suffix)")
        }
    }

    @Test func `many that append at once each get their own answer, and every record is there`() async throws {
        let store = try RoutingStore(path: path)
        defer { store.close() }
        let notebook = Notebook()
        try store.follow(notebook)
        // Every identifier is sent by two, of whom one alone may be told that it is new.
        let fresh = try await withThrowingTaskGroup(of: Int.self) { group in
            for sender in 0..<400 {
                group.addTask {
                    try await store.append([usage("id-\(sender / 2)", 1), usage("own-\(sender)", 1)]).count { $0 }
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(fresh == 200 + 400)
        #expect(try store.spentByEveryone() == 600)
        #expect(Set(notebook.applied).count == 600)
        #expect(notebook.applied.count == 600, "each once")
    }

    @Test func `followers know a record before whoever sent it has the answer`() async throws {
        let store = try RoutingStore(path: path)
        defer { store.close() }
        let notebook = Notebook()
        try store.follow(notebook)
        for index in 0..<50 {
            try await store.append([usage("\(index)")])
            #expect(notebook.applied.count == index + 1)
        }
    }

    @Test func `two stores on one file see each other's records, each once`() async throws {
        let (left, right) = (try RoutingStore(path: path), try RoutingStore(path: path))
        defer {
            left.close()
            right.close()
        }
        let (first, second) = (Notebook(), Notebook())
        try left.follow(first)
        try right.follow(second)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<200 {
                group.addTask { try await left.append([usage("l\(index)"), usage("shared\(index)")]) }
                group.addTask { try await right.append([usage("r\(index)"), usage("shared\(index)")]) }
            }
            try await group.waitForAll()
        }
        try left.refresh()
        try right.refresh()
        #expect(first.applied == second.applied, "in one order")
        #expect(first.applied.count == 600)
        #expect(Set(first.applied).count == 600)
        #expect(try left.spentByEveryone() == 600)
    }

    @Test func `many may open a new file at once`() async throws {
        let path = path
        let opened = try await withThrowingTaskGroup(of: RoutingStore.self) { group in
            for _ in 0..<8 { group.addTask { try RoutingStore(path: path) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for (index, store) in opened.enumerated() { try await store.append([usage("\(index)")]) }
        #expect(try opened[0].spentByEveryone() == 8)
        for store in opened { store.close() }
    }

    @Test func `what another process wrote is seen without being asked for`() async throws {
        let left = try RoutingStore(path: path, pollSeconds: 0.02)
        let right = try RoutingStore(path: path)
        defer {
            left.close()
            right.close()
        }
        let notebook = Notebook()
        try left.follow(notebook)
        try await right.append([usage("x")])
        let end = Date().addingTimeInterval(20)
        while notebook.applied.isEmpty, Date() < end { try await Task.sleep(for: .milliseconds(5)) }
        #expect(notebook.applied == ["x"])
    }

    @Test func `a full disk refuses with a sentence, counts nothing, and goes on once there is room`() async throws {
        let store = try RoutingStore(path: path)
        defer { store.close() }
        let notebook = Notebook()
        try store.follow(notebook)
        try await store.append([usage("first")])
        let pages = try #require(Int(try store.pragma("page_count") ?? ""))
        try store.limitPages(pages)
        let large = (0..<400).map { usage("large-\($0)", 1, ["user": String(repeating: "u", count: 200) + "\($0)"]) }
        do {
            try await store.append(large)
            Issue.record("there was room")
        } catch {
            #expect(error.kind == .full)
            #expect(error.message.contains("no space is left"))
        }
        #expect(notebook.applied == ["first"])
        #expect(try store.spentByEveryone() == 1)
        try store.limitPages(1_000_000)
        #expect(try await store.append(large).allSatisfy { $0 })
        #expect(try store.spentByEveryone() == 401)
    }

    @Test func `a record that a projection cannot take is refused alone`() async throws {
        let store = try RoutingStore(path: path, projections: [SpendProjection(), Fussy()])
        defer { store.close() }
        let results = await withTaskGroup(of: (Int, Bool).self) { group in
            for index in 0..<40 {
                let record = StoreRecord(kind: "fussy", id: "\(index)", time: 0, body: index % 10 == 3 ? "bad" : "good")
                group.addTask { (index, (try? await store.append([record])) != nil) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        for (index, isKept) in results { #expect(isKept == (index % 10 != 3), "\(index)") }
        var kept = 0
        try store.read { try $0.rows("SELECT count(*) FROM fussy_good") { kept = $0[0].integer ?? 0 } }
        #expect(kept == 36)
    }

    @Test func `a projection that is added later gets its tables, and steps run once`() async throws {
        try RoutingStore(path: path).close()
        for _ in 0..<2 {
            let store = try RoutingStore(path: path, projections: [SpendProjection(), Fussy()])
            try await store.append([StoreRecord(kind: "fussy", id: UUID().uuidString, time: 0, body: "good")])
            store.close()
        }
        let store = try RoutingStore(path: path)
        defer { store.close() }
        var steps: [String] = []
        try store.read { try $0.rows("SELECT name FROM migration ORDER BY name") { steps.append($0[0].text ?? "") } }
        #expect(steps == ["fussy.1", "fussy.2", "outcomes.1", "outcomes.2", "spend.1"])
    }

    @Test func `records are replayed by kind, from any place, and old ones are forgotten`() async throws {
        let store = try RoutingStore(path: path)
        defer { store.close() }
        for index in 0..<30 {
            let kind = index % 2 == 0 ? "usage" : "outcome"
            try await store.append([StoreRecord(kind: kind, id: "\(index)", time: Double(index), body: "{}")])
        }
        func ids(after: Int = 0, limit: Int = .max) throws -> [String] {
            var ids: [String] = []
            try store.read { try $0.replay("outcome", after: after, limit: limit) { ids.append($0.record.id) } }
            return ids
        }
        #expect(try ids() == stride(from: 1, to: 30, by: 2).map { "\($0)" })
        #expect(try ids(limit: 3) == ["1", "3", "5"])
        #expect(try ids(after: 4) == Array(ids().dropFirst(2)))
        #expect(try store.forget("outcome", before: 10) == 5)
        #expect(try ids().first == "11")
        #expect(try store.forget("outcome", before: 10) == 0)
        var usages = 0
        try store.read { try $0.replay("usage") { _ in usages += 1 } }
        #expect(usages == 15, "other kinds are left alone")
    }

    @Test func `a file that is no store is refused, and one of a later format too`() async throws {
        let noise = try folder.write(String(repeating: "no database, ", count: 200), to: "noise")
        #expect(throws: StoreError.self) { try RoutingStore(path: noise) }
        let store = try RoutingStore(path: path)
        _ = try store.pragma("user_version = 7")
        store.close()
        do {
            _ = try RoutingStore(path: path)
            Issue.record("opened")
        } catch {
            #expect(error.message.contains("format 7"))
        }
        do {
            _ = try RoutingStore(path: folder("none/state"))
            Issue.record("opened")
        } catch {
            #expect(error.message.contains("none/state") && error.kind == .unavailable)
        }
    }

    @Test func `a closed store keeps what waited and takes nothing more`() async throws {
        let store = try RoutingStore(path: path)
        for index in 0..<500 { store.submit([usage("\(index)")]) }
        store.close()
        await #expect(throws: StoreError.self) { try await store.append([usage("late")]) }
        let again = try RoutingStore(path: path)
        defer { again.close() }
        #expect(try again.spentByEveryone() == 500)
    }
}

/// Takes records whose body is not "bad".
private struct Fussy: StoreProjection {
    let name = "fussy"
    let kinds: Set<String> = ["fussy"]
    let migrations = ["CREATE TABLE fussy_good (id TEXT PRIMARY KEY)", "CREATE TABLE fussy_more (id TEXT)"]

    func apply(_ records: [StoredRecord], to connection: StoreConnection) throws {
        for stored in records {
            if stored.record.body == "bad" { throw StoreError(.refused, "it is bad") }
            try connection.execute("INSERT INTO fussy_good (id) VALUES (?)", [.text(stored.record.id)])
        }
    }
}
