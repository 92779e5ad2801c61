import Evaluation
import FeatureExtraction
import TaskType

/// What every request has, to slice an evaluation by: length, script, language, turns.
struct RequestTraits {
    private static let bounds = [100, 300, 1000, 3000, 10_000]
    private static let lengths =
        ["below 100"] + zip(bounds, bounds.dropFirst()).map { "\($0) to \($1 - 1)" } + ["10000 and more"]

    /// Columns of traits in which the requests differ, by names that no column of a file is likely to have.
    static func columns(of requests: [Request]) -> [ScoredRows.SliceColumn] {
        // The traits need single words and their letters only, and no more than a beginning and an end of them.
        let settings = FeatureSettings(maximumWordOrder: 1, characterOrders: 1...1, askWindow: 4096)
        let extractor = FeatureExtractor(settings: settings)
        var scratch = FeatureScratch(settings: settings)
        var traits: [RequestTraits] = []
        for request in requests { traits.append(RequestTraits(request, extractor, &scratch)) }
        let columns = [
            ScoredRows.SliceColumn(name: "request_bytes", values: traits.map(\.length), order: lengths),
            ScoredRows.SliceColumn(name: "request_script", values: traits.map(\.script)),
            ScoredRows.SliceColumn(name: "request_language", values: traits.map(\.language)),
            ScoredRows.SliceColumn(
                name: "request_turns", values: traits.map(\.turns), order: ["1", "2 to 4", "5 and more"]),
        ]
        // A slice that holds every row says nothing new.
        return columns.filter { Set($0.values).count > 1 }
    }

    private let length: String
    private var script = "none"
    private var language = "not recognised"
    private let turns: String

    private init(_ request: Request, _ extractor: FeatureExtractor, _ scratch: inout FeatureScratch) {
        var text = request.ask
        length = Self.lengths[Self.bounds.count { $0 <= text.utf8.count }]
        switch request.turnCount {
        case ...1: turns = "1"
        case 2...4: turns = "2 to 4"
        default: turns = "5 and more"
        }
        let features = text.withUTF8 { extractor.describe(ask: $0, into: &scratch) }
        for feature in features where feature.family == .structure {
            if let value = Self.value(of: "structure:script=", in: feature.name) { script = value }
            if let value = Self.value(of: "structure:language=", in: feature.name) { language = value }
        }
    }

    private static func value(of trait: String, in name: String) -> String? {
        name.hasPrefix(trait) ? String(name.dropFirst(trait.count)) : nil
    }
}

extension Request {
    /// What the person asks for: the text, or the last message of the person.
    var ask: String {
        switch self {
        case .text(let text): text
        case .conversation(let messages, _):
            messages.last { $0.role == .user && !$0.text.isEmpty }?.text ?? messages.last?.text ?? ""
        }
    }

    /// Everything that was said, to tell requests apart.
    var wholeText: String {
        switch self {
        case .text(let text): text
        case .conversation(let messages, _):
            messages.count == 1 && messages[0].role == .user
                ? messages[0].text : messages.map { "\($0.role.rawValue): \($0.text)" }.joined(separator: "\n")
        }
    }

    /// Number of the person's messages.
    fileprivate var turnCount: Int {
        switch self {
        case .text: 1
        case .conversation(let messages, _): messages.count { $0.role == .user }
        }
    }
}
