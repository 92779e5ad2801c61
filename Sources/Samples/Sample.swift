public import Conversation

/// One labelled request as a row of a sample file gives it.
///
/// Columns that have no meaning of their own stay in ``extra``, so that reports can be sliced by them.
public struct Sample: Sendable, Equatable {
    /// What is classified.
    public var request: Request
    /// The right label; `nil` where the row names none (and the reader does not require one).
    public var label: String?
    /// A second acceptable label.
    public var alternativeLabel: String?
    /// How much the row counts; positive and finite.
    public var weight: Double
    /// Rows of one group (a user, a conversation) never fall on both sides of a split.
    public var group: String?
    /// When the request was made; allows splits by time.
    public var timestamp: Timestamp?
    /// The row's own name.
    public var id: String?
    /// All other columns by name.
    ///
    /// A CSV column without a name is called `column 1`, `column 2`, ….
    public var extra: [String: String]
    /// Where the row starts.
    public var location: SampleLocation

    /// A sample of `request`; what is not given takes the value of an absent column.
    public init(
        request: Request, label: String? = nil, alternativeLabel: String? = nil, weight: Double = 1,
        group: String? = nil, timestamp: Timestamp? = nil, id: String? = nil, extra: [String: String] = [:],
        location: SampleLocation
    ) {
        self.request = request
        self.label = label
        self.alternativeLabel = alternativeLabel
        self.weight = weight
        self.group = group
        self.timestamp = timestamp
        self.id = id
        self.extra = extra
        self.location = location
    }
}

/// A place in a file, counted as editors do: the first byte is at line 1, column 1.
///
/// A column counts UTF-8 bytes, so that it is exact also where the bytes are not valid UTF-8. LF, CRLF and a CR
/// on its own each end a line in CSV; only LF and CRLF do in the other formats. A byte order mark has no column.
public struct SampleLocation: Sendable, Hashable, CustomStringConvertible {
    /// The path as it was given, or `<stdin>`.
    public var file: String
    /// Line, from 1.
    public var line: Int
    /// Byte in the line, from 1.
    public var column: Int

    /// A place in `file`.
    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// `data.csv:17:42`.
    public var description: String { "\(file):\(line):\(column)" }
}
