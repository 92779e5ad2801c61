import Conversation
import JSONCoding

/// Makes a call of what a request's members say together.
extension KServeRequestReader {
    /// The call; `tail` is what follows the JSON.
    func call(tail: Span<UInt8>, hasHeaderLength: Bool, limit: Int) throws(WireError) -> KServeCall {
        guard let input, inputCount == 1 else {
            throw WireError(
                400, inputCount == nil ? "missing_field" : "wrong_inputs",
                "the request has \(inputCount ?? 0) `inputs`; give exactly one tensor, of the texts to classify",
                field: "inputs")
        }
        let texts = try texts(of: input, tail: tail, hasHeaderLength: hasHeaderLength, limit: limit)
        try check(input.shape, count: texts.count)
        guard texts.count > 0 else {
            throw WireError(400, "empty_batch", "`inputs[0]` holds no text; give at least one", field: "inputs[0]")
        }
        guard !texts.isOverLimit else { throw texts.overLimit(status: 400, field: "inputs[0]") }
        return KServeCall(id: id, inputs: texts.requests, outputs: try requestedOutputs())
    }

    private func texts(
        of input: Input, tail: Span<UInt8>, hasHeaderLength: Bool, limit: Int
    ) throws(WireError) -> BoundedTexts {
        guard input.hasName else { throw missing("inputs[0].name", "name the tensor, such as `text`") }
        guard let datatype = input.datatype else { throw missing("inputs[0].datatype", "say `BYTES`") }
        guard datatype == "BYTES" else {
            throw WireError(
                400, "wrong_datatype",
                "the datatype of `inputs[0]` is \(quoted(datatype)); texts are sent as `BYTES`",
                field: "inputs[0].datatype")
        }
        guard !input.isInSharedMemory else {
            throw unshared("inputs[0].parameters.shared_memory_region")
        }
        switch (input.texts, input.binarySize) {
        case (let texts?, nil):
            if let fault = input.fault { throw WireError(fault) }
            guard tail.isEmpty else {
                throw WireError(
                    400, "wrong_length",
                    "\(tail.count) bytes follow the JSON and no tensor claims them; give its `binary_data_size`",
                    field: "inputs[0].parameters.binary_data_size")
            }
            return texts
        case (nil, let size?):
            guard hasHeaderLength else {
                throw WireError(
                    400, "wrong_length",
                    "`inputs[0]` has a `binary_data_size`, but the request has no \(KServeShape.headerName); "
                        + "say in that header how long the JSON is",
                    field: "inputs[0].parameters.binary_data_size")
            }
            return try KServeBytes.texts(tail, size: size, limit: limit)
        case (nil, nil):
            throw missing("inputs[0].data", "give the texts, or their `binary_data_size` and the bytes after the JSON")
        case (_?, _?):
            throw WireError(
                400, "ambiguous_request", "`inputs[0]` has both `data` and a `binary_data_size`; keep one of them",
                field: "inputs[0].data")
        }
    }

    private func check(_ shape: [Int]?, count: Int) throws(WireError) {
        guard let shape else { throw missing("inputs[0].shape", "give the number of texts, such as [\(count)]") }
        // -1 stands for a length that the data tell.
        guard let length = shape.first, length == count || length == -1, shape.dropFirst().allSatisfy({ $0 == 1 }),
            shape.count <= 2
        else {
            let shown = shape.map { "\($0)" }.joined(separator: ",")
            throw WireError(
                400, "wrong_shape",
                "`inputs[0].shape` [\(shown)\(shape.count > 2 ? ",…" : "")] does not fit \(count) texts; "
                    + "give [\(count)] or [\(count),1]",
                field: "inputs[0].shape")
        }
    }

    private func requestedOutputs() throws(WireError) -> [KServeCall.RequestedOutput] {
        guard !outputs.isEmpty else {
            return KServeOutput.allCases.map { KServeCall.RequestedOutput(output: $0, isBinary: wantsBinary) }
        }
        var requested: [KServeCall.RequestedOutput] = []
        for (index, output) in outputs.enumerated() {
            let field = "outputs[\(index)]"
            guard let name = output.name else { throw missing("\(field).name", "name an output, such as `label`") }
            guard let known = KServeOutput(rawValue: name) else {
                throw WireError(
                    400, "unknown_output",
                    "the model has no output \(quoted(name)); ask for "
                        + KServeOutput.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", "),
                    field: "\(field).name")
            }
            guard !requested.contains(where: { $0.output == known }) else {
                throw WireError(
                    400, "duplicate_field", "the output `\(name)` is asked for twice; keep one of them", field: field)
            }
            guard !output.isInSharedMemory else { throw unshared("\(field).parameters.shared_memory_region") }
            let classCount = output.classCount ?? 0
            guard classCount >= 0, classCount == 0 || known == .probabilities else {
                throw WireError(
                    400, "wrong_classification",
                    "`classification` counts the best labels of `probabilities`, from 1; correct or remove it",
                    field: "\(field).parameters.classification")
            }
            requested.append(
                KServeCall.RequestedOutput(
                    output: known, isBinary: output.isBinary ?? wantsBinary,
                    classCount: classCount == 0 ? nil : classCount))
        }
        return requested
    }

    private func missing(_ field: String, _ remedy: String) -> WireError {
        WireError(400, "missing_field", "the request has no `\(field)`; \(remedy)", field: field)
    }

    private func unshared(_ field: String) -> WireError {
        WireError(
            400, "no_shared_memory", "this service shares no memory with its callers; send the data in the body",
            field: field)
    }
}
