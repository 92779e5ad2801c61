import JSONCoding
import TaskType

/// Prints predictions in one of the formats.
struct PredictionWriter: Sendable {
    let format: PredictionFormat
    let identity: ModelIdentity?
    let explainTop: Int
    let showsTime: Bool
    private let labels: [String]

    init(format: PredictionFormat, classifier: TaskClassifier?, explainTop: Int, showsTime: Bool) {
        self.format = format
        self.explainTop = explainTop
        self.showsTime = showsTime
        labels = classifier?.labels ?? []
        // The digest is worth its milliseconds only where it is printed.
        let printsModel = format == .json || format == .jsonl
        identity = printsModel ? classifier.map { ModelIdentity(name: $0.name, revision: $0.revision) } : nil
    }

    func begin() {
        if format == .json { StandardOutput.write("[") }
        if format == .csv {
            let columns =
                ["id", "task_type", "confidence", "source", "uncertain", "candidates"] + labels.map { "p_" + $0 }
            StandardOutput.write(columns.map(csvField).joined(separator: ",") + (showsTime ? ",seconds" : "") + "\n")
        }
    }

    /// What is printed for `answers`; `isFirst` where nothing was printed before them.
    func bytes(of answers: [ClassifiedRequest], isFirst: Bool) -> [UInt8] {
        var json = JSONWriter()
        var bytes: [UInt8] = []
        for (index, answer) in answers.enumerated() {
            switch format {
            case .text: bytes += answer.text(features: explainTop, showsTime: showsTime).utf8
            case .json:
                bytes += (isFirst && index == 0 ? "\n" : ",\n").utf8
                json.removeAll()
                answer.write(to: &json, model: identity, explained: explainTop)
                bytes += json.bytes
            case .jsonl:
                answer.write(to: &json, model: identity, explained: explainTop)
                json.lineBreak()
            case .csv: bytes += csvLine(answer).utf8
            }
        }
        return format == .jsonl ? json.bytes : bytes
    }

    func end() {
        if format == .json { StandardOutput.write("\n]\n") }
    }

    private func csvLine(_ answer: ClassifiedRequest) -> String {
        let prediction = answer.prediction
        var fields = [
            csvField(answer.id), csvField(prediction.taskType), "\(prediction.confidence)", prediction.source.rawValue,
            "\(prediction.isUncertain)", csvField(prediction.candidates.joined(separator: " ")),
        ]
        fields += labels.map { prediction[$0].map { "\($0)" } ?? "" }
        if showsTime { fields.append(answer.seconds.map { "\($0)" } ?? "") }
        return fields.joined(separator: ",") + "\n"
    }

    private func csvField(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }) else { return text }
        var quoted = "\""
        for character in text.unicodeScalars {
            if character == "\"" { quoted += "\"" }
            quoted.unicodeScalars.append(character)
        }
        return quoted + "\""
    }
}
