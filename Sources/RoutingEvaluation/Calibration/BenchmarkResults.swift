public import Evaluation
internal import JSONCoding
public import Samples

/// Measured quality of models by task type, with how far it may be off.
public struct BenchmarkResults: Sendable {
    /// What was measured of one model on one task type.
    public struct Measurement: Sendable, Equatable {
        /// Requests that were judged.
        public var requests = 0.0
        /// Mean quality, 0 to 1.
        public var quality = 0.0
        /// 95 % interval of the quality, by Wilson's score.
        ///
        /// For marks between 0 and 1 that are not only right and wrong it is too wide rather than too narrow, since no
        /// quantity between 0 and 1 varies more than a proportion of the same mean does.
        public var interval = Interval(low: 0, high: 1)
        /// Mean tokens of the prompt, where measured.
        public var inputTokens: Double?
        /// Mean tokens of the answer, where measured.
        public var outputTokens: Double?
    }

    /// Task type → model → measurement.
    public private(set) var measurements: [String: [String: Measurement]] = [:]
    /// The file, for messages.
    public let name: String

    /// Reads CSV with the columns `task_type`, `model` and `quality`, a line for each answer that was judged, or with
    /// `requests` for several at once; `input_tokens` and `output_tokens` are averaged where they are there.
    ///
    /// - Parameter scale: the best mark, by which qualities are divided.
    public init(path: String, scale: Double = 1) throws(SampleError) {
        try self.init(CSVTable(path: path), scale: scale)
    }

    package init(_ table: CSVTable, scale: Double = 1) throws(SampleError) {
        name = table.name
        let taskColumn = try Self.column("task_type", or: "label", in: table, "what kind of work was asked for")
        let modelColumn = try Self.column("model", or: "model", in: table, "which model answered")
        let qualityColumn = try Self.column("quality", or: "score", in: table, "how good the answer was")
        let requestsColumn = table.column("requests")
        let tokenColumns = (table.column("input_tokens"), table.column("output_tokens"))
        for (line, cells) in table.rows {
            func number(_ column: Int, _ name: String, _ range: ClosedRange<Double>) throws(SampleError) -> Double {
                let text = cells[column].trimmingSpaces
                guard let value = Double(text), range.contains(value) else {
                    let bounds = range.upperBound < 1e12 ? "from \(range.lowerBound) to \(range.upperBound)" : "above 0"
                    throw table.fault(line: line, "\(name) is \(quoted(text))", "write a number \(bounds)")
                }
                return value
            }
            let (task, model) = (cells[taskColumn].trimmingSpaces, cells[modelColumn].trimmingSpaces)
            guard !task.isEmpty, !model.isEmpty else {
                throw table.fault(line: line, "task type or model is empty", "fill it in, or remove the line")
            }
            let text = cells[qualityColumn].trimmingSpaces
            if let mark = Double(text), mark > scale, mark.isFinite {
                throw table.fault(
                    line: line, "quality is \(quoted(text)), above the best mark \(scale)",
                    "correct it, or say with --scale what the best mark is")
            }
            let quality = try number(qualityColumn, "quality", 0...scale) / scale
            var requests = 1.0
            if let requestsColumn { requests = try number(requestsColumn, "requests", 1e-9...1e15) }
            var tokens: (Double?, Double?)
            if let column = tokenColumns.0 { tokens.0 = try number(column, "input_tokens", 0...1e12) }
            if let column = tokenColumns.1 { tokens.1 = try number(column, "output_tokens", 0...1e12) }
            measurements[task, default: [:]][model, default: .init()].add(
                quality: quality, requests: requests, tokens: tokens)
        }
        guard !measurements.isEmpty else { throw table.fault("there are no results in it", "add a line for each") }
        for (task, models) in measurements {
            for (model, measurement) in models {
                measurements[task]?[model]?.interval = Interval(
                    wilson: min(1, measurement.quality), rows: measurement.requests)
            }
        }
    }

    private static func column(
        _ name: String, or other: String, in table: CSVTable, _ meaning: String
    ) throws(SampleError) -> Int {
        if let column = table.column(name) ?? table.column(other) { return column }
        let hint = nearestName(to: name, among: table.columns).map { "; rename \(quoted($0)) to it" } ?? ""
        throw table.fault("there is no column \(name)", "add one that says \(meaning)\(hint)")
    }
}

extension BenchmarkResults.Measurement {
    fileprivate mutating func add(quality: Double, requests: Double, tokens: (Double?, Double?)) {
        let total = self.requests + requests
        self.quality += (quality - self.quality) * requests / total
        inputTokens = tokens.0.map { (inputTokens ?? 0) + ($0 - (inputTokens ?? 0)) * requests / total }
        outputTokens = tokens.1.map { (outputTokens ?? 0) + ($0 - (outputTokens ?? 0)) * requests / total }
        self.requests = total
    }
}
