/// Why a model folder cannot be read or changed.
public struct ModelDirectoryError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of an error, for code that reacts to it.
    public enum Code: Hashable, Sendable {
        /// The name is none that a model may have.
        case invalidName
        /// The revision is not `sha256:` and 64 lower-case hexadecimal digits.
        case invalidRevision
        /// The folder holds no model of that name.
        case unknownModel
        /// No revision of that digest was kept.
        case unknownRevision
        /// No kept revision was active before.
        case noPreviousRevision
        /// Another revision is active than the one that was to be replaced.
        case changed
        /// The bytes are not a model, or not the one that their name says.
        case damaged
        /// The folder, or a file in it, may not be changed.
        case notWritable
        /// Another process is changing the folder.
        case busy
        /// A file cannot be read or written.
        case failed
    }

    /// What kind of error this is.
    public let code: Code

    /// One sentence for the person who reads it: what is wrong, where, and what to do.
    public let message: String

    /// The message.
    public var description: String { message }

    /// An error with the sentence that will be shown.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
