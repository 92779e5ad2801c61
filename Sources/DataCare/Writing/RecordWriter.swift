internal import JSONCoding
internal import ModelFormat
package import Samples

/// Writes rows again, with all their columns and perhaps further ones, as CSV or JSON Lines.
///
/// Rows of files with one header, or of JSON Lines, are copied byte for byte. Where headers differ, the columns of all
/// of them are written; names that mean the same (`text` and `prompt`) are one column.
package struct RecordWriter {
    private enum Plan {
        /// Records are copied as they are.
        case copy
        /// Cells are put in the order of the columns; `keys` are the names they are found by.
        case rewrite(keys: [String: Int], columns: Int)
    }

    private let path: String
    private let format: SampleFormat
    private let plan: Plan
    private let extraColumns: [String]
    private let filledColumns: [String]
    private var bytes: [UInt8] = []

    /// The format that `path` stands for.
    package static func format(of path: String) throws(DataCareError) -> SampleFormat {
        guard !path.lowercased().hasSuffix(".gz"), let format = SampleFormat(path: path), format != .plainText else {
            throw DataCareError("\(path) cannot be written: name a file that ends in .csv or .jsonl")
        }
        return format
    }

    /// A writer of the rows of `table` to `path`, with `extraColumns` after their own.
    ///
    /// `filledColumns` are columns that rows may have already and that `append` may set.
    package init(
        _ path: String, rowsOf table: RowTable, extraColumns: [String] = [], filledColumns: [String] = []
    ) throws(DataCareError) {
        self.path = path
        format = try Self.format(of: path)
        self.extraColumns = extraColumns
        self.filledColumns = filledColumns
        let formats = Set(table.headers.map(\.format))
        var names: [String] = []
        var keys: [String: Int] = [:]
        // The names of JSON Lines are known only when all rows have been seen.
        if format == .csv || formats != [.jsonLines] || !extraColumns.isEmpty {
            for name in try Self.columnNames(table) where keys[Self.key(name)] == nil {
                keys[Self.key(name)] = names.count
                names.append(name)
            }
            if let taken = extraColumns.first(where: { keys[Self.key($0)] != nil }) {
                throw DataCareError(
                    "the data have a column `\(taken)` already; rename it, so that a new one can be written")
            }
            for name in filledColumns where keys[Self.key(name)] == nil {
                keys[Self.key(name)] = names.count
                names.append(name)
            }
        }
        if format == .csv {
            if formats == [.csv], table.headers.count == 1, filledColumns.isEmpty {
                plan = .copy
                bytes = table.headers[0].header
                for name in extraColumns { bytes += [UInt8(ascii: ",")] + Self.csvField(name).utf8 }
            } else {
                plan = .rewrite(keys: keys, columns: names.count)
                bytes = Array((names + extraColumns).map(Self.csvField).joined(separator: ",").utf8)
            }
            bytes.append(UInt8(ascii: "\n"))
        } else {
            plan = formats == [.jsonLines] ? .copy : .rewrite(keys: keys, columns: names.count)
        }
    }

    /// Names of the columns of all rows, in order of first occurrence.
    private static func columnNames(_ table: RowTable) throws(DataCareError) -> [String] {
        var names: [String] = []
        for (format, header) in table.headers {
            switch format {
            case .csv:
                names += SampleRecord.fields(of: header).enumerated().map { $1.isEmpty ? "column \($0 + 1)" : $1 }
            case .plainText: names.append("text")
            case .jsonLines: break
            }
        }
        guard table.headers.contains(where: { $0.format == .jsonLines }) else { return names }
        var known = Set(names)
        for row in 0..<table.count {
            let record = try table.record(row)
            guard record.format == .jsonLines else { continue }
            for (name, _) in record.cells() where known.insert(name).inserted { names.append(name) }
        }
        return names
    }

    /// What a column is found by: names are compared without case, and two of them mean the same as others.
    private static func key(_ name: String) -> String {
        var name = Substring(name.lowercased())
        while name.last == " " { name.removeLast() }
        while name.first == " " { name.removeFirst() }
        switch name {
        case "prompt": return "text"
        case "task_type": return "label"
        default: return String(name)
        }
    }

    /// Adds a row with what it has in the further columns, and values instead of those of filled columns.
    package mutating func append(
        _ record: SampleRecord, extra: [String] = [], filling: [(column: String, value: String)] = []
    ) {
        switch (plan, format) {
        case (.copy, .csv):
            bytes += record.bytes
            for value in extra { bytes += [UInt8(ascii: ",")] + Self.csvField(value).utf8 }
        case (_, .jsonLines) where record.format == .jsonLines:
            bytes += Self.object(
                filling.isEmpty ? record.bytes : Self.object(record.bytes, without: Set(filling.map(\.column))),
                names: filling.map(\.column) + extraColumns, values: filling.map(\.value) + extra)
        case (.rewrite(let keys, let count), .csv):
            var fields = [String](repeating: "", count: count)
            for (name, value) in record.cells() { if let index = keys[Self.key(name)] { fields[index] = value } }
            for (name, value) in filling { if let index = keys[Self.key(name)] { fields[index] = value } }
            bytes += (fields + extra).map(Self.csvField).joined(separator: ",").utf8
        default:
            var json = JSONWriter()
            json.object { json in
                let filled = Set(filling.map(\.column))
                for (name, value) in record.cells() where !value.isEmpty && !filled.contains(Self.key(name)) {
                    json.key(name)
                    // What is no text in JSON Lines is there as JSON already.
                    if record.format == .csv, ["messages", "tools", "weight"].contains(Self.key(name)) {
                        json.verbatim(value)
                    } else {
                        json.value(value)
                    }
                }
                for (name, value) in filling { json.member(name, value) }
                for (name, value) in zip(extraColumns, extra) { json.member(name, value) }
            }
            bytes += json.bytes
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Puts the file in place, whole, in one step.
    package func finish() throws(DataCareError) {
        do throws(ModelFileError) {
            try AtomicFile.write(bytes, to: path)
        } catch {
            throw DataCareError("\(error)")
        }
    }

    /// A JSON object with further members.
    private static func object(_ json: [UInt8], names: [String], values: [String]) -> [UInt8] {
        guard !names.isEmpty, let end = json.lastIndex(of: UInt8(ascii: "}")) else { return json }
        var members = JSONWriter()
        members.object { members in for (name, value) in zip(names, values) { members.member(name, value) } }
        let isEmpty = json[..<end].allSatisfy { $0 == UInt8(ascii: "{") || $0 == 0x20 || $0 == 0x09 }
        return json[..<end] + (isEmpty ? [] : [UInt8(ascii: ",")]) + members.bytes.dropFirst()
    }

    /// A JSON object without the members that `names` mean; the others as they are written.
    private static func object(_ json: [UInt8], without names: Set<String>) -> [UInt8] {
        var members: [ArraySlice<UInt8>] = []
        var cursor = JSONCursor(invalidUnicode: .repair)
        do throws(RequestDecodingError) {
            let span = json.span
            _ = try cursor.kind(in: span)
            try cursor.open(in: span)
            while let key = try cursor.nextKey(in: span) {
                _ = try cursor.kind(in: span)
                try cursor.skip(in: span)
                if !names.contains(Self.key(key.name)) { members.append(json[key.offset..<cursor.position]) }
            }
        } catch {
            // The row has been read before.
            return json
        }
        return [UInt8(ascii: "{")] + members.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "}")]
    }

    /// A field of CSV, in quotes where it must be.
    package static func csvField(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
