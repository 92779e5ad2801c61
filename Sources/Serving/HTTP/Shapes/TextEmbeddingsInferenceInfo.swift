import JSONCoding

/// What `GET /info` of text-embeddings-inference says of a server.
///
/// Clients read `max_client_batch_size` to cut their batches and `id2label` to name scores. What has no counterpart
/// here is null: there is no limit in tokens, since a long text is read through a window; no tokenizer with workers
/// of its own; no Docker label.
struct TextEmbeddingsInferenceInfo: Sendable {
    /// The model's name.
    var modelName: String
    /// The digest of its weights; nil where no model is loaded.
    var revision: String?
    /// Its labels, in the order of their numbers.
    var labels: [String]
    /// Most texts in one call.
    var batchSize: Int
    /// Calls that may be in the queue.
    var queue: Int
    /// The program's version.
    var version: String

    /// Writes the document.
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.key("model_id")
            json.value(modelName)
            write(revision, "model_sha", to: &json)
            write(nil, "model_dtype", to: &json)
            json.key("served_model_name")
            json.value(modelName)
            json.key("model_type")
            json.object { json in
                json.key("classifier")
                json.object { writeLabels(to: &$0) }
            }
            json.key("max_concurrent_requests")
            json.value(queue)
            for key in ["max_input_length", "max_batch_tokens", "max_batch_requests"] {
                write(nil, key, to: &json)
            }
            json.key("max_client_batch_size")
            json.value(batchSize)
            json.key("auto_truncate")
            json.value(true)
            write(nil, "tokenization_workers", to: &json)
            json.key("version")
            json.value(version)
            write(nil, "sha", to: &json)
            write(nil, "docker_label", to: &json)
        }
    }

    private func writeLabels(to json: inout JSONWriter) {
        json.key("id2label")
        json.object { json in
            for (index, label) in labels.enumerated() {
                json.key("\(index)")
                json.value(label)
            }
        }
        json.key("label2id")
        json.object { json in
            for (index, label) in labels.enumerated() {
                json.key(label)
                json.value(index)
            }
        }
    }

    private func write(_ text: String?, _ key: String, to json: inout JSONWriter) {
        json.key(key)
        if let text {
            json.value(text)
        } else {
            // The writer's word for null.
            json.value(Double.nan)
        }
    }
}
