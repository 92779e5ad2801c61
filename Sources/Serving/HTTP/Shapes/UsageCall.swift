import JSONCoding
import Routing
import RoutingStore

/// The body of `POST /v1/usage`: one report, or `{"reports": […]}`.
struct UsageCall {
    /// Longest identifier of a report, in bytes.
    static let identifierLimit = 256
    /// Highest cost of one call; sums of it stay far from where numbers lose their cents.
    static let costLimit = 1e12

    /// The reports, each with the cost that it is counted with.
    private(set) var reports: [UsageReport] = []

    /// Reads and checks a body; costs that are left out are worked out by `prices`.
    ///
    /// - Parameter limit: most reports in one call.
    init(_ json: Span<UInt8>, limit: Int, prices: Policy) throws(WireError) {
        do throws(RequestDecodingError) {
            try read(json, limit: limit)
        } catch {
            throw WireError(error)
        }
        guard reports.count <= limit else {
            throw WireError(
                422, "batch_too_large", "`reports` has more than \(limit) elements; send them in several calls",
                field: "reports")
        }
        let isBatch = self.isBatch
        for index in reports.indices {
            try Self.complete(&reports[index], prices, path: isBatch ? "reports[\(index)]." : "")
        }
    }

    private var isBatch = false

    private mutating func read(_ json: Span<UInt8>, limit: Int) throws(RequestDecodingError) {
        // What a body is shows in its first known key, so it is looked through once for `reports`.
        var cursor = JSONCursor(invalidUnicode: .repair)
        var seen = SeenKeys()
        try cursor.openObject(in: json, field: nil)
        while let key = try cursor.nextKey(in: json) {
            guard key.name == "reports" else {
                try cursor.skip(in: json)
                continue
            }
            try seen.insert(key)
            isBatch = true
            let kind = try cursor.kind(in: json)
            guard kind == .array else { throw cursor.wrongType(kind, field: "reports", expected: "an array") }
            try cursor.open(in: json)
            while try cursor.nextElement(in: json) {
                guard reports.count <= limit else {
                    try cursor.skip(in: json)
                    continue
                }
                do throws(RequestDecodingError) {
                    reports.append(try UsageReport(reading: json, with: &cursor))
                } catch {
                    throw error.inside("reports[\(reports.count)]")
                }
            }
        }
        try cursor.finish(in: json)
        guard !isBatch else { return }
        cursor = JSONCursor(invalidUnicode: .repair)
        reports = [try UsageReport(reading: json, with: &cursor)]
    }

    /// Refuses what cannot be, and gives a report without a cost the policy's.
    private static func complete(_ report: inout UsageReport, _ prices: Policy, path: String) throws(WireError) {
        func refusal(_ field: String, _ message: String) -> WireError {
            WireError(422, "out_of_range", "`\(path)\(field)` \(message)", field: path + field)
        }
        guard report.id.utf8.count <= identifierLimit else {
            throw refusal("id", "is longer than \(identifierLimit) bytes; send a shorter one")
        }
        guard report.cachedInputTokens <= report.inputTokens else {
            throw refusal("tokens.cached_input", "is more than `tokens.input`, of which it is a part; correct it")
        }
        if let cost = report.cost {
            guard cost >= 0 else { throw refusal("cost", "is negative; what was spent cannot be taken back") }
            guard cost <= costLimit else {
                throw refusal("cost", "is more than 1e12, and so probably no cost; correct it")
            }
            return
        }
        let model = report.model.flatMap { name in prices.models.first { $0.name == name } }
        if let model {
            let fresh = Double(report.inputTokens - report.cachedInputTokens) * model.inputPrice
            let cached = Double(report.cachedInputTokens) * (model.cachedInputPrice ?? model.inputPrice)
            report.cost = (fresh + cached + Double(report.outputTokens) * model.outputPrice) / 1_000_000
        } else if report.inputTokens + report.outputTokens > 0 {
            throw refusal("cost", "is missing, and the policy has no price of the model; give the cost, or the model")
        } else {
            report.cost = 0
        }
    }
}
