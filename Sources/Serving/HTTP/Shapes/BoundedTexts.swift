import Conversation
import JSONCoding

/// The texts of a batch, of which no more are kept than may be classified.
struct BoundedTexts {
    private(set) var texts: [String] = []
    /// All texts that were met, kept or not.
    private(set) var count = 0
    private let limit: Int

    /// A batch that keeps `limit` texts.
    init(limit: Int) { self.limit = limit }

    /// Whether texts were left out.
    var isOverLimit: Bool { count > limit }

    /// The inputs to classify.
    var requests: [Request] { texts.map { .text($0) } }

    /// Reads the string that comes next.
    mutating func read(_ cursor: inout JSONCursor, in json: Span<UInt8>) throws(RequestDecodingError) {
        if count < limit {
            texts.append(try cursor.string(in: json))
        } else {
            try cursor.skip(in: json)
        }
        count += 1
    }

    /// Adds a text; `make` is called only where it is kept.
    mutating func append(_ make: () -> String) {
        if count < limit { texts.append(make()) }
        count += 1
    }

    /// The refusal of a batch that is too large.
    func overLimit(status: Int, field: String) -> WireError {
        WireError(
            status, "batch_too_large", "the batch holds \(count) texts; send at most \(limit) in one call", field: field
        )
    }
}
