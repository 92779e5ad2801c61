import JSONCoding
import Routing
import RoutingStore

/// The body of `POST /v1/outcomes`: one outcome, or `{"outcomes": […]}`.
enum OutcomeCall {
    /// Longest identifier, task type and rollout's name, in characters.
    static let identifierLimit = 256

    /// Reads and checks a body.
    ///
    /// - Parameter limit: most outcomes in one call.
    static func decode(_ json: Span<UInt8>, limit: Int) throws(WireError) -> [OutcomeReport] {
        let reports: [OutcomeReport]
        let isBatch: Bool
        do throws(RequestDecodingError) {
            if let batch = try batch(json, limit: limit) {
                (reports, isBatch) = (batch, true)
            } else {
                var cursor = JSONCursor(invalidUnicode: .repair)
                (reports, isBatch) = ([try OutcomeReport(reading: json, with: &cursor)], false)
            }
        } catch {
            throw WireError(error)
        }
        guard reports.count <= limit else {
            throw WireError(
                422, "batch_too_large", "`outcomes` has more than \(limit) elements; send them in several calls",
                field: "outcomes")
        }
        for (index, report) in reports.enumerated() {
            let names = [
                ("id", report.id), ("decision", report.decision ?? ""), ("task_type", report.taskType),
                ("rollout.name", report.rollout?.name ?? ""),
            ]
            for (name, text) in names where text.unicodeScalars.count > identifierLimit {
                let field = (isBatch ? "outcomes[\(index)]." : "") + name
                throw WireError(
                    422, "out_of_range", "`\(field)` is longer than \(identifierLimit) characters; send a shorter one",
                    field: field)
            }
        }
        return reports
    }

    /// The outcomes of a body that has `outcomes`; nil for one that has not.
    private static func batch(
        _ json: Span<UInt8>, limit: Int
    ) throws(RequestDecodingError) -> [OutcomeReport]? {
        var cursor = JSONCursor(invalidUnicode: .repair)
        var seen = SeenKeys()
        var reports: [OutcomeReport]?
        try cursor.openObject(in: json, field: nil)
        while let key = try cursor.nextKey(in: json) {
            guard key.name == "outcomes" else {
                try cursor.skip(in: json)
                continue
            }
            try seen.insert(key)
            let kind = try cursor.kind(in: json)
            guard kind == .array else { throw cursor.wrongType(kind, field: "outcomes", expected: "an array") }
            try cursor.open(in: json)
            var read: [OutcomeReport] = []
            while try cursor.nextElement(in: json) {
                guard read.count <= limit else {
                    try cursor.skip(in: json)
                    continue
                }
                do throws(RequestDecodingError) {
                    read.append(try OutcomeReport(reading: json, with: &cursor))
                } catch {
                    throw error.inside("outcomes[\(read.count)]")
                }
            }
            reports = read
        }
        try cursor.finish(in: json)
        return reports
    }
}
