internal import JSONCoding
public import Samples

/// How well each of several models answered the same prompts.
public struct RoutingOutcomes: Sendable {
    /// The prompts; empty where the file has none.
    public let prompts: [String]
    /// Quality of the weak model's answers.
    public let weak: [Double]
    /// Quality of the strong model's answers.
    public let strong: [Double]
    /// Names of the two models.
    public let names: (weak: String, strong: String)
    /// Cost of each answer, where the file says.
    public let costs: (weak: [Double]?, strong: [Double]?)
    /// Columns of scores asked for: the higher, the rather the strong model.
    public let scores: [(name: String, values: [Double])]
    /// Columns of choices asked for: what the chosen models' answers were worth and cost.
    public let choices: [(name: String, qualities: [Double], costs: [Double]?, strongShare: Double)]

    /// Which columns to read.
    public struct Columns: Sendable {
        /// The weak model's.
        public var weak = "weak"
        /// The strong model's.
        public var strong = "strong"
        /// Scores of routers.
        public var scores: [String] = []
        /// Models chosen by routers, by the names of their columns.
        public var choices: [String] = []
        /// Cost of an answer by model, where the file has no column `MODEL.cost`.
        public var costs: [String: Double] = [:]
        /// The columns `weak` and `strong`.
        public init() {}
    }

    /// Reads CSV: a line for each prompt, a column for each model with the quality of its answer, a number.
    public init(path: String, columns: Columns) throws(SampleError) {
        try self.init(CSVTable(path: path), columns: columns)
    }

    package init(_ table: CSVTable, columns: Columns) throws(SampleError) {
        func place(_ name: String) throws(SampleError) -> Int {
            if let column = table.column(name) { return column }
            let hint = nearestName(to: name, among: table.columns).map { "; did you mean \(quoted($0))?" } ?? ""
            throw table.fault(
                "there is no column \(quoted(name))",
                "the columns are \(table.columns.map { quoted($0) }.joined(separator: ", "))\(hint)")
        }
        func numbers(_ column: Int) throws(SampleError) -> [Double] {
            var values: [Double] = []
            values.reserveCapacity(table.rows.count)
            for (line, cells) in table.rows {
                guard let value = Double(cells[column].trimmingSpaces), value.isFinite else {
                    throw table.fault(
                        line: line, "\(table.columns[column]) is \(quoted(cells[column]))", "write a number")
                }
                values.append(value)
            }
            return values
        }
        func cost(_ model: String) throws(SampleError) -> [Double]? {
            if let column = table.column(model + ".cost") { return try numbers(column) }
            return columns.costs[model].map { [Double](repeating: $0, count: table.rows.count) }
        }
        for model in columns.costs.keys.sorted() { _ = try place(model) }
        names = (columns.weak, columns.strong)
        weak = try numbers(place(columns.weak))
        strong = try numbers(place(columns.strong))
        guard !weak.isEmpty else { throw table.fault("there are no prompts in it", "add a line for each") }
        costs = (try cost(columns.weak), try cost(columns.strong))
        let prompt = table.column("prompt") ?? table.column("text")
        prompts = prompt.map { column in table.rows.map { $0.cells[column] } } ?? []
        var scores: [(name: String, values: [Double])] = []
        for name in columns.scores { scores.append((name, try numbers(place(name)))) }
        self.scores = scores
        var choices: [(name: String, qualities: [Double], costs: [Double]?, strongShare: Double)] = []
        for name in columns.choices {
            let column = try place(name)
            var qualities: [String: [Double]] = [:]
            var prices: [String: [Double]?] = [:]
            var chosen: (qualities: [Double], costs: [Double], strong: Double) = ([], [], 0)
            for (index, row) in table.rows.enumerated() {
                let model = row.cells[column].trimmingSpaces
                if qualities[model] == nil {
                    guard let place = table.column(model) else {
                        throw table.fault(
                            line: row.line, "\(name) is \(quoted(model)), and no column has that name",
                            "name a model that has a column of qualities")
                    }
                    qualities[model] = try numbers(place)
                    prices[model] = try cost(model)
                }
                chosen.qualities.append(qualities[model]?[index] ?? 0)
                if let price = prices[model]??[index] { chosen.costs.append(price) }
                if model == columns.strong { chosen.strong += 1 }
            }
            choices.append(
                (
                    name, chosen.qualities, chosen.costs.count == table.rows.count ? chosen.costs : nil,
                    chosen.strong / Double(table.rows.count)
                ))
        }
        self.choices = choices
    }
}
