/// Who hears of each feature as it is found: nobody while predicting, a list while explaining.
///
/// Extraction is generic over the recorder, so that explaining uses the very code that predicting uses, and
/// predicting pays nothing for it.
protocol FeatureRecorder {
    static var isRecording: Bool { get }
    mutating func record(_ slot: UInt32, of family: FeatureFamily, _ name: FeatureName)
}

/// Where a feature stands in the request.
enum FeatureName {
    /// The text between two byte offsets of the family's text; `detail` goes in front of it.
    case text(detail: String, start: Int, end: Int, mark: Mark? = nil)
    /// A name of its own.
    case named(String)

    /// What the text alone does not say.
    enum Mark {
        /// The n-gram begins with the border of a sentence or line.
        case border
        /// The text is a number of which only the count of digits matters.
        case shape
    }
}

/// Records nothing.
struct NoRecorder: FeatureRecorder {
    static let isRecording = false
    @inline(__always)
    mutating func record(_ slot: UInt32, of family: FeatureFamily, _ name: FeatureName) {}
}

/// Records every occurrence of every feature, in order.
struct FeatureList: FeatureRecorder {
    static let isRecording = true
    private(set) var entries: [(family: FeatureFamily, slot: UInt32, name: FeatureName)] = []

    mutating func record(_ slot: UInt32, of family: FeatureFamily, _ name: FeatureName) {
        entries.append((family, slot, name))
    }
}
