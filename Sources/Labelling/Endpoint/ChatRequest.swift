internal import JSONCoding

/// The body of a request for a chat completion.
package struct ChatRequest: Sendable {
    let model: String
    let instructions: String
    /// Further members of the object, as JSON, without braces.
    private let parameters: String

    /// Members that are set here, and by nobody else.
    private static let reserved = ["model", "messages", "stream", "response_format", "n"]

    /// Requests to `model`; `parameters` is a JSON object whose members are added to each.
    package init(model: String, instructions: String, parameters: String) throws(LabellingError) {
        self.model = model
        self.instructions = instructions
        guard !parameters.isEmpty else {
            self.parameters = ""
            return
        }
        let bytes = Array(parameters.utf8)
        do throws(RequestDecodingError) {
            var cursor = JSONCursor(invalidUnicode: .reject)
            let json = bytes.span
            guard try cursor.kind(in: json) == .object else {
                throw RequestDecodingError(.wrongType, at: 0, problem: "it is no object", remedy: "")
            }
            let start = cursor.position + 1
            var names: [String] = []
            try cursor.open(in: json)
            while let key = try cursor.nextKey(in: json) {
                names.append(key.name)
                _ = try cursor.kind(in: json)
                try cursor.skip(in: json)
            }
            let end = cursor.position - 1
            try cursor.finish(in: json)
            if let name = names.first(where: { Self.reserved.contains($0) }) {
                throw RequestDecodingError(.duplicateField, at: 0, problem: "\(quoted(name)) cannot be set", remedy: "")
            }
            self.parameters = names.isEmpty ? "" : String(decoding: bytes[start..<end], as: UTF8.self)
        } catch {
            throw LabellingError(
                "--parameters: \(error.problem); write a JSON object of further parameters, such as {\"temperature\": 0}"
            )
        }
    }

    /// The body that asks with `message`.
    func body(_ message: String, asksForJSON: Bool) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("model", model)
            json.key("messages")
            json.array { json in
                for (role, content) in [("system", instructions), ("user", message)] {
                    json.object { json in
                        json.member("role", role)
                        json.member("content", content)
                    }
                }
            }
            if asksForJSON {
                json.key("response_format")
                json.object { $0.member("type", "json_object") }
            }
        }
        guard !parameters.isEmpty else { return json.bytes }
        return json.bytes.dropLast() + ",".utf8 + parameters.utf8 + "}".utf8
    }
}
