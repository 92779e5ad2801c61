/// How two models answer the same requests: what they agree in, and the requests that changed.
public struct AgreementReport: Sendable {
    private let comparison: Comparison
    private let isLabelled: Bool
    private let details: RowDetails

    /// A report on `comparison`.
    ///
    /// - Parameter isLabelled: whether the requests have labels; if not, their truth is passed over.
    public init(_ comparison: Comparison, isLabelled: Bool, details: RowDetails) {
        self.comparison = comparison
        self.isLabelled = isLabelled
        self.details = details
    }

    /// The report as plain text; `limit` changed requests are listed.
    public func text(limit: Int = 20) -> String {
        var document = ReportDocument(title: "On \(comparison.rows) requests")
        let share = decimal(100 * comparison.agreementShare, digits: 2)
        document.note(
            "The models agree on \(share) % of the weight; \(comparison.changed.count) of \(comparison.rows) answers changed."
        )
        if isLabelled {
            document.note("Accuracy: " + PromotionGate.points(.init(comparison.accuracy), names: ("A", "B")) + ".")
        }
        comparison.agreement.add(to: &document, title: "Agreement", rows: "B", columns: "A")
        if !comparison.changed.isEmpty {
            document.heading("Changed requests")
            let labels = comparison.labels
            let hasTexts = !details.texts.isEmpty
            document.table(
                ReportTable(
                    columns: [.text("request")] + (isLabelled ? [.text("label")] : []) + [.text("B"), .text("A")]
                        + (hasTexts ? [.text("text")] : []),
                    rows: comparison.changed.prefix(limit).map { change in
                        [details.name(of: change.row)] + (isLabelled ? [labels[change.truth]] : [])
                            + [labels[change.reference], labels[change.candidate]]
                            + (hasTexts ? [details.excerpt(of: change.row) ?? ""] : [])
                    }))
            if comparison.changed.count > limit {
                document.note("\(comparison.changed.count - limit) more are in the JSON report.")
            }
        }
        return TextRenderer.render(document)
    }

    /// The report as JSON on one line.
    public var json: String {
        let labels = comparison.labels
        var members: [(key: String, value: JSONValue)] = [
            ("rows", .integer(comparison.rows)), ("agreement_share", .figure(comparison.agreementShare)),
            ("agreement", comparison.agreement.json),
        ]
        if isLabelled {
            members += [
                ("accuracy_a", .figure(comparison.accuracy.candidate)),
                ("accuracy_b", .figure(comparison.accuracy.reference)),
                ("accuracy_difference", .figure(comparison.accuracy.difference.value)),
                ("accuracy_difference_ci95", .interval(comparison.accuracy.difference.interval)),
                ("mcnemar_p", .figure(comparison.mcNemarP)),
            ]
        }
        members.append(
            (
                "changed",
                .array(
                    comparison.changed.map { change in
                        .object(
                            details.json(of: change.row)
                                + (isLabelled ? [("label", .string(labels[change.truth]))] : [])
                                + [
                                    ("b", .string(labels[change.reference])), ("a", .string(labels[change.candidate])),
                                ])
                    })
            ))
        return JSONValue.object(members).onOneLine
    }
}
