/// Why a model file cannot be read, used or written.
public struct ModelFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of an error, for code that reacts to it.
    public enum Code: Hashable, Sendable {
        /// The file cannot be opened, read or mapped.
        case unreadable
        /// The bytes break a rule of the container.
        case malformed
        /// The file holds no tensor of that name.
        case missingTensor
        /// The tensor holds another type than was asked for.
        case wrongType
        /// A weight is a NaN or an infinity.
        case notFinite
        /// What was handed to the writer cannot be expressed in the container.
        case unwritableContent
        /// The file cannot be written.
        case unwritable
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

/// A broken rule of the container, not yet tied to the file in which it was found.
struct Violation: Error {
    let sentence: String

    init(_ sentence: String) { self.sentence = sentence }

    func error(in origin: String) -> ModelFileError {
        ModelFileError(
            .malformed,
            "\(origin) cannot be used as a model: \(sentence); copy the file again or train it again")
    }
}

/// `text` in quotation marks, fit for a one-line message however hostile: controls escaped, length bounded.
func quoted(_ text: String) -> String {
    var result = "\""
    for (index, scalar) in text.unicodeScalars.enumerated() {
        if index == 80 {
            result += "…"
            break
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
            result += "\\u{" + String(scalar.value, radix: 16) + "}"
        default:
            result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}
