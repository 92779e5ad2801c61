/// Why a call is refused, before any wire shape gave it its form.
public struct WireError: Error, Sendable, Equatable {
    /// The HTTP status.
    public var status: Int
    /// A word for programs, from a fixed set, such as `invalid_json`.
    public var code: String
    /// One sentence for the person who reads it: what is wrong and what to do.
    public var message: String
    /// Path of the value concerned, such as `messages[2].content`.
    public var field: String?
    /// Seconds after which to try again.
    public var retryAfter: Int?

    /// An error of `status`.
    public init(_ status: Int, _ code: String, _ message: String, field: String? = nil, retryAfter: Int? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.field = field
        self.retryAfter = retryAfter
    }
}
