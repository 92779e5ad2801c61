import JSONCoding

/// The members of an inference request, as far as they were met; none of them checked against another.
struct KServeRequestReader {
    /// The tensor of texts.
    struct Input {
        var datatype: String?
        var hasName = false
        /// At most three dimensions are kept: more than two are refused in any case.
        var shape: [Int]?
        var texts: BoundedTexts?
        /// The first element of `data` that is no string; what it means depends on the datatype, which may follow.
        var fault: RequestDecodingError?
        var binarySize: Int?
        var isInSharedMemory = false
    }

    /// An output that the caller wants.
    struct Output {
        var name: String?
        var isBinary: Bool?
        var classCount: Int?
        var isInSharedMemory = false
    }

    private(set) var id: String?
    private(set) var input: Input?
    private(set) var inputCount: Int?
    /// At most one more than there are names, which is enough to find one that is wrong or stands twice.
    private(set) var outputs: [Output] = []
    private(set) var wantsBinary = false
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    mutating func read(_ json: Span<UInt8>) throws(RequestDecodingError) {
        var cursor = JSONCursor(invalidUnicode: .repair)
        var seen = SeenKeys()
        try cursor.openObject(in: json, field: nil)
        while let key = try cursor.nextKey(in: json) {
            guard ["id", "parameters", "inputs", "outputs"].contains(key.name) else {
                try cursor.skip(in: json)
                continue
            }
            try seen.insert(key)
            switch key.name {
            case "id": id = try cursor.stringOrNull(in: json, field: "id")
            case "parameters": try readParameters(&cursor, in: json)
            case "inputs": try readInputs(&cursor, in: json)
            default: try readOutputs(&cursor, in: json)
            }
        }
        try cursor.finish(in: json)
    }

    private mutating func readParameters(
        _ cursor: inout JSONCursor, in json: Span<UInt8>
    ) throws(RequestDecodingError) {
        try Self.members(&cursor, in: json, field: "parameters") {
            (key, field, cursor) throws(RequestDecodingError) in
            guard key == "binary_data_output" else { return false }
            wantsBinary = try cursor.flagOrNull(in: json, field: field) ?? false
            return true
        }
    }

    // MARK: Inputs

    private mutating func readInputs(
        _ cursor: inout JSONCursor, in json: Span<UInt8>
    ) throws(RequestDecodingError) {
        let kind = try cursor.kind(in: json)
        guard kind == .array else { throw cursor.wrongType(kind, field: "inputs", expected: "an array of one tensor") }
        try cursor.open(in: json)
        var count = 0
        while try cursor.nextElement(in: json) {
            if count == 0 {
                input = try readInput(&cursor, in: json)
            } else {
                try cursor.skip(in: json)
            }
            count += 1
        }
        inputCount = count
    }

    private func readInput(
        _ cursor: inout JSONCursor, in json: Span<UInt8>
    ) throws(RequestDecodingError) -> Input {
        var input = Input()
        try cursor.openObject(in: json, field: "inputs[0]")
        var seen = SeenKeys()
        while let key = try cursor.nextKey(in: json) {
            let field = "inputs[0].\(key.name)"
            switch key.name {
            case "name":
                try seen.insert(key)
                // The model reads one tensor, so that any name for it will do.
                _ = try cursor.string(in: json, field: field)
                input.hasName = true
            case "datatype":
                try seen.insert(key)
                input.datatype = try cursor.string(in: json, field: field)
            case "shape":
                try seen.insert(key)
                input.shape = try readShape(&cursor, in: json, field: field)
            case "data":
                try seen.insert(key)
                try readData(of: &input, &cursor, in: json, field: field)
            case "parameters":
                try seen.insert(key)
                try Self.members(&cursor, in: json, field: field) {
                    (key, field, cursor) throws(RequestDecodingError) in
                    switch key {
                    case "binary_data_size": input.binarySize = try cursor.integerOrNull(in: json, field: field)
                    case "shared_memory_region":
                        input.isInSharedMemory = try cursor.stringOrNull(in: json, field: field) != nil
                    default: return false
                    }
                    return true
                }
            default: try cursor.skip(in: json)
            }
        }
        return input
    }

    private func readShape(
        _ cursor: inout JSONCursor, in json: Span<UInt8>, field: String
    ) throws(RequestDecodingError) -> [Int] {
        let kind = try cursor.kind(in: json)
        guard kind == .array else { throw cursor.wrongType(kind, field: field, expected: "an array of whole numbers") }
        try cursor.open(in: json)
        var shape: [Int] = []
        while try cursor.nextElement(in: json) {
            let kind = try cursor.kind(in: json)
            guard kind == .number, let length = try cursor.integerOrNull(in: json, field: field) else {
                throw cursor.wrongType(kind, field: field, expected: "an array of whole numbers")
            }
            if shape.count < 3 { shape.append(length) }
        }
        return shape
    }

    /// Reads texts in arrays of any depth, row by row, as the protocol allows tensors to be written.
    private func readData(
        of input: inout Input, _ cursor: inout JSONCursor, in json: Span<UInt8>, field: String
    ) throws(RequestDecodingError) {
        let kind = try cursor.kind(in: json)
        guard kind == .array else { throw cursor.wrongType(kind, field: field, expected: "an array of strings") }
        try cursor.open(in: json)
        var texts = BoundedTexts(limit: limit)
        var depth = 1
        while depth > 0 {
            guard try cursor.nextElement(in: json) else {
                depth -= 1
                continue
            }
            switch try cursor.kind(in: json) {
            case .array:
                try cursor.open(in: json)
                depth += 1
            case .string: try texts.read(&cursor, in: json)
            case let other:
                if input.fault == nil {
                    input.fault = cursor.wrongType(other, field: "\(field)[\(texts.count)]", expected: "a string")
                }
                try cursor.skip(in: json)
            }
        }
        input.texts = texts
    }

    // MARK: Outputs

    private mutating func readOutputs(
        _ cursor: inout JSONCursor, in json: Span<UInt8>
    ) throws(RequestDecodingError) {
        let kind = try cursor.kind(in: json)
        if kind == .null {
            _ = try cursor.literal(in: json)
            return
        }
        guard kind == .array else { throw cursor.wrongType(kind, field: "outputs", expected: "an array of objects") }
        try cursor.open(in: json)
        while try cursor.nextElement(in: json) {
            guard outputs.count <= KServeOutput.allCases.count else {
                try cursor.skip(in: json)
                continue
            }
            outputs.append(try readOutput(&cursor, in: json, field: "outputs[\(outputs.count)]"))
        }
    }

    private func readOutput(
        _ cursor: inout JSONCursor, in json: Span<UInt8>, field: String
    ) throws(RequestDecodingError) -> Output {
        var output = Output()
        try cursor.openObject(in: json, field: field)
        var seen = SeenKeys()
        while let key = try cursor.nextKey(in: json) {
            let field = "\(field).\(key.name)"
            switch key.name {
            case "name":
                try seen.insert(key)
                output.name = try cursor.string(in: json, field: field)
            case "parameters":
                try seen.insert(key)
                try Self.members(&cursor, in: json, field: field) {
                    (key, field, cursor) throws(RequestDecodingError) in
                    switch key {
                    case "binary_data": output.isBinary = try cursor.flagOrNull(in: json, field: field)
                    case "classification": output.classCount = try cursor.integerOrNull(in: json, field: field)
                    case "shared_memory_region":
                        output.isInSharedMemory = try cursor.stringOrNull(in: json, field: field) != nil
                    default: return false
                    }
                    return true
                }
            default: try cursor.skip(in: json)
            }
        }
        return output
    }

    /// Reads an object of parameters: `read` is given each key and says whether it read the value; others are read over.
    private static func members(
        _ cursor: inout JSONCursor, in json: Span<UInt8>, field: String,
        _ read: (String, String, inout JSONCursor) throws(RequestDecodingError) -> Bool
    ) throws(RequestDecodingError) {
        guard try cursor.openObjectOrNull(in: json, field: field) else { return }
        var seen = SeenKeys()
        while let key = try cursor.nextKey(in: json) {
            if try read(key.name, "\(field).\(key.name)", &cursor) {
                try seen.insert(key)
            } else {
                try cursor.skip(in: json)
            }
        }
    }
}
