import JSONCoding
import ModelFormat
import TaskType

/// What an administrator is told of one model.
struct ModelStatus: Sendable, Equatable {
    /// Why a file was refused.
    struct Failure: Sendable, Equatable {
        var message: String
        var time: UTCTime
        /// The refused revision; nil where the file could not even be read.
        var revision: String?
    }

    var name: String
    var isDefault: Bool
    /// The revision that serves; nil where none can.
    var revision: String?
    var source: ServedModel.Source?
    /// Where the file is, or would be; nil for the embedded model.
    var path: String?
    var labels: [String] = []
    /// `logistic`, `mlp` or `average` (of both).
    var kind: String?
    var byteCount: Int?
    var loaded: UTCTime?
    /// Revisions that a rollback can go back to, the latest first.
    var previousRevisions: [String] = []
    /// Revisions that can be activated by their digest.
    var keptRevisions: [String] = []
    /// Whether the file is gone, and the model serves from memory.
    var isFileMissing = false
    /// The revision in the file, where another one serves since it was refused or rolled back.
    var refusedRevision: String?
    var lastFailure: Failure?

    func write(to json: inout JSONWriter) {
        func optional(_ key: String, _ value: String?, _ json: inout JSONWriter) {
            guard let value else { return }
            json.key(key)
            json.value(value)
        }
        func list(_ key: String, _ values: [String], _ json: inout JSONWriter) {
            json.key(key)
            json.array { json in for value in values { json.value(value) } }
        }
        json.object { json in
            json.key("name")
            json.value(name)
            json.key("is_default")
            json.value(isDefault)
            json.key("serving")
            json.value(revision != nil)
            optional("revision", revision, &json)
            optional("source", source?.rawValue, &json)
            optional("path", path, &json)
            optional("kind", kind, &json)
            if let byteCount {
                json.key("bytes")
                json.value(byteCount)
            }
            list("labels", labels, &json)
            optional("loaded_at", loaded?.text, &json)
            list("previous_revisions", previousRevisions, &json)
            list("kept_revisions", keptRevisions, &json)
            json.key("file_missing")
            json.value(isFileMissing)
            optional("refused_revision", refusedRevision, &json)
            if let lastFailure {
                json.key("last_error")
                json.object { json in
                    json.key("message")
                    json.value(lastFailure.message)
                    json.key("at")
                    json.value(lastFailure.time.text)
                    optional("revision", lastFailure.revision, &json)
                }
            }
        }
    }
}

extension [ModelStatus] {
    /// Writes `{"models":[…],"default":"…"}`.
    func write(default name: String, to json: inout JSONWriter) {
        json.object { json in
            json.key("models")
            json.array { json in for status in self { status.write(to: &json) } }
            json.key("default")
            json.value(name)
        }
    }
}

extension TaskModel {
    /// What the model is made of, in the words of `tasktype train --kind`.
    var kind: String {
        switch (linear != nil, perceptron != nil) {
        case (true, true): "average"
        case (false, true): "mlp"
        default: "logistic"
        }
    }
}
