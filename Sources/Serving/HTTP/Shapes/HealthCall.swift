import JSONCoding

/// The body of `POST /v1/health-report`.
struct HealthCall {
    private var name: String?
    private var status: String?
    /// Tells the report apart from others; one that comes again is not taken again.
    var id: String?

    /// What is reported, where it makes sense.
    var report: HealthReport? {
        guard let name, let status, ["up", "down"].contains(status) else { return nil }
        return HealthReport(name: name, isDown: status == "down")
    }

    init(reading json: Span<UInt8>) throws(RequestDecodingError) {
        var cursor = JSONCursor(invalidUnicode: .repair)
        var seen = SeenKeys()
        try cursor.openObject(in: json, field: nil)
        while let key = try cursor.nextKey(in: json) {
            guard ["name", "status", "id"].contains(key.name) else {
                try cursor.skip(in: json)
                continue
            }
            try seen.insert(key)
            let text = try cursor.stringOrNull(in: json, field: key.name)
            switch key.name {
            case "name": name = text
            case "status": status = text
            default: id = text
            }
        }
        try cursor.finish(in: json)
    }

    /// The report, for a catalogue that has these names.
    func checked(among names: Set<String>) throws(WireError) -> HealthReport {
        guard let name else {
            throw WireError(
                422, "missing_field", "`name` is missing; name a model or a provider of the policy", field: "name")
        }
        guard names.contains(name) else {
            throw WireError(
                422, "unknown_name", "the policy has no model or provider \(quoted(name)); GET /v1/policy lists them",
                field: "name")
        }
        guard let report else {
            throw WireError(422, "out_of_range", "`status` must be `down` or `up`", field: "status")
        }
        return report
    }
}
