/// Why bytes are not a request in JSON.
public struct RequestDecodingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of fault.
    public enum Code: Sendable {
        /// The bytes are not JSON, or are nested too deep.
        case malformedJSON
        /// A string is not valid Unicode.
        case invalidUTF8
        /// A value is of the wrong type.
        case wrongType
        /// One object names a field twice.
        case duplicateField
        /// There is neither `text` nor `messages`, or a message lacks its `role`.
        case missingField
        /// There are both `text` and `messages`.
        case ambiguousRequest
    }

    /// The kind of fault.
    public let code: Code
    /// Byte at which the fault is, from 0.
    public let offset: Int
    /// Path of the value concerned, such as `messages[2].content`; `nil` where it is no single field's.
    public let field: String?
    /// What is wrong.
    public let problem: String
    /// What to do about it.
    public let remedy: String

    package init(_ code: Code, at offset: Int, field: String? = nil, problem: String, remedy: String) {
        self.code = code
        self.offset = offset
        self.field = field
        self.problem = problem
        self.remedy = remedy
    }

    package init(_ invalid: UnicodeText.Invalid, at offset: Int) {
        self.init(
            .invalidUTF8, at: offset + invalid.offset, problem: UnicodeText.problem(invalid),
            remedy: UnicodeText.remedy)
    }

    /// One sentence: what is wrong, where, and what to do.
    public var description: String { "byte \(offset): \(problem); \(remedy)" }
}
