import ArgumentParser
import Samples

/// Which rows of labelled samples a command reads.
struct RowOptions: ParsableArguments {
    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "Read only rows in which a column has a value (split=train) or another one (split!=test); may be given several times.",
            valueName: "condition"), transform: Self.condition)
    var conditions: [SampleCondition] = []

    @Flag(help: "Count and list bad rows instead of stopping at the first.")
    var skipBadRows = false

    static func condition(_ text: String) throws -> SampleCondition {
        guard let condition = SampleCondition(parsing: text) else {
            throw ValidationError("--where: \(text) is not of the form column=value or column!=value.")
        }
        return condition
    }

    func apply(to options: inout SampleReader.Options) {
        options.conditions = conditions
        options.skipsBadRows = skipBadRows
    }

    /// Refuses conditions that no row met, which are a slip of the pen more often than an empty file.
    func checkMatch(of reader: borrowing SampleReader) throws {
        guard reader.sampleCount == 0, reader.unmatchedRowCount > 0 else { return }
        throw Failure(
            "none of the \(reader.unmatchedRowCount) rows meets the conditions of --where; check the column's name and value"
        )
    }
}
