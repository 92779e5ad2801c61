/// What a report is about: shown at its top.
public struct ReportHeader: Sendable, Hashable {
    /// A model's name and revision.
    public struct Model: Sendable, Hashable {
        /// Name, such as that of its file.
        public let name: String
        /// Revision, such as `sha256:…`.
        public let revision: String

        /// A model by name and revision.
        public init(name: String, revision: String) {
            self.name = name
            self.revision = revision
        }
    }

    /// The model that was evaluated, or the candidate of a comparison.
    public let model: Model
    /// The model that a comparison refers to.
    public let reference: Model?
    /// Names of the data files.
    public let data: [String]

    /// A header for a report.
    public init(model: Model, reference: Model? = nil, data: [String]) {
        self.model = model
        self.reference = reference
        self.data = data
    }
}

/// The forms in which a report can be had; the raw value is the name on the command line.
public enum ReportFormat: String, Sendable, Hashable, CaseIterable {
    /// Aligned plain text, at most 100 columns.
    case text
    /// JSON with keys in a fixed order.
    case json
    /// Markdown with tables in GitHub's dialect.
    case markdown = "md"
    /// One page with plots that needs nothing else.
    case html
}
