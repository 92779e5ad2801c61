package import JSONCoding
internal import Routing

extension OutcomeReport: StoredReport {
    /// Reads the object that must come next.
    ///
    /// - Parameter id: where the object has no `id`, as a stored one, whose identifier stands beside it.
    package init(
        reading json: Span<UInt8>, with cursor: inout JSONCursor, id: String? = nil
    ) throws(RequestDecodingError) {
        self.init(id: id ?? "", taskType: "")
        var seen = SeenKeys()
        var ratingOffset = 0
        let isStored = id != nil
        try cursor.openObject(in: json, field: nil)
        let start = cursor.position - 1
        while let key = try cursor.nextKey(in: json) {
            guard Self.keys.contains(key.name) || isStored && Self.keptKeys.contains(key.name) else {
                try cursor.skip(in: json)
                continue
            }
            try seen.insert(key)
            switch key.name {
            case "id": self.id = try cursor.stringOrNull(in: json, field: key.name) ?? self.id
            case "decision": decision = try cursor.stringOrNull(in: json, field: key.name)
            case "task_type": taskType = try cursor.stringOrNull(in: json, field: key.name) ?? ""
            case "rollout": rollout = try Self.rollout(in: json, with: &cursor)
            case "thumb":
                isThumbUp = try Self.word(key, of: ["up", "down"], in: json, with: &cursor).map { $0 == "up" }
            case "rating":
                ratingOffset = key.offset
                rating = try cursor.numberOrNull(in: json, field: key.name)
            case "rating_scale": ratingScale = try Self.scale(key, in: json, with: &cursor) ?? ratingScale
            case "error": isError = try cursor.flagOrNull(in: json, field: key.name)
            case "latency_seconds": latencySeconds = try Self.amount(key, in: json, with: &cursor)
            case "cost": cost = try Self.amount(key, in: json, with: &cursor)
            case "latency_score": latencyScore = try cursor.numberOrNull(in: json, field: key.name)
            case "cost_score": costScore = try cursor.numberOrNull(in: json, field: key.name)
            default:
                let words = ReportedOutcome.Fit.allCases.map(\.rawValue)
                fit = try Self.word(key, of: words, in: json, with: &cursor).flatMap(ReportedOutcome.Fit.init)
            }
        }
        func missing(_ field: String, _ remedy: String) -> RequestDecodingError {
            RequestDecodingError(
                .missingField, at: start, field: field, problem: "the outcome has no `\(field)`", remedy: remedy)
        }
        if self.id.isEmpty {
            throw missing(
                "id", "give each outcome one of its own, so that it can be sent again without being counted twice")
        }
        if taskType.isEmpty { throw missing("task_type", "send the decision's") }
        if scores.isEmpty, latencySeconds == nil, cost == nil {
            throw missing("thumb", "give at least one of thumb, rating, error, fit, latency_seconds and cost")
        }
        if let rating, !ratingScale.contains(rating) {
            throw RequestDecodingError(
                .wrongType, at: ratingOffset, field: "rating",
                problem: "`rating` is not from \(ratingScale.lowerBound) to \(ratingScale.upperBound)",
                remedy: "correct it, or give the two ends as `rating_scale`")
        }
    }

    private static let keys: Set = [
        "id", "decision", "task_type", "rollout", "thumb", "rating", "rating_scale", "error", "fit", "latency_seconds",
        "cost",
    ]
    /// What this program alone writes.
    private static let keptKeys: Set = ["latency_score", "cost_score"]

    private static func amount(
        _ key: (name: String, offset: Int), in json: Span<UInt8>, with cursor: inout JSONCursor
    ) throws(RequestDecodingError) -> Double? {
        guard let amount = try cursor.numberOrNull(in: json, field: key.name) else { return nil }
        if amount >= 0 { return amount }
        throw RequestDecodingError(
            .wrongType, at: key.offset, field: key.name, problem: "`\(key.name)` is \(amount)", remedy: "send 0 or more"
        )
    }

    private static func word(
        _ key: (name: String, offset: Int), of words: [String], in json: Span<UInt8>, with cursor: inout JSONCursor
    ) throws(RequestDecodingError) -> String? {
        guard let text = try cursor.stringOrNull(in: json, field: key.name) else { return nil }
        if words.contains(text) { return text }
        throw RequestDecodingError(
            .wrongType, at: key.offset, field: key.name, problem: "`\(key.name)` is \(quoted(text))",
            remedy: "send one of \(words.joined(separator: ", "))")
    }

    private static func scale(
        _ key: (name: String, offset: Int), in json: Span<UInt8>, with cursor: inout JSONCursor
    ) throws(RequestDecodingError) -> ClosedRange<Double>? {
        var ends: [Double] = []
        switch try cursor.kind(in: json) {
        case .null:
            _ = try cursor.literal(in: json)
            return nil
        case .array: try cursor.open(in: json)
        case let other: throw cursor.wrongType(other, field: key.name, expected: "an array")
        }
        while try cursor.nextElement(in: json) {
            if ends.count == 2 { ends.removeAll() }
            ends.append(try cursor.numberOrNull(in: json, field: key.name) ?? .nan)
        }
        guard ends.count == 2, ends[0] < ends[1], (ends[1] - ends[0]).isFinite else {
            throw RequestDecodingError(
                .wrongType, at: key.offset, field: key.name, problem: "`rating_scale` is no pair of rising numbers",
                remedy: "send the worst and the best rating, as [1, 5]")
        }
        return ends[0]...ends[1]
    }

    /// The decision's `rollout`, of which name, arm, stage and unit matter here.
    private static func rollout(
        in json: Span<UInt8>, with cursor: inout JSONCursor
    ) throws(RequestDecodingError) -> Decision.Rollout? {
        guard try cursor.openObjectOrNull(in: json, field: "rollout") else { return nil }
        let start = cursor.position - 1
        var seen = SeenKeys()
        var (name, arm, stage, share): (String?, Decision.Rollout.Arm?, Int?, Double) = (nil, nil, nil, 0)
        var unit: UInt64?
        while let key = try cursor.nextKey(in: json) {
            let field = "rollout.\(key.name)"
            guard ["name", "arm", "stage", "share", "unit"].contains(key.name) else {
                try cursor.skip(in: json)
                continue
            }
            try seen.insert(key)
            switch key.name {
            case "name": name = try cursor.stringOrNull(in: json, field: field)
            case "arm":
                let words = Decision.Rollout.Arm.allCases.map(\.rawValue)
                arm = try word((field, key.offset), of: words, in: json, with: &cursor).flatMap(
                    Decision.Rollout.Arm.init)
            case "stage": stage = try cursor.integerOrNull(in: json, field: field)
            case "unit": unit = try Self.unit((field, key.offset), in: json, with: &cursor)
            default: share = try cursor.numberOrNull(in: json, field: field) ?? 0
            }
        }
        if let stage, !(1...1_000_000).contains(stage) {
            throw RequestDecodingError(
                .wrongType, at: start, field: "rollout.stage", problem: "`rollout.stage` is not from 1 to 1000000",
                remedy: "send the decision's `rollout` as it came")
        }
        guard let name, let arm, let stage else {
            throw RequestDecodingError(
                .missingField, at: start, field: "rollout", problem: "`rollout` lacks `name`, `arm` or `stage`",
                remedy: "send the decision's `rollout` as it came")
        }
        var rollout = Decision.Rollout(name: name, arm: arm, share: share, stage: stage)
        rollout.unit = unit
        return rollout
    }

    private static func unit(
        _ key: (name: String, offset: Int), in json: Span<UInt8>, with cursor: inout JSONCursor
    ) throws(RequestDecodingError) -> UInt64? {
        guard let text = try cursor.stringOrNull(in: json, field: key.name) else { return nil }
        let isHexadecimal =
            text.utf8.count == 16 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        if isHexadecimal, let unit = UInt64(text, radix: 16) { return unit }
        throw RequestDecodingError(
            .wrongType, at: key.offset, field: key.name, problem: "`\(key.name)` is not 16 hexadecimal digits",
            remedy: "send the decision's `rollout` as it came")
    }

    /// The report as it is kept; its identifier and time stand beside it.
    public var json: String {
        var json = JSONWriter()
        json.object { json in
            json.member("decision", decision)
            json.member("task_type", taskType)
            if let rollout {
                json.key("rollout")
                json.object { json in
                    json.member("name", rollout.name)
                    json.member("arm", rollout.arm.rawValue)
                    json.key("stage")
                    json.value(rollout.stage)
                    json.member("share", rollout.share)
                    json.member("unit", rollout.unit.map(RolloutAssignment.text))
                }
            }
            json.member("thumb", isThumbUp.map { $0 ? "up" : "down" })
            if let rating {
                json.member("rating", rating)
                json.key("rating_scale")
                json.array { json in
                    json.value(ratingScale.lowerBound)
                    json.value(ratingScale.upperBound)
                }
            }
            json.member("error", isError)
            json.member("fit", fit?.rawValue)
            json.member("latency_seconds", latencySeconds)
            json.member("cost", cost)
            json.member("latency_score", latencyScore)
            json.member("cost_score", costScore)
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// A report that was kept; nil for a record that this program cannot read.
    public init?(_ record: StoreRecord) {
        guard let report = record.report(readBy: Self.init(reading:with:id:)) else { return nil }
        self = report
    }
}
