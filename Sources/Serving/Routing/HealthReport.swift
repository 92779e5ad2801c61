import JSONCoding
import RoutingStore

/// A model or provider is down until it is reported up.
struct HealthReport: Sendable, Equatable {
    static let kind = "health"

    var name: String
    var isDown: Bool

    init(name: String, isDown: Bool) {
        self.name = name
        self.isDown = isDown
    }

    /// A report that was kept.
    init?(_ record: StoreRecord) {
        guard record.kind == Self.kind else { return nil }
        let bytes = Array(record.body.utf8)
        guard let call = try? HealthCall(reading: bytes.span), let report = call.report else { return nil }
        self = report
    }

    func record(id: String, at time: Double) -> StoreRecord {
        var json = JSONWriter()
        json.object { json in
            json.key("name")
            json.value(name)
            json.key("status")
            json.value(isDown ? "down" : "up")
        }
        return StoreRecord(kind: Self.kind, id: id, time: time, body: String(decoding: json.bytes, as: UTF8.self))
    }
}
