package import JSONCoding

extension UsageReport: StoredReport {
    /// Reads the object that must come next.
    ///
    /// - Parameter id: where the object has no `id`, as a stored one, whose identifier stands beside it.
    package init(
        reading json: Span<UInt8>, with cursor: inout JSONCursor, id: String? = nil
    ) throws(RequestDecodingError) {
        self.init(id: id ?? "")
        var seen = SeenKeys()
        var isNamed = id != nil
        try cursor.openObject(in: json, field: nil)
        let start = cursor.position - 1
        while let key = try cursor.nextKey(in: json) {
            guard Self.keys.contains(key.name) else {
                try cursor.skip(in: json)
                continue
            }
            try seen.insert(key)
            switch key.name {
            case "id":
                if let text = try cursor.stringOrNull(in: json, field: key.name) {
                    self.id = text
                    isNamed = true
                }
            case "decision": decision = try cursor.stringOrNull(in: json, field: key.name)
            case "model": model = try cursor.stringOrNull(in: json, field: key.name)
            case "cost": cost = try cursor.numberOrNull(in: json, field: key.name)
            case "baseline_cost": baselineCost = try cursor.numberOrNull(in: json, field: key.name)
            case "latency_seconds": latencySeconds = try cursor.numberOrNull(in: json, field: key.name)
            case "failed": failed = try cursor.flagOrNull(in: json, field: key.name) ?? false
            case "fallback": isFallback = try cursor.flagOrNull(in: json, field: key.name) ?? false
            case "metadata": metadata = try cursor.textsOrNull(in: json, field: key.name)
            default: try readTokens(in: json, with: &cursor)
            }
        }
        guard isNamed, !self.id.isEmpty else {
            throw RequestDecodingError(
                .missingField, at: start, field: "id", problem: "the report has no `id`",
                remedy: "give each report one of its own, so that it can be sent again without being counted twice")
        }
    }

    private static let keys: Set = [
        "id", "decision", "model", "cost", "baseline_cost", "latency_seconds", "failed", "fallback", "metadata",
        "tokens",
    ]

    private mutating func readTokens(
        in json: Span<UInt8>, with cursor: inout JSONCursor
    ) throws(RequestDecodingError) {
        guard try cursor.openObjectOrNull(in: json, field: "tokens") else { return }
        var seen = SeenKeys()
        while let key = try cursor.nextKey(in: json) {
            guard ["input", "output", "cached_input"].contains(key.name) else {
                try cursor.skip(in: json)
                continue
            }
            try seen.insert(key)
            let offset = cursor.position
            let count = try cursor.integerOrNull(in: json, field: "tokens.\(key.name)") ?? 0
            guard (0...1_000_000_000_000).contains(count) else {
                throw RequestDecodingError(
                    .wrongType, at: offset, field: "tokens.\(key.name)",
                    problem: "`tokens.\(key.name)` must be 0 or more, and at most 1000000000000", remedy: "correct it")
            }
            switch key.name {
            case "input": inputTokens = count
            case "output": outputTokens = count
            default: cachedInputTokens = count
            }
        }
    }

    /// The report as it is kept; its identifier and time stand beside it.
    public var json: String {
        var json = JSONWriter()
        json.object { json in
            json.member("decision", decision)
            json.member("model", model)
            json.key("tokens")
            json.object { json in
                json.key("input")
                json.value(inputTokens)
                json.key("output")
                json.value(outputTokens)
                if cachedInputTokens > 0 {
                    json.key("cached_input")
                    json.value(cachedInputTokens)
                }
            }
            json.member("cost", cost)
            json.member("baseline_cost", baselineCost)
            if !metadata.isEmpty {
                json.key("metadata")
                json.object { json in
                    for (name, value) in metadata.sorted(by: { $0.key < $1.key }) { json.member(name, value) }
                }
            }
            json.member("failed", failed ? true : nil)
            json.member("fallback", isFallback ? true : nil)
            json.member("latency_seconds", latencySeconds)
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// A report that was kept; nil for a record that this program cannot read.
    public init?(_ record: StoreRecord) {
        guard let report = record.report(readBy: Self.init(reading:with:id:)) else { return nil }
        self = report
    }
}
