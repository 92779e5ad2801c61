import JSONCoding

/// A row as its file has it, for programs that copy rows: nothing in it is lost or rewritten.
package struct SampleRecord: Sendable {
    /// How the file is written.
    package let format: SampleFormat
    /// The header's record in CSV, without its line end; empty in other formats.
    package let header: [UInt8]
    /// The row's record without its line end.
    package let bytes: [UInt8]

    package init(format: SampleFormat, header: [UInt8], bytes: [UInt8]) {
        self.format = format
        self.header = header
        self.bytes = bytes
    }

    /// What the row has in each column, in the order of the file; JSON values other than strings as they are written,
    /// `null` as an empty text.
    package func cells() -> [(column: String, value: String)] {
        switch format {
        case .csv:
            let names = Self.fields(of: header)
            return zip(names, Self.fields(of: bytes)).enumerated().map { index, cell in
                (cell.0.isEmpty ? "column \(index + 1)" : cell.0, cell.1)
            }
        case .jsonLines: return (try? members()) ?? []
        case .plainText: return [("text", String(decoding: bytes, as: UTF8.self))]
        }
    }

    /// The fields of a record of CSV, without their quotes.
    package static func fields(of record: [UInt8]) -> [String] {
        var scanner = CSVScanner()
        scanner.beginRecord()
        _ = scanner.scan(record.span, isComplete: true)
        return scanner.fields.map { field in
            let span = record.span.extracting(field.start..<field.end)
            guard field.hasDoubledQuotes else {
                return span.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
            }
            return String(decoding: field.unescaped(in: record.span), as: UTF8.self)
        }
    }

    private func members() throws(RequestDecodingError) -> [(column: String, value: String)] {
        var cursor = JSONCursor(invalidUnicode: .repair)
        let json = bytes.span
        var cells: [(column: String, value: String)] = []
        guard try cursor.kind(in: json) == .object else { return [] }
        try cursor.open(in: json)
        while let key = try cursor.nextKey(in: json) {
            switch try cursor.kind(in: json) {
            case .string: cells.append((key.name, try cursor.string(in: json)))
            case .null:
                _ = try cursor.literal(in: json)
                cells.append((key.name, ""))
            default:
                let start = cursor.position
                try cursor.skip(in: json)
                cells.append((key.name, String(decoding: bytes[start..<cursor.position], as: UTF8.self)))
            }
        }
        return cells
    }
}
