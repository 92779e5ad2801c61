extension CostMatrix {
    /// Reads `truth,predicted,cost` lines with a header (RFC 4180).
    ///
    /// `*` stands for every label that no other line names: the line that says more wins, and of two that say as
    /// much the one that names the truth. Right answers cost nothing where no line names both labels.
    ///
    /// - Throws: `EvaluationError` with the code `invalidCosts`, naming the line.
    public init(parsing text: String, labels: [String]) throws(EvaluationError) {
        func refusal(_ line: Int, _ what: String) -> EvaluationError {
            EvaluationError(.invalidCosts, "Line \(line) of the costs \(what).")
        }
        var records = DelimitedRecords(text)
        guard let header = try records.next(), header.fields.map(Self.folded) == Self.columns else {
            throw refusal(1, "must be the header truth,predicted,cost")
        }
        let indices = Dictionary(labels.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        func index(_ name: String, _ line: Int) throws(EvaluationError) -> Int? {
            if let index = indices[name] { return index }
            if name == "*" { return nil }
            throw refusal(
                line,
                "names the label \(name.quoted), which the model does not know; its labels are "
                    + labels.prefix(20).map(\.quoted).joined(separator: ", ")
                    + (labels.count > 20 ? " and \(labels.count - 20) more" : ""))
        }
        var given: [Pair: Double] = [:]
        while let record = try records.next() {
            guard record.fields.count == 3 else {
                throw refusal(record.line, "has \(record.fields.count) fields where 3 are needed")
            }
            let pair = Pair(
                truth: try index(record.fields[0], record.line), predicted: try index(record.fields[1], record.line))
            guard let cost = Double(record.fields[2]), cost >= 0, cost <= Self.largest else {
                throw refusal(
                    record.line, "has the cost \(record.fields[2].quoted); write a number from 0 to \(Self.largest)")
            }
            guard given.updateValue(cost, forKey: pair) == nil else {
                throw refusal(record.line, "gives a cost a second time for the same pair; keep one of them")
            }
        }
        var cells: [Double] = []
        for truth in labels.indices {
            for predicted in labels.indices {
                let exact = given[Pair(truth: truth, predicted: predicted)]
                let general =
                    truth == predicted
                    ? 0
                    : given[Pair(truth: truth, predicted: nil)] ?? given[Pair(truth: nil, predicted: predicted)]
                        ?? given[Pair(truth: nil, predicted: nil)]
                guard let cost = exact ?? general else {
                    throw EvaluationError(
                        .invalidCosts,
                        "The costs say nothing about \(labels[truth].quoted) answered as \(labels[predicted].quoted): "
                            + "add a line for it, or *,*,1 for all pairs without one.")
                }
                cells.append(cost)
            }
        }
        try self.init(labels: labels, cells: cells)
    }

    private struct Pair: Hashable {
        let truth: Int?
        let predicted: Int?
    }

    private static let columns = ["truth", "predicted", "cost"]

    private static func folded(_ name: String) -> String {
        String(name.lowercased().filter { !$0.isWhitespace && $0 != "\u{FEFF}" })
    }
}

/// The records of a small CSV text, blank lines left out.
private struct DelimitedRecords {
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var line = 1

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    mutating func next() throws(EvaluationError) -> (line: Int, fields: [String])? {
        while position < scalars.count {
            let start = line
            let fields = try record()
            if fields != [""] { return (start, fields) }
        }
        return nil
    }

    private mutating func record() throws(EvaluationError) -> [String] {
        var fields: [String] = []
        while true {
            let (field, isLast) = try field()
            fields.append(field)
            if isLast { return fields }
        }
    }

    private mutating func field() throws(EvaluationError) -> (String, isLast: Bool) {
        var field = String.UnicodeScalarView()
        let opening = line
        var isQuoted = false
        if position < scalars.count, scalars[position] == "\"" {
            isQuoted = true
            position += 1
        }
        while position < scalars.count {
            let scalar = scalars[position]
            position += 1
            if scalar == "\n" { line += 1 }
            if isQuoted {
                guard scalar == "\"" else {
                    field.append(scalar)
                    continue
                }
                if position < scalars.count, scalars[position] == "\"" {
                    field.append(scalar)
                    position += 1
                } else {
                    isQuoted = false
                }
                continue
            }
            switch scalar {
            case ",": return (String(field), false)
            case "\r" where position < scalars.count && scalars[position] == "\n": continue
            case "\n": return (String(field), true)
            default: field.append(scalar)
            }
        }
        guard !isQuoted else {
            throw EvaluationError(.invalidCosts, "Line \(opening) of the costs has a quote that is never closed.")
        }
        return (String(field), true)
    }
}
