import Conversation
import JSONCoding
import TaskType

/// What the model gives for each text.
enum KServeOutput: String, CaseIterable, Sendable {
    /// The predicted label; `BYTES` [n].
    case label
    /// The calibrated probabilities; `FP32` [n, labels].
    case probabilities
    /// The probability of the predicted label; `FP32` [n].
    case confidence
}

/// An inference request.
struct KServeCall: WireCall {
    /// An output that the caller asked for.
    struct RequestedOutput: Sendable, Equatable {
        var output: KServeOutput
        /// Whether its data follow the JSON in binary form.
        var isBinary = false
        /// For `probabilities`: how many labels to give as `score:index:label` instead; nil gives the numbers.
        var classCount: Int?
    }

    /// Set from the path, since the body names no model.
    var modelName: String?
    /// The caller's name for the request, given back to it.
    var id: String?
    var inputs: [Request]
    /// In the order asked for.
    var outputs: [RequestedOutput]

    /// Writes the answer as JSON alone, which clients also read where they asked for binary tensors.
    func write(_ outcomes: [Outcome], context: AnswerContext, to json: inout JSONWriter) throws(WireError) {
        var tail: [UInt8] = []
        write(outcomes, context: context, to: &json, binary: false, tail: &tail)
    }

    /// The answer in the form that the caller asked for.
    func answer(_ outcomes: [Outcome], context: AnswerContext) -> KServeAnswer {
        var json = JSONWriter()
        var tail: [UInt8] = []
        write(outcomes, context: context, to: &json, binary: true, tail: &tail)
        guard outputs.contains(where: \.isBinary) else { return KServeAnswer(body: json.bytes) }
        return KServeAnswer(body: json.bytes + tail, headerLength: json.bytes.count)
    }

    private func write(
        _ outcomes: [Outcome], context: AnswerContext, to json: inout JSONWriter, binary: Bool, tail: inout [UInt8]
    ) {
        json.object { json in
            json.key("model_name")
            json.value(context.modelName)
            if let model = context.model {
                json.key("model_version")
                json.value(model.revision)
            }
            if let id {
                json.key("id")
                json.value(id)
            }
            json.key("outputs")
            json.array { json in
                let table = ProbabilityTable(outcomes, labels: context.model?.labels ?? [])
                for requested in outputs {
                    let tensor = Tensor(requested, of: outcomes, table)
                    tensor.write(to: &json, isBinary: binary && requested.isBinary, tail: &tail)
                }
            }
        }
    }
}

/// An answer with tensors behind its JSON, or without.
struct KServeAnswer: Sendable {
    /// All bytes of the body.
    var body: [UInt8]
    /// Length of the JSON, for the header ``KServeShape/headerName``; nil where nothing follows it and there is no
    /// such header.
    var headerLength: Int?

    var contentType: String { headerLength == nil ? "application/json" : "application/octet-stream" }
}

/// The probabilities of all outcomes, a column for each label.
///
/// Columns are the model's labels. An answer by default may name a label that the model does not know; it gets a
/// column behind them, so that each row still sums to 1.
private struct ProbabilityTable {
    var labels: [String]
    var rows: [[Float]]

    init(_ outcomes: [Outcome], labels known: [String]) {
        var labels = known
        for outcome in outcomes where outcome.prediction.labels != labels {
            for label in outcome.prediction.labels where !labels.contains(label) { labels.append(label) }
        }
        self.labels = labels
        rows = outcomes.map { outcome in
            outcome.prediction.labels == labels
                ? outcome.prediction.probabilities : labels.map { outcome.prediction[$0] ?? 0 }
        }
    }

    /// The `count` most probable labels of each row, as Triton writes classifications; ties go to the lower index.
    func classes(_ count: Int) -> [String] {
        rows.flatMap { row in
            row.indices.sorted { row[$0] == row[$1] ? $0 < $1 : row[$0] > row[$1] }.prefix(count)
                .map { "\(row[$0]):\($0):\(labels[$0])" }
        }
    }
}

private struct Tensor {
    enum Data {
        case texts([String])
        case numbers([Float])
    }

    var name: String
    var shape: [Int]
    var data: Data

    init(_ requested: KServeCall.RequestedOutput, of outcomes: [Outcome], _ table: ProbabilityTable) {
        name = requested.output.rawValue
        shape = [outcomes.count]
        switch requested.output {
        case .label: data = .texts(outcomes.map(\.prediction.taskType))
        case .confidence: data = .numbers(outcomes.map(\.prediction.confidence))
        case .probabilities:
            if let count = requested.classCount {
                shape.append(min(count, table.labels.count))
                data = .texts(table.classes(count))
            } else {
                shape.append(table.labels.count)
                data = .numbers(table.rows.flatMap { $0 })
            }
        }
    }

    func write(to json: inout JSONWriter, isBinary: Bool, tail: inout [UInt8]) {
        let start = tail.count
        if isBinary {
            switch data {
            case .texts(let texts): for text in texts { KServeBytes.append(text, to: &tail) }
            case .numbers(let numbers): for number in numbers { KServeBytes.append(number, to: &tail) }
            }
        }
        let size = tail.count - start
        json.object { json in
            json.key("name")
            json.value(name)
            json.key("shape")
            json.array { json in for length in shape { json.value(length) } }
            json.key("datatype")
            if case .texts = data { json.value("BYTES") } else { json.value("FP32") }
            if isBinary {
                json.key("parameters")
                json.object { json in
                    json.key("binary_data_size")
                    json.value(size)
                }
            } else {
                json.key("data")
                json.array { json in
                    switch data {
                    case .texts(let texts): for text in texts { json.value(text) }
                    case .numbers(let numbers): for number in numbers { json.value(number) }
                    }
                }
            }
        }
    }
}
