internal import JSONCoding

/// A line of the journal, as far as summaries need it.
struct RecordedLine: Sendable {
    /// What a recorded decision says.
    struct Decided: Sendable {
        var id = ""
        var model: String?
        /// Models whose answer is no fallback's: those of the hedge and of the cascade.
        var others: Set<String> = []
        var taskType = ""
        var mode = ""
        var cause = ""
        var chosenCost = 0.0
        var baselineCost = 0.0
        var currency = ""
        var isUncertain = false
        /// What the policy's own choice would have cost, where a rollout's model of before answered.
        var routedCost: Double?
    }

    var time = 0.0
    var decision: Decided?
    var usage: UsageReport?
    var metadata: [String: String] = [:]

    /// Reads a line; what it does not know is read over.
    init(_ bytes: [UInt8]) throws(RequestDecodingError) {
        let json = bytes.span
        var cursor = JSONCursor(invalidUnicode: .repair)
        var id: String?
        var usagePlace: JSONCursor?
        try cursor.openObject(in: json, field: nil)
        while let key = try cursor.nextKey(in: json) {
            switch key.name {
            case "time": time = try cursor.numberOrNull(in: json, field: key.name) ?? 0
            case "id": id = try cursor.stringOrNull(in: json, field: key.name)
            case "metadata": metadata = try cursor.textsOrNull(in: json, field: key.name)
            case "decision" where try cursor.kind(in: json) == .object: decision = try Decided(json, &cursor)
            case "usage":
                usagePlace = cursor
                try cursor.skip(in: json)
            default: try cursor.skip(in: json)
            }
        }
        try cursor.finish(in: json)
        guard var place = usagePlace else { return }
        usage = try UsageReport(reading: json, with: &place, id: id ?? "?")
    }

    private init(time: Double, usage: UsageReport) {
        self.time = time
        self.usage = usage
    }

    /// A record of the state file, of either kind.
    init?(_ record: StoreRecord) {
        if record.kind == UsageReport.kind {
            guard let report = UsageReport(record) else { return nil }
            self.init(time: record.time, usage: report)
            return
        }
        do throws(RequestDecodingError) {
            try self.init(Array(record.body.utf8))
        } catch {
            return nil
        }
    }
}

extension RecordedLine.Decided {
    fileprivate init(_ json: Span<UInt8>, _ cursor: inout JSONCursor) throws(RequestDecodingError) {
        try cursor.open(in: json)
        while let key = try cursor.nextKey(in: json) {
            switch key.name {
            case "id": id = try cursor.stringOrNull(in: json, field: key.name) ?? ""
            case "model": model = try cursor.stringOrNull(in: json, field: key.name)
            case "hedge", "cascade": try readOthers(json, &cursor)
            case "task_type": taskType = try cursor.stringOrNull(in: json, field: key.name) ?? ""
            case "mode": mode = try cursor.stringOrNull(in: json, field: key.name) ?? ""
            case "cause": cause = try cursor.stringOrNull(in: json, field: key.name) ?? ""
            case "estimated_cost": try readCost(json, &cursor)
            case "steps": try readSteps(json, &cursor)
            case "rollout": try readRollout(json, &cursor)
            default: try cursor.skip(in: json)
            }
        }
    }

    private mutating func readOthers(_ json: Span<UInt8>, _ cursor: inout JSONCursor) throws(RequestDecodingError) {
        guard try cursor.kind(in: json) == .array else { return try cursor.skip(in: json) }
        try cursor.open(in: json)
        while try cursor.nextElement(in: json) {
            if let name = try cursor.stringOrNull(in: json, field: "cascade") { others.insert(name) }
        }
    }

    private mutating func readCost(_ json: Span<UInt8>, _ cursor: inout JSONCursor) throws(RequestDecodingError) {
        guard try cursor.openObjectOrNull(in: json, field: "estimated_cost") else { return }
        while let key = try cursor.nextKey(in: json) {
            switch key.name {
            case "chosen": chosenCost = try cursor.numberOrNull(in: json, field: key.name) ?? 0
            case "baseline": baselineCost = try cursor.numberOrNull(in: json, field: key.name) ?? 0
            case "currency": currency = try cursor.stringOrNull(in: json, field: key.name) ?? ""
            default: try cursor.skip(in: json)
            }
        }
    }

    private mutating func readRollout(_ json: Span<UInt8>, _ cursor: inout JSONCursor) throws(RequestDecodingError) {
        guard try cursor.openObjectOrNull(in: json, field: "rollout") else { return }
        while let key = try cursor.nextKey(in: json) {
            if key.name == "routed_cost" {
                routedCost = try cursor.numberOrNull(in: json, field: key.name)
            } else {
                try cursor.skip(in: json)
            }
        }
    }

    private mutating func readSteps(_ json: Span<UInt8>, _ cursor: inout JSONCursor) throws(RequestDecodingError) {
        guard try cursor.kind(in: json) == .array else { return try cursor.skip(in: json) }
        try cursor.open(in: json)
        while try cursor.nextElement(in: json) {
            guard try cursor.openObjectOrNull(in: json, field: "steps") else { continue }
            while let key = try cursor.nextKey(in: json) {
                guard key.name == "step" else {
                    try cursor.skip(in: json)
                    continue
                }
                if try cursor.stringOrNull(in: json, field: key.name) == "uncertainty" { isUncertain = true }
            }
        }
    }
}
