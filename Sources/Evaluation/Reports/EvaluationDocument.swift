extension Evaluation {
    /// The report as headings and tables.
    func document(_ header: ReportHeader) -> ReportDocument {
        var document = ReportDocument(title: "Evaluation")
        var facts = header.facts
        facts.append(("rows", String(rows)))
        if totalWeight != Double(rows) { facts.append(("total weight", weight(totalWeight))) }
        document.facts(facts)
        addFigures(to: &document)
        addLabels(to: &document)
        confusion.add(to: &document, title: "Confusion", rows: "truth", columns: "prediction")
        addCoverage(to: &document)
        candidates?.add(to: &document, labels: confusion.labels)
        addBaselines(to: &document)
        addCosts(to: &document)
        if let latency {
            document.heading("Latency in µs")
            document.facts([
                ("p50", decimal(latency.p50, digits: 1)), ("p99", decimal(latency.p99, digits: 1)),
            ])
        }
        for slice in slices { slice.add(to: &document) }
        return document
    }

    private func addFigures(to document: inout ReportDocument) {
        document.heading("Figures")
        var table = ReportTable(
            columns: [.text("figure"), .figure("value"), .figure("95 % interval"), .text("better is")],
            rows: [])
        for metric in Metric.allCases {
            let estimate = self[metric]
            table.rows.append([
                metric.rawValue, decimal(estimate.value, digits: 4), text(estimate.interval, digits: 4),
                metric.isUpperBound ? "lower" : "higher",
            ])
        }
        if let uncertainShare {
            table.rows.append(["share_uncertain", decimal(uncertainShare, digits: 4), "–", ""])
            table.rows.append(["accuracy_certain", decimal(accuracyCertain, digits: 4), "–", "higher"])
        }
        document.table(table)
        document.note(bootstrap.sentence)
    }

    private func addLabels(to document: inout ReportDocument) {
        document.heading("Labels")
        document.table(
            ReportTable(
                columns: [
                    .text("label"), .figure("precision"), .figure("recall"), .figure("f1"),
                    .figure("support"),
                ],
                rows: perLabel.map {
                    [
                        $0.label, decimal($0.precision, digits: 4), decimal($0.recall, digits: 4),
                        decimal($0.f1, digits: 4), weight($0.support),
                    ]
                }))
    }

    private func addCoverage(to document: inout ReportDocument) {
        document.heading("Accuracy of the most confident rows")
        // Every second point: a table to glance at. All of them are in the JSON.
        let shown = coverageCurve.points.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
        document.table(
            ReportTable(
                columns: [
                    .figure("coverage"), .figure("covered"), .figure("threshold"), .figure("accuracy"),
                ],
                rows: shown.map {
                    [
                        decimal($0.coverage, digits: 2), decimal($0.covered, digits: 4),
                        decimal($0.threshold, digits: 4), decimal($0.accuracy, digits: 4),
                    ]
                }))
        document.note(
            "Area under the risk-coverage curve: \(decimal(coverageCurve.areaUnderRisk, digits: 4)).")
    }

    private func addBaselines(to document: inout ReportDocument) {
        document.heading("Without a model")
        document.table(
            ReportTable(
                columns: [.text("baseline"), .figure("accuracy"), .figure("macro_f1")],
                rows: [
                    [
                        "always " + baselines.majority.label, decimal(baselines.majority.accuracy, digits: 4),
                        decimal(baselines.majority.macroF1, digits: 4),
                    ],
                    [
                        "random, labels by their share", decimal(baselines.random.accuracy, digits: 4),
                        decimal(baselines.random.macroF1, digits: 4),
                    ],
                ]))
    }
}

extension Bootstrap {
    /// How the intervals were made.
    var sentence: String {
        if resamples == 0 { return "No intervals: the bootstrap was turned off." }
        guard let groups else { return "Intervals: bootstrap, \(resamples) resamples, seed \(seed)." }
        guard groups > 1 else { return "No intervals: all rows are of one group, which tells nothing of others." }
        return "Intervals: bootstrap of \(groups) groups of rows drawn whole, \(resamples) resamples, seed \(seed)."
            + (groups < Self.fewGroups ? " So few groups make intervals too narrow." : "")
    }

    /// Fewer groups than this give intervals that hold the truth less often than they say (Cameron, Gelbach & Miller 2008).
    private static let fewGroups = 30

    /// What McNemar's test leaves out of account; nil where there is nothing.
    var independenceNote: String? {
        groups == nil ? nil : "It takes rows as independent, those of a group too, which makes p too small."
    }
}

extension SliceReport {
    fileprivate func add(to document: inout ReportDocument) {
        document.heading("Slices by \(column)")
        document.table(
            ReportTable(
                columns: [
                    .text("value"), .figure("rows"), .figure("accuracy"), .figure("95 %"),
                    .figure("acceptable"), .figure("macro_f1"), .figure("95 %"),
                ],
                rows: values.map {
                    [
                        $0.value, String($0.rows), decimal($0.accuracy.value, digits: 3),
                        text($0.accuracy.interval, digits: 3),
                        decimal($0.accuracyAcceptable.value, digits: 3),
                        decimal($0.macroF1.value, digits: 3), text($0.macroF1.interval, digits: 3),
                    ]
                }))
        if valuesLeftOut > 0 {
            document.note("\(valuesLeftOut) rarer values with \(rowsLeftOut) rows are left out.")
        }
    }
}

extension ConfusionMatrix {
    /// The most labels for which the matrix is drawn rather than its largest cells listed.
    private static let widest = 20
    /// The most cells that are listed.
    private static let listed = 15

    /// Adds the matrix, or its largest cells where it is too wide.
    func add(to document: inout ReportDocument, title: String, rows: String, columns: String) {
        document.heading("\(title) (rows: \(rows), columns: \(columns))")
        var list = ReportTable(columns: [.text(rows), .text(columns), .figure("weight")], rows: [])
        let beside = cells.indices.filter { $0 / labels.count != $0 % labels.count && cells[$0] > 0 }
        let ranked = beside.sorted { (cells[$1], $0) < (cells[$0], $1) }
        for cell in ranked.prefix(Self.listed) {
            list.rows.append([labels[cell / labels.count], labels[cell % labels.count], weight(cells[cell])])
        }
        guard labels.count <= Self.widest else {
            document.table(list)
            return document.note("The largest cells beside the diagonal; the JSON report has all of them.")
        }
        document.table(
            ReportTable(
                columns: [.text("")] + labels.map { .figure($0) },
                rows: labels.indices.map { row in
                    [labels[row]] + labels.indices.map { weight(self[row, $0]) }
                }),
            narrow: list)
    }
}
