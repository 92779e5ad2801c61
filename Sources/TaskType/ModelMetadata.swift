internal import FeatureExtraction
internal import FoundationEssentials
internal import ModelFormat

/// The strings in a weights file's `__metadata__`; see `docs/weights-format.md`.
enum MetadataKey {
    static let formatVersion = "tasktype.format_version"
    static let labels = "tasktype.labels"
    static let features = "tasktype.features"
    static let calibration = "tasktype.calibration"
    static let decision = "tasktype.decision"
    static let perceptronShare = "tasktype.perceptron_share"
    static let provenance = "tasktype.provenance"

    /// What every reader knows.
    static let currentFormatVersion = "1"
    /// What a reader of version 1 would misread: a calibration matrix, candidate thresholds by label.
    static let extendedFormatVersion = "2"
    /// The versions that can be read.
    static let knownFormatVersions = [currentFormatVersion, extendedFormatVersion]
}

/// `tasktype.features`.
struct FeatureMetadata: Codable {
    struct Family: Codable {
        var bucket_bits: Int
        var weight: Float
    }

    var version: Int
    var families: [String: Family]
    var maximum_word_order: Int
    var character_orders: [Int]
    var ask_window_bytes: Int
    var other_window_bytes: Int

    init(_ settings: FeatureSettings) {
        version = FeatureSettings.currentVersion
        families = [:]
        for family in FeatureFamily.allCases {
            families[family.name] = Family(
                bucket_bits: settings.bucketBits[family.rawValue], weight: settings.familyWeights[family.rawValue])
        }
        maximum_word_order = settings.maximumWordOrder
        character_orders = [settings.characterOrders.lowerBound, settings.characterOrders.upperBound]
        ask_window_bytes = settings.askWindow
        other_window_bytes = settings.otherWindow
    }

    /// The settings, or a sentence about what is wrong with them.
    func settings() throws(MetadataProblem) -> FeatureSettings {
        guard version == FeatureSettings.currentVersion else {
            throw MetadataProblem(
                "its features have version \(version), this program knows version \(FeatureSettings.currentVersion)")
        }
        var bits: [Int] = []
        var weights: [Float] = []
        for family in FeatureFamily.allCases {
            guard let entry = families[family.name] else {
                throw MetadataProblem("its features lack the family \(family.name)")
            }
            bits.append(entry.bucket_bits)
            weights.append(entry.weight)
        }
        guard character_orders.count == 2, character_orders[0] <= character_orders[1] else {
            throw MetadataProblem("its character orders are not a range: \(character_orders)")
        }
        let settings = FeatureSettings(
            bucketBits: bits, familyWeights: weights, maximumWordOrder: maximum_word_order,
            characterOrders: character_orders[0]...character_orders[1], askWindow: ask_window_bytes,
            otherWindow: other_window_bytes)
        if let problem = settings.problem { throw MetadataProblem("of its features, \(problem)") }
        return settings
    }
}

/// `tasktype.calibration`.
struct CalibrationMetadata: Codable {
    var scales: [Float]
    var offsets: [Float]
}

/// `tasktype.decision`.
struct DecisionMetadata: Codable {
    var thresholds: [Float]
    var candidate_threshold: Float
    /// By label; absent from files of version 1.
    var candidate_thresholds: [Float]?
    var candidate_coverage: Float
    var default_label: String
    var priors: [Float]
}

/// What is wrong with the metadata, as the end of a sentence about the file.
struct MetadataProblem: Error {
    let message: String
    init(_ message: String) { self.message = message }
}

extension SafetensorsFile {
    /// Decodes one JSON string of the metadata.
    func decodeMetadata<Value: Decodable>(_ key: String, as type: Value.Type) throws(MetadataProblem) -> Value {
        guard let text = metadata[key] else {
            throw MetadataProblem("its metadata lack \(key), so it is not a tasktype model")
        }
        do {
            return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
        } catch {
            throw MetadataProblem("its metadata \(key) are not what this version writes")
        }
    }
}

/// JSON with sorted keys, so that equal values give equal bytes.
func encodeMetadata(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else {
        preconditionFailure("metadata of finite numbers and strings cannot fail to encode")
    }
    return String(decoding: data, as: UTF8.self)
}
