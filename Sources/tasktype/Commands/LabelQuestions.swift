import DataCare
import Labelling
import Samples

/// The rows that a model is asked about, each message in a temporary file.
final class Questions {
    /// For each row what its answer is found by; nil where nothing is asked.
    private(set) var keys: [String?] = []
    /// Whether a label is wanted for each row.
    private(set) var isWanted: [Bool] = []
    private var slices: [Spool.Slice?] = []
    private let prompt: Prompt
    private let spool: Spool

    init(_ prompt: Prompt) throws {
        self.prompt = prompt
        spool = try Spool()
    }

    /// Adds the next row of the table.
    func add(_ sample: Sample, isAsked: Bool) throws {
        isWanted.append(isAsked)
        guard isAsked, !Prompt.isEmpty(sample.request) else {
            keys.append(nil)
            slices.append(nil)
            return
        }
        let message = prompt.message(sample.request)
        keys.append(prompt.key(message))
        slices.append(try spool.append(message.utf8))
    }

    /// Makes all messages readable.
    func finish() throws { try spool.finish() }

    /// Rows that are asked about, with their keys.
    var asked: [(row: Int, key: String)] { keys.enumerated().compactMap { row, key in key.map { (row, $0) } } }

    /// Reads the message of a row.
    var messages: @Sendable (Int) throws -> String {
        let (spool, slices) = (spool, slices)
        return { row in
            guard let slice = slices[row] else { return "" }
            return String(decoding: try spool.read(slice), as: UTF8.self)
        }
    }

    /// The rows that both a person and the model have labelled.
    func compared(_ table: RowTable, _ summary: Labeller.Summary) -> [Agreement.Row] {
        (0..<table.count).compactMap { row in
            guard table.labels[row] >= 0, let answer = keys[row].flatMap({ summary.answers[$0] }) else { return nil }
            let alternative = table.alternatives[row]
            return Agreement.Row(
                place: table.location(row), label: table.labelName(row),
                alternative: alternative < 0 ? nil : table.labelNames[Int(alternative)], answer: answer)
        }
    }
}
