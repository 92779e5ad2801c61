/// Why a model was not activated or rolled back.
struct ModelStoreError: Error, Equatable, CustomStringConvertible {
    /// The kind of an error.
    enum Code: String, Sendable {
        case unknownModel = "unknown_model"
        case unknownRevision = "unknown_revision"
        case invalidRevision = "invalid_revision"
        case noPreviousRevision = "no_previous_revision"
        /// The model is compiled in, so there is no file to read again.
        case noFile = "no_model_file"
        case invalidModel = "invalid_model"
        case busy = "models_busy"
        /// The folder cannot be read or written.
        case storage = "model_storage"
        /// What the operator configured cannot be.
        case configuration = "invalid_configuration"
    }

    let code: Code
    /// One sentence for the person who reads it.
    let message: String

    var description: String { message }

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The refusal of a call.
    var wireError: WireError {
        switch code {
        case .unknownModel: WireError(404, code.rawValue, message)
        case .unknownRevision: WireError(404, code.rawValue, message, field: "revision")
        case .invalidRevision: WireError(422, code.rawValue, message, field: "revision")
        case .noPreviousRevision, .noFile: WireError(409, code.rawValue, message)
        case .invalidModel: WireError(422, code.rawValue, message)
        case .busy: WireError(503, code.rawValue, message, retryAfter: 1)
        case .storage, .configuration: WireError(500, code.rawValue, message)
        }
    }
}
