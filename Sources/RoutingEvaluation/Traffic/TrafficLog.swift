public import Routing
public import Samples

/// Requests whose cost is to be worked out: a line each, or many alike on one line.
public struct TrafficLog: Sendable {
    /// One line.
    public struct Row: Sendable {
        /// What kind of work it really is.
        public var taskType: String
        /// How many requests the line stands for.
        public var requests = 1.0
        /// Tokens that go to the model.
        public var inputTokens: Int
        /// Tokens of its answer.
        public var outputTokens: Int
        /// What the classifier said, where it was recorded.
        public var predicted: String?
        /// Its confidence; 1 where it was not recorded.
        public var confidence: Double?
        /// Whether it was not sure.
        public var isUncertain = false
        /// Seconds since 1970.
        public var time: Double?
        /// What rules, overrides, budgets and sessions look at.
        public var request = RoutingRequest(text: "")

        /// Requests of a kind and size.
        public init(taskType: String, requests: Double = 1, inputTokens: Int, outputTokens: Int) {
            self.taskType = taskType
            self.requests = requests
            self.inputTokens = inputTokens
            self.outputTokens = outputTokens
            request.inputTokens = inputTokens
        }
    }

    /// The lines, in the order of the file.
    public var rows: [Row]
    /// Columns that nobody looks at.
    public private(set) var unusedColumns: [String] = []
    /// Whether the task types are what the classifier said, since the file has none.
    public private(set) var isClassified = false

    /// What a classifier says of a text.
    public typealias Classify = (String) -> (label: String, confidence: Double, isUncertain: Bool)

    /// A log made in code.
    public init(_ rows: [Row]) { self.rows = rows }

    /// Reads CSV; `-` is standard input.
    ///
    /// - Parameter classify: where given, the texts are classified, unless the file says what was predicted; a file without
    ///   task types then gets the classifier's, and one without input tokens an estimate from the texts.
    /// - Throws: with file and line, for what is missing, unknown or no number.
    public init(path: String, classify: Classify? = nil) throws(SampleError) {
        try self.init(CSVTable(path: path), classify: classify)
    }

    package init(_ table: CSVTable, classify: Classify? = nil) throws(SampleError) {
        let reader = try TrafficReader(table, classify: classify)
        isClassified = reader.isClassified
        rows = []
        rows.reserveCapacity(table.rows.count)
        for (line, cells) in table.rows { rows.append(try reader.row(cells, line: line)) }
        unusedColumns = reader.unused
        guard !rows.isEmpty else { throw table.fault("there are no requests in it", "add a line for each kind") }
    }

    /// Requests in all.
    public var requests: Double { rows.reduce(0) { $0 + $1.requests } }

    /// Task types, in the order in which they first occur.
    public var taskTypes: [String] {
        var seen: Set<String> = []
        return rows.map(\.taskType).filter { seen.insert($0).inserted }
    }

    /// Task type → its share of the requests.
    public var mix: [String: Double] {
        let total = requests
        return rows.reduce(into: [:]) { $0[$1.taskType, default: 0] += $1.requests / total }
    }

    /// The same requests in other proportions: each task type gets the given share, scaled to a sum of 1.
    ///
    /// - Returns: nil where a share is wanted of a type that the log does not hold, or where shares are no shares.
    public func reweighted(to mix: [String: Double]) -> TrafficLog? {
        let now = self.mix
        let total = mix.values.reduce(0, +)
        guard total > 0, total.isFinite, mix.allSatisfy({ $0.value >= 0 && ($0.value == 0 || now[$0.key] != nil) })
        else { return nil }
        var log = self
        log.rows = rows.compactMap { row in
            guard let share = mix[row.taskType], share > 0, let old = now[row.taskType] else { return nil }
            var row = row
            row.requests *= share / total / old
            return row
        }
        return log
    }
}
