internal import JSONCoding
public import Routing

/// A stage of a rollout that began, or that ended by being taken back, as it is kept.
public struct RolloutRecord: Sendable, Equatable {
    /// The kind of record.
    public static let kind = "rollout"

    /// The rollout's name.
    public var rollout: String
    /// The task type.
    public var taskType: String
    /// Where it stands since; the arms are not kept here.
    public var progress: RolloutLedger.Progress

    /// A stage.
    public init(rollout: String, taskType: String, progress: RolloutLedger.Progress) {
        self.rollout = rollout
        self.taskType = taskType
        self.progress = progress
        self.progress.arms = [:]
    }

    /// The stage as a record.
    ///
    /// Processes that share a file come to the same stage under one identifier, and one of them has it kept.
    public func record(at time: Double) -> StoreRecord {
        var json = JSONWriter()
        json.object { json in
            json.member("rollout", rollout)
            json.member("task_type", taskType)
            json.key("stage")
            json.value(progress.stage)
            json.key("step")
            json.value(progress.step)
            json.member("share", progress.share)
            json.member("since", progress.since)
            json.member("taken_back", progress.takenBack?.rawValue)
        }
        let parts = [rollout, taskType, "\(progress.stage)"] + (progress.takenBack == nil ? [] : ["taken back"])
        return StoreRecord(
            kind: Self.kind, id: parts.joined(separator: "\u{1F}"), time: time,
            body: String(decoding: json.bytes, as: UTF8.self))
    }

    /// A stage that was kept; nil for a record that this program cannot read.
    public init?(_ record: StoreRecord) {
        guard let stage = record.read(Self.kind, by: Self.read) else { return nil }
        self = stage
    }

    private static func read(
        _ json: Span<UInt8>, _ cursor: inout JSONCursor
    ) throws(RequestDecodingError) -> RolloutRecord {
        var result = RolloutRecord(rollout: "", taskType: "", progress: .init(share: 0, since: 0))
        try cursor.openObject(in: json, field: nil)
        while let key = try cursor.nextKey(in: json) {
            switch key.name {
            case "rollout": result.rollout = try cursor.stringOrNull(in: json, field: key.name) ?? ""
            case "task_type": result.taskType = try cursor.stringOrNull(in: json, field: key.name) ?? ""
            case "stage": result.progress.stage = try cursor.integerOrNull(in: json, field: key.name) ?? 1
            case "step": result.progress.step = try cursor.integerOrNull(in: json, field: key.name) ?? 0
            case "share": result.progress.share = try cursor.numberOrNull(in: json, field: key.name) ?? 0
            case "since": result.progress.since = try cursor.numberOrNull(in: json, field: key.name) ?? 0
            case "taken_back":
                result.progress.takenBack = try cursor.stringOrNull(in: json, field: key.name).flatMap(
                    ReportedOutcome.Measure.init)
            default: try cursor.skip(in: json)
            }
        }
        try cursor.finish(in: json)
        return result
    }
}
