import Foundation
import Testing

/// A weights file taken apart by this test's own reader, to look at tensors and to damage them.
struct WeightsFile {
    private(set) var bytes: Data
    private(set) var header: [String: Any]
    private var dataStart: Int

    init(path: String) throws { try self.init(Data(contentsOf: URL(fileURLWithPath: path))) }

    init(_ bytes: Data) throws {
        self.bytes = bytes
        let length = (0..<8).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
        dataStart = 8 + length
        header = try object(bytes[8..<dataStart])
    }

    /// Where a tensor's values are in the file.
    func range(_ name: String) throws -> Range<Int> {
        let tensor = try #require(header[name] as? [String: Any])
        let offsets = try #require(tensor["data_offsets"] as? [Int])
        return dataStart + offsets[0]..<dataStart + offsets[1]
    }

    /// The values of a tensor of floats.
    func floats(_ name: String) throws -> [Float] {
        let values = bytes[try range(name)]
        return stride(from: values.startIndex, to: values.endIndex, by: 4).map { start in
            Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(values[start + $1]) << (8 * $1) })
        }
    }

    /// The names of the tensors, in the order of their data.
    func tensors() throws -> [String] {
        try header.keys.filter { $0 != "__metadata__" }.sorted {
            try range($0).lowerBound < range($1).lowerBound
        }
    }

    /// The file with other four bytes at `offset`.
    func patched(at offset: Int, with value: UInt32) -> Data {
        var copy = bytes
        for index in 0..<4 { copy[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
        return copy
    }

    /// The file with another header before the same data.
    func withHeader(_ header: [String: Any]) throws -> Data {
        var text = try JSONSerialization.data(withJSONObject: header)
        while (8 + text.count) % 64 != 0 { text.append(0x20) }
        return Data((0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }) + text
            + bytes[dataStart...]
    }
}
