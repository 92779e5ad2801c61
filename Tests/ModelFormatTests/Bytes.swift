import ModelFormat

/// A file with this header, given as text, and so many bytes of data.
func file(header: String, data: Int = 0) -> [UInt8] { file(header: Array(header.utf8), data: data) }

/// A file with this header, given as bytes, and so many bytes of data.
func file(header: [UInt8], data: Int = 0) -> [UInt8] {
    littleEndian(UInt64(header.count)) + header + [UInt8](repeating: 0, count: data)
}

/// The header pads itself so that data begin at a multiple of 8, as any 8-byte type needs.
func padded(_ header: String) -> String {
    header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
}

func littleEndian(_ value: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
}

func parse(_ bytes: [UInt8]) throws(ModelFileError) -> SafetensorsFile {
    try SafetensorsFile(parsing: ModelBytes(copying: bytes, origin: "test.safetensors"))
}

/// Three tensors of three element sizes, with metadata.
func smallFile() throws -> [UInt8] {
    var writer = SafetensorsWriter(metadata: ["version": "1", "labels": "[\"simple\",\"code\"]"])
    try writer.add("codes", shape: [2, 3], values: [Int8](-3..<3))
    try writer.add("weights", shape: [2, 2], values: [Float](arrayLiteral: 1, -2.5, 0, 3e-20))
    try writer.add("scales", dtype: .f16, shape: [3], bytes: [0, 60, 0, 0, 0, 188])
    return try writer.bytes()
}
