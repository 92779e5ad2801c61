import ArgumentParser
import ModelFormat

/// Where a report goes that is a text, a JSON document or a page with plots.
struct PageOptions: ParsableArguments {
    /// Forms of the report.
    enum Form: String, CaseIterable, ExpressibleByArgument { case text, json, html }

    @Option(help: "Form of the report: text, json or html (one page with plots that needs nothing else).")
    var format: Form = .text

    @Option(help: ArgumentHelp("Write the report here instead of to standard output.", valueName: "file"))
    var output: String?

    /// Writes the report in its form; only that one is made.
    func write(
        text: @autoclosure () -> String, json: @autoclosure () -> String, html: @autoclosure () -> String
    ) throws {
        let report =
            switch format {
            case .text: text()
            case .json: json()
            case .html: html()
            }
        if let output {
            try AtomicFile.write(Array(report.utf8), to: output)
        } else {
            StandardOutput.write(report)
        }
    }
}
