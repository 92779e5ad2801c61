internal import Conversation
package import Samples
internal import TaskType
package import Training

/// Finds rows whose label is probably wrong, and says why.
package struct LabelAudit: Sendable {
    /// How the audit is made.
    package struct Options: Sendable {
        /// Settings of the models.
        package var models = OutOfFold.Settings()
        /// How rows are ranked.
        package var ranking = ConfidentLearning.Ranking.normalizedMargin
        /// As many of the most doubtful rows are listed; nil for all label issues.
        package var count: Int?
        /// Features named for each row.
        package var features = 4
        /// Jaccard similarity from which texts share a fold.
        package var threshold = 0.8

        package init() {}
    }

    /// A row whose label is doubted.
    package struct Doubt: Sendable {
        /// Row of the table.
        package let row: Int
        /// Its label.
        package let label: String
        /// The label that the model would give.
        package let suggestion: String
        /// Probability of its label.
        package let labelProbability: Double
        /// Probability of the suggestion.
        package let suggestedProbability: Double
        /// How right the label looks, 0 to 1.
        package let score: Double
        /// Features that speak most for the suggestion and against the label, with the difference of their weights.
        package let features: [(name: String, weight: Float)]

        /// The features in a few words.
        package var reason: String {
            features.map { "\($0.name) \($0.weight < 0 ? "" : "+")\(decimal(Double($0.weight)))" }.joined(
                separator: ", ")
        }
    }

    /// What an audit needs of a row beside the table.
    package struct Row: Sendable {
        let request: Request
        let weight: Double

        package init(_ sample: Sample) {
            request = sample.request
            weight = sample.weight
        }
    }

    /// Rows that were judged.
    package let judgedCount: Int
    /// Rows whose label is probably wrong.
    package let issueCount: Int
    /// The doubtful rows, the most doubtful first.
    package let doubts: [Doubt]
    /// Names of the labels that were judged, in alphabetical order.
    package let labels: [String]
    /// The confident joint in the order of `labels`: given label, then what the row confidently belongs to.
    package let joint: [[Int]]
    /// Sentences about what was not judged.
    package let notes: [String]

    /// Judges the labels of `table`, whose requests are `rows`.
    package init(
        _ table: RowTable, rows: [Row], options: Options, progress: (TrainingProgress) -> Bool = { _ in true }
    ) throws {
        let index = try DuplicateIndex(table, threshold: options.threshold, threads: options.models.threads)
        let units = SplitUnits(table, index)
        var unitOfRow = [Int](repeating: 0, count: table.count)
        for (unit, rows) in units.members.enumerated() { for row in rows { unitOfRow[row] = unit } }
        guard units.members.count >= 2 else {
            throw DataCareError(
                "all rows belong to one group or have nearly equal texts, so that none can be judged by the others; give rows that differ"
            )
        }
        var unitsOfLabel = [Set<Int>](repeating: [], count: table.labelNames.count)
        for row in 0..<table.count where table.labels[row] >= 0 && unitsOfLabel[Int(table.labels[row])].count < 2 {
            unitsOfLabel[Int(table.labels[row])].insert(unitOfRow[row])
        }
        var notes: [String] = []
        let lone = table.labelNames.indices.filter { unitsOfLabel[$0].count < 2 && !unitsOfLabel[$0].isEmpty }
        if !lone.isEmpty {
            let names = lone.map { table.labelNames[$0] }.sorted()
            notes.append(
                "the rows of \(names.prefix(10).joined(separator: ", "))\(names.count > 10 ? " and \(names.count - 10) more labels" : "") are not judged: a label needs rows in two groups that differ"
            )
        }
        let judged = (0..<table.count).filter {
            table.labels[$0] >= 0 && unitsOfLabel[Int(table.labels[$0])].count >= 2
        }
        let known = Set(judged.map { Int(table.labels[$0]) })
        guard known.count >= 2 else {
            throw DataCareError(
                "there is nothing to judge: fewer than two labels have rows that differ; give rows of at least two labels"
            )
        }
        let extraction = Trainer(options: TrainingOptions()).features(labelCount: known.count)
        var builder = DatasetBuilder(features: extraction, threads: options.models.threads)
        for row in judged {
            try builder.append(
                Sample(
                    request: rows[row].request, label: table.labelName(row), weight: rows[row].weight,
                    group: "\(unitOfRow[row])",
                    location: .init(file: table.place(row).file, line: table.place(row).line, column: 1)))
        }
        let predicted = try OutOfFold(&builder, settings: options.models, progress: progress)
        let numbers = Dictionary(uniqueKeysWithValues: predicted.labels.enumerated().map { ($1, $0) })
        let result = ConfidentLearning(
            probabilities: predicted.probabilities.map(Double.init),
            labels: judged.map { numbers[table.labelName($0)] ?? 0 },
            alternatives: judged.map { row in
                table.alternatives[row] < 0 ? -1 : numbers[table.labelNames[Int(table.alternatives[row])]] ?? -1
            }, labelCount: predicted.labels.count, ranking: options.ranking)
        let listed = options.count.map(result.mostDoubtful) ?? result.ranked
        doubts = listed.map { position in
            let row = judged[position]
            let suggestion = result.suggestions[position]
            let label = table.labelName(row)
            let values = position * predicted.labels.count
            return Doubt(
                row: row, label: label, suggestion: predicted.labels[suggestion],
                labelProbability: Double(predicted.probabilities[values + (numbers[label] ?? 0)]),
                suggestedProbability: Double(predicted.probabilities[values + suggestion]),
                score: result.scores[position],
                features: Self.reasons(
                    rows[row].request, for: predicted.labels[suggestion], against: label,
                    predicted.models[predicted.folds[position]], count: options.features))
        }
        judgedCount = judged.count
        issueCount = result.isIssue.count { $0 }
        labels = predicted.labels
        joint = result.joint
        self.notes = notes
    }

    /// The features that speak most for one label and against another, by a model that has not seen the request.
    private static func reasons(
        _ request: Request, for suggestion: String, against label: String, _ model: TaskClassifier, count: Int
    ) -> [(name: String, weight: Float)] {
        guard count > 0, suggestion != label, let pro = model.explain(request, label: suggestion),
            let contra = model.explain(request, label: label)
        else { return [] }
        var differences: [String: Float] = [:]
        for part in pro.contributions { differences[part.feature, default: 0] += part.weight }
        for part in contra.contributions { differences[part.feature, default: 0] -= part.weight }
        return differences.filter { $0.value > 0 }
            .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .prefix(count).map { ($0.key, $0.value) }
    }
}
