/// Everything that one run of an evaluation found, ready to be written in any form.
public struct EvaluationReport: Sendable {
    /// What was evaluated, with the reference of a comparison if there is one.
    public var header: ReportHeader
    /// The figures.
    public var evaluation: Evaluation
    /// The comparison with another model.
    public var comparison: Comparison?
    /// What of the rows the training data hold as well; nil where these were not given.
    public var leaks: LeakFigures?
    /// How accuracy grows with the training rows; nil where this was not asked for.
    public var learningCurve: LearningCurveFigures?
    /// What may be said about single rows.
    public var rows: RowDetails

    /// A report.
    public init(
        header: ReportHeader, evaluation: Evaluation, comparison: Comparison? = nil, leaks: LeakFigures? = nil,
        rows: RowDetails = RowDetails()
    ) {
        self.header = header
        self.evaluation = evaluation
        self.comparison = comparison
        self.leaks = leaks
        self.rows = rows
    }

    /// The whole report, ending in a newline; the same report gives the same bytes.
    public func rendered(_ format: ReportFormat) -> String {
        switch format {
        case .text: return documents.map(TextRenderer.render).joined(separator: "\n")
        case .markdown: return documents.map(MarkdownRenderer.render).joined(separator: "\n")
        case .json:
            var members = members
            if let comparison { members.append(("comparison", comparison.json(header, rows: rows))) }
            return JSONValue.object(members).serialized + "\n"
        case .html: return ReportPage(self).html
        }
    }

    /// The header without the reference, which only the comparison has.
    private var ownHeader: ReportHeader { ReportHeader(model: header.model, data: header.data) }

    private var documents: [ReportDocument] {
        var document = evaluation.document(ownHeader)
        addRows(to: &document)
        learningCurve?.add(to: &document)
        return [document] + (comparison.map { [$0.document(header, rows: rows)] } ?? [])
    }

    private var members: [(key: String, value: JSONValue)] {
        evaluation.members(ownHeader, rows: rows) + [
            ("leaks", leaks?.json ?? .null), ("learning_curve", learningCurve?.json ?? .null),
        ]
    }
}

extension Evaluation {
    /// The report without details of rows; see `EvaluationReport`.
    public func report(_ format: ReportFormat, header: ReportHeader) -> String {
        EvaluationReport(header: header, evaluation: self).rendered(format)
    }
}
