import JSONCoding

/// What the protocol's `GET` routes answer.
enum KServeDocuments {
    /// `GET /v2`: the server.
    static func writeServer(version: String, to json: inout JSONWriter) {
        json.object { json in
            json.key("name")
            json.value("tasktype")
            json.key("version")
            json.value(version)
            json.key("extensions")
            json.array { json in for name in KServeShape.extensions { json.value(name) } }
        }
    }

    /// `GET /v2/models`: the names of the models.
    static func writeModels(_ names: [String], to json: inout JSONWriter) {
        json.object { json in
            json.key("models")
            json.array { json in for name in names { json.value(name) } }
        }
    }

    /// `GET /v2/models/{m}` and `/versions/{v}`: the model's tensors.
    ///
    /// `labels`, which the protocol has no place for, names the columns of `probabilities`; without it a caller could
    /// not read them.
    static func writeModel(_ name: String, revision: String, labels: [String], to json: inout JSONWriter) {
        json.object { json in
            json.key("name")
            json.value(name)
            json.key("versions")
            json.array { $0.value(revision) }
            json.key("platform")
            json.value("tasktype")
            json.key("inputs")
            json.array { writeTensor("text", "BYTES", [-1], to: &$0) }
            json.key("outputs")
            json.array { json in
                for output in KServeOutput.allCases {
                    switch output {
                    case .label: writeTensor(output.rawValue, "BYTES", [-1], to: &json)
                    case .confidence: writeTensor(output.rawValue, "FP32", [-1], to: &json)
                    case .probabilities:
                        writeTensor(output.rawValue, "FP32", [-1, labels.count], labels: labels, to: &json)
                    }
                }
            }
        }
    }

    /// `GET /v2/models/{m}/ready`: whether the model can answer; the status is 200 or 503 to match.
    static func writeModelReady(_ name: String, _ isReady: Bool, to json: inout JSONWriter) {
        json.object { json in
            json.key("name")
            json.value(name)
            json.key("ready")
            json.value(isReady)
        }
    }

    /// `GET /v2/health/live`.
    static func writeLive(_ isLive: Bool, to json: inout JSONWriter) { write("live", isLive, to: &json) }

    /// `GET /v2/health/ready`; the text of the specification once calls its member `live`, by a slip.
    static func writeReady(_ isReady: Bool, to json: inout JSONWriter) { write("ready", isReady, to: &json) }

    private static func write(_ key: String, _ flag: Bool, to json: inout JSONWriter) {
        json.object { json in
            json.key(key)
            json.value(flag)
        }
    }

    private static func writeTensor(
        _ name: String, _ datatype: String, _ shape: [Int], labels: [String]? = nil, to json: inout JSONWriter
    ) {
        json.object { json in
            json.key("name")
            json.value(name)
            json.key("datatype")
            json.value(datatype)
            json.key("shape")
            json.array { json in for length in shape { json.value(length) } }
            if let labels {
                json.key("labels")
                json.array { json in for label in labels { json.value(label) } }
            }
        }
    }
}
