/// Parses the JSON header by its grammar, one function per rule, and refuses everything else.
///
/// General JSON decoders are of no help here: they keep one of two equal keys without a word, take `1.0` and
/// `1e2` for integers, and some accept trailing commas, byte order marks or UTF-16. Each of those lets two
/// readers see different models in one file. The grammar has a fixed depth, so there is no recursion to exhaust.
struct HeaderParser {
    private var scanner: JSONScanner
    private var metadata: [String: String]?
    private var tensors: [TensorInfo] = []
    private var names: Set<String> = []

    /// Parses `bytes` (the header with its padding), which begin at `offset` in the file.
    ///
    /// Offsets and shapes come back as written, checked only to be integers; `TensorLayout` checks them.
    static func parse(
        _ bytes: [UInt8], at offset: Int
    ) throws(Violation) -> (metadata: [String: String], tensors: [TensorInfo]) {
        guard bytes.first == UInt8(ascii: "{") else {
            throw Violation("its header does not begin with \"{\"")
        }
        // UTF-16 and UTF-32 are full of zeros; in UTF-8 JSON a zero byte has no place at all.
        guard !bytes.contains(0) else {
            throw Violation("its header holds a zero byte, so it is not UTF-8 JSON")
        }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw Violation("its header is not valid UTF-8")
        }
        var parser = HeaderParser(scanner: JSONScanner(bytes: bytes, offset: offset))
        try parser.header()
        return (parser.metadata ?? [:], parser.tensors)
    }

    private init(scanner: JSONScanner) { self.scanner = scanner }

    private mutating func header() throws(Violation) {
        let place = "the header"
        try scanner.expect("{", in: place)
        if !scanner.closes("}") {
            repeat {
                let key = try scanner.string(in: place)
                try scanner.expect(":", in: place)
                guard names.insert(key).inserted else {
                    throw Violation("its header holds \(quoted(key)) twice")
                }
                if key == SafetensorsFile.metadataKey {
                    metadata = try metadataObject()
                } else {
                    tensors.append(try tensor(named: key))
                }
            } while try scanner.continues(until: "}", in: place)
        }
        try scanner.expectEnd()
    }

    private mutating func metadataObject() throws(Violation) -> [String: String] {
        let place = "__metadata__"
        var result: [String: String] = [:]
        try scanner.expect("{", in: place)
        if scanner.closes("}") { return result }
        repeat {
            let key = try scanner.string(in: place)
            try scanner.expect(":", in: place)
            let value = try scanner.string(in: "the metadata value \(quoted(key))")
            guard result.updateValue(value, forKey: key) == nil else {
                throw Violation("its metadata hold \(quoted(key)) twice")
            }
        } while try scanner.continues(until: "}", in: place)
        return result
    }

    private mutating func tensor(named name: String) throws(Violation) -> TensorInfo {
        let place = "tensor \(quoted(name))"
        var dtype: DType?
        var shape: [Int]?
        var offsets: [Int]?
        try scanner.expect("{", in: place)
        if !scanner.closes("}") {
            repeat {
                let field = try scanner.string(in: place)
                try scanner.expect(":", in: place)
                switch field {
                case "dtype" where dtype == nil:
                    let type = try scanner.string(in: "the dtype of \(place)")
                    dtype = DType(rawValue: type)
                    if dtype == nil { throw Violation("\(place) has the unknown dtype \(quoted(type))") }
                case "shape" where shape == nil:
                    shape = try scanner.integers(in: "the shape of \(place)")
                case "data_offsets" where offsets == nil:
                    offsets = try scanner.integers(in: "the data_offsets of \(place)")
                case "dtype", "shape", "data_offsets":
                    throw Violation("\(place) has two fields \(quoted(field))")
                default:
                    throw Violation("\(place) has the unknown field \(quoted(field))")
                }
            } while try scanner.continues(until: "}", in: place)
        }
        guard let dtype else { throw Violation("\(place) has no dtype") }
        guard let shape else { throw Violation("\(place) has no shape") }
        guard let offsets else { throw Violation("\(place) has no data_offsets") }
        guard offsets.count == 2 else {
            throw Violation("\(place) has \(offsets.count) data_offsets where 2 belong")
        }
        guard offsets[0] <= offsets[1] else {
            throw Violation("\(place) ends at byte \(offsets[1]), before its begin at byte \(offsets[0])")
        }
        return TensorInfo(name: name, dtype: dtype, shape: shape, byteRange: offsets[0]..<offsets[1])
    }
}
