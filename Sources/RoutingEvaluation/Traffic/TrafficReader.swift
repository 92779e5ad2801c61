internal import JSONCoding
internal import Routing
internal import Samples

/// Makes rows of traffic out of the cells of a table.
struct TrafficReader {
    private let table: CSVTable
    private let classify: TrafficLog.Classify?
    /// nil where the classifier tells.
    private let taskType: Int?
    /// nil where they are estimated from the text.
    private let inputTokens: Int?
    private let outputTokens: Int
    /// Columns that may be missing, by their names.
    private var optional: [String: Int] = [:]
    private var metadata: [(name: String, column: Int)] = []
    private var headers: [(name: String, column: Int)] = []
    let unused: [String]

    private static let optionalNames = [
        "requests", "predicted", "confidence", "uncertain", "mode", "session", "new_request", "timestamp", "tools",
        "images", "tags", "text",
    ]
    private static let fields = ["user", "project", "feature", "user_tier", "endpoint"]

    /// Whether the task types are the classifier's.
    var isClassified: Bool { taskType == nil }

    init(_ table: CSVTable, classify: TrafficLog.Classify?) throws(SampleError) {
        self.table = table
        self.classify = classify
        taskType = table.column("task_type") ?? table.column("label")
        inputTokens = table.column("input_tokens")
        if classify != nil, table.column("text") == nil, table.column("prompt") == nil {
            throw Self.missing("text", in: table, "what is to be classified")
        }
        if taskType == nil, classify == nil {
            throw Self.missing("task_type", in: table, "what kind of work each line is, or give --classify and a text")
        }
        if inputTokens == nil, classify == nil {
            throw Self.missing("input_tokens", in: table, "how many tokens go to the model")
        }
        guard let output = table.column("output_tokens") else {
            throw Self.missing("output_tokens", in: table, "how many tokens the answer has")
        }
        outputTokens = output
        var used = Set([taskType, inputTokens, output].compactMap(\.self))
        for name in Self.optionalNames {
            guard let column = table.column(name) ?? (name == "text" ? table.column("prompt") : nil) else { continue }
            optional[name] = column
            used.insert(column)
        }
        for (column, name) in table.columns.enumerated() where !used.contains(column) {
            let lower = name.lowercased()
            if Self.fields.contains(lower) {
                metadata.append((lower, column))
            } else if lower.hasPrefix("metadata.") {
                metadata.append((String(name.dropFirst(9)), column))
            } else if lower.hasPrefix("header.") {
                headers.append((String(lower.dropFirst(7)), column))
            } else {
                continue
            }
            used.insert(column)
        }
        unused = table.columns.enumerated().filter { !used.contains($0.offset) }.map(\.element)
    }

    func row(_ cells: [String], line: Int) throws(SampleError) -> TrafficLog.Row {
        let text = optional["text"].map { cells[$0] } ?? ""
        let said = cell("predicted", cells) == nil ? classify?(text) : nil
        let task = taskType.map { cells[$0].trimmingSpaces } ?? said?.label ?? cell("predicted", cells) ?? ""
        guard !task.isEmpty else {
            throw table.fault(line: line, "the task type is empty", "name it, or remove the line")
        }
        let input = try inputTokens.map { column throws(SampleError) in
            try count(cells[column], "input_tokens", line)
        }
        var row = TrafficLog.Row(
            taskType: task, inputTokens: input ?? TokenEstimate.tokens(of: text),
            outputTokens: try count(cells[outputTokens], "output_tokens", line))
        if let text = cell("requests", cells) {
            guard let number = Double(text), number > 0, number <= 1e12 else {
                throw table.fault(
                    line: line, "requests is \(quoted(text))", "write a number above 0, at most 1e12")
            }
            row.requests = number
        }
        row.predicted = cell("predicted", cells) ?? said?.label
        row.confidence = said?.confidence
        if let text = cell("confidence", cells) {
            guard let number = Double(text), (0...1).contains(number) else {
                throw table.fault(line: line, "confidence is \(quoted(text))", "write a number from 0 to 1")
            }
            row.confidence = number
        }
        row.isUncertain = try flag("uncertain", cells, line) ?? said?.isUncertain ?? false
        if let text = cell("timestamp", cells) {
            guard let stamp = Timestamp(text) else {
                throw table.fault(
                    line: line, "timestamp is \(quoted(text))", "write it like 2026-01-31T12:34:56Z")
            }
            row.time = Double(stamp.secondsSinceEpoch) + Double(stamp.nanoseconds) / 1e9
        }
        row.request.mode = cell("mode", cells)
        row.request.session = cell("session", cells)
        row.request.isNewRequest = try flag("new_request", cells, line) ?? true
        if let text = cell("tools", cells) { row.request.toolCount = try count(text, "tools", line) }
        if let text = cell("images", cells) { row.request.imageCount = try count(text, "images", line) }
        row.request.tags = (cell("tags", cells) ?? "").split(separator: " ").map(String.init)
        row.request.text = text
        for (name, column) in metadata where !cells[column].isEmpty { row.request.metadata[name] = cells[column] }
        for (name, column) in headers where !cells[column].isEmpty { row.request.headers[name] = cells[column] }
        return row
    }

    /// The text of an optional column; nil where it is missing or empty.
    private func cell(_ name: String, _ cells: [String]) -> String? {
        guard let column = optional[name] else { return nil }
        let text = cells[column].trimmingSpaces
        return text.isEmpty ? nil : text
    }

    private func flag(_ name: String, _ cells: [String], _ line: Int) throws(SampleError) -> Bool? {
        guard let text = cell(name, cells) else { return nil }
        switch text.lowercased() {
        case "true", "1": return true
        case "false", "0": return false
        default: throw table.fault(line: line, "\(name) is \(quoted(text))", "write true or false")
        }
    }

    private func count(_ text: String, _ name: String, _ line: Int) throws(SampleError) -> Int {
        let trimmed = text.trimmingSpaces
        if trimmed.utf8.count <= 12, let number = Int(trimmed), number >= 0 { return number }
        throw table.fault(line: line, "\(name) is \(quoted(text))", "write a whole number, 0 or more")
    }

    private static func missing(_ name: String, in table: CSVTable, _ meaning: String) -> SampleError {
        let hint = nearestName(to: name, among: table.columns).map { "; rename \(quoted($0)) to it" } ?? ""
        return table.fault("there is no column \(name)", "add one that says \(meaning)\(hint)")
    }
}

extension String {
    /// Without spaces at both ends.
    var trimmingSpaces: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
