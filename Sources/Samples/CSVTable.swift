import JSONCoding

/// A table with a header from a CSV file, whole in memory: for files whose columns are not those of samples.
package struct CSVTable {
    /// What errors call the file.
    package let name: String
    /// Names in the header, without spaces around them.
    package let columns: [String]
    /// Cells of each row, as many as there are columns, and the line at which the row begins.
    package private(set) var rows: [(line: Int, cells: [String])] = []

    /// Reads a file; `-` is standard input, and what ends in `.gz` is decompressed.
    ///
    /// - Parameter limit: most bytes that are read.
    package init(path: String, limit: Int = 512 << 20) throws(SampleError) {
        let name = path == "-" ? SampleReader.standardInputName : path
        var input: any ByteInput = path == "-" ? FileInput() : try FileInput(path: path)
        if SampleFormat.isCompressed(path: path) { input = try GzipInput(input, name: name, bufferSize: 256 << 10) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let outcome: Result<Int, SampleError> = chunk.withUnsafeMutableBytes { buffer in
                do throws(SampleError) { return .success(try input.read(into: buffer)) } catch {
                    return .failure(error)
                }
            }
            let count = try outcome.get()
            if count == 0 { break }
            bytes += chunk[..<count]
            guard bytes.count <= limit else {
                throw SampleError(
                    .recordTooLong, file: name, problem: "the file has more than \(limit) bytes",
                    remedy: "add rows up before, or take a part of it")
            }
        }
        try self.init(bytes: bytes, name: name)
    }

    /// Reads bytes in memory.
    package init(bytes: [UInt8], name: String) throws(SampleError) {
        self.name = name
        var scanner = CSVScanner()
        var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var line = 1
        var columns: [String]?
        while start < bytes.count {
            let rest = bytes.span.extracting(start..<bytes.count)
            scanner.beginRecord()
            _ = scanner.scan(rest, isComplete: true)
            let record = rest.extracting(0..<scanner.contentLength)
            let fault = Self.fault(of: scanner)
            if let fault {
                let code: SampleError.Code = columns == nil ? .badHeader : fault.code
                let place = SampleLocation(file: name, line: line, column: 1)
                throw SampleError(code, at: place, problem: fault.problem, remedy: fault.remedy)
            }
            if !scanner.isBlank {
                let cells = scanner.fields.map { field in
                    let content = field.hasDoubledQuotes ? field.unescaped(in: record) : []
                    let span = field.hasDoubledQuotes ? content.span : record.extracting(field.start..<field.end)
                    return span.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
                }
                if let columns {
                    try Self.check(cells, columns, name, line)
                    rows.append((line, cells))
                } else {
                    columns = try Self.header(cells, name)
                }
            }
            line += scanner.isBlank ? 1 : ByteSearch.lineEndCount(in: record) + 1
            start += max(1, scanner.length)
            if scanner.endsInCarriageReturn, start < bytes.count, bytes[start] == 0x0A { start += 1 }
        }
        guard let columns else {
            throw SampleError(
                .badHeader, file: name, problem: "the file is empty", remedy: "begin it with a header")
        }
        self.columns = columns
    }

    /// The place of a column, by its name in any case.
    package func column(_ name: String) -> Int? {
        columns.firstIndex { $0.lowercased() == name.lowercased() }
    }

    /// An error about a row.
    package func fault(line: Int, _ problem: String, _ remedy: String) -> SampleError {
        SampleError(
            .wrongType, at: SampleLocation(file: name, line: line, column: 1), problem: problem, remedy: remedy)
    }

    /// An error about the file.
    package func fault(_ problem: String, _ remedy: String) -> SampleError {
        SampleError(.badHeader, file: name, problem: problem, remedy: remedy)
    }

    private static func header(_ cells: [String], _ name: String) throws(SampleError) -> [String] {
        let columns = cells.map(\.trimmed)
        guard columns.count <= CSVScanner.maximumFieldCount else {
            throw SampleError(
                .badHeader, file: name, problem: "the header has \(columns.count) columns", remedy: "remove some")
        }
        var seen: Set<String> = []
        for column in columns where !column.isEmpty && !seen.insert(column.lowercased()).inserted {
            throw SampleError(
                .badHeader, file: name, problem: "the header names \(quoted(column)) twice",
                remedy: "keep one of them")
        }
        return columns
    }

    private static func check(
        _ cells: [String], _ columns: [String], _ name: String, _ line: Int
    ) throws(SampleError) {
        guard cells.count != columns.count else { return }
        throw SampleError(
            .wrongFieldCount, at: SampleLocation(file: name, line: line, column: 1),
            problem: "the row has \(cells.count) fields, but the header has \(columns.count)",
            remedy: "quote fields that hold commas, and remove commas that are too many")
    }

    private static func fault(
        of scanner: CSVScanner
    ) -> (code: SampleError.Code, problem: String, remedy: String)? {
        switch scanner.fault {
        case .unclosedQuote:
            (.unclosedQuote, "a quote in the record that begins here is never closed", #"close it or double it ("")"#)
        case .textAfterQuote:
            (.textAfterQuote, "there is text after a closing quote", #"double the quotes inside the field ("")"#)
        case nil: nil
        }
    }
}
