import JSONCoding

/// Reads a row from one record of CSV.
struct CSVSampleDecoder {
    let header: CSVHeader
    let invalidUnicode: InvalidUnicodePolicy

    /// Reads the header from the first record.
    init(header record: Span<UInt8>, _ scanner: CSVScanner, rules: SampleRules) throws(RecordFault) {
        try Self.check(scanner, record)
        guard scanner.fieldCount <= CSVScanner.maximumFieldCount else {
            throw RecordFault(
                .badHeader, at: 0,
                problem:
                    "the header has \(scanner.fieldCount) columns, more than \(CSVScanner.maximumFieldCount)",
                remedy: "remove those that are not needed")
        }
        invalidUnicode = rules.invalidUnicode
        var names: [String] = []
        for field in scanner.fields {
            names.append(try Self.string(field, in: record, invalidUnicode: rules.invalidUnicode))
        }
        header = try CSVHeader(
            names: names, offsets: scanner.fields.map(\.start), requiresLabel: rules.requiresLabel)
    }

    /// What the record says, whose fields `scanner` found.
    func draft(of record: Span<UInt8>, _ scanner: CSVScanner) throws(RecordFault) -> SampleDraft {
        try Self.check(scanner, record)
        let expected = header.columns.count
        guard scanner.fieldCount == expected else { throw wrongFieldCount(scanner) }
        var draft = SampleDraft()
        for index in 0..<expected {
            let field = scanner.fields[index]
            switch header.columns[index] {
            case .extra(let name): draft.extra[name] = try string(field, in: record)
            case .field(.text): draft.text = try value(field, in: record)
            case .field(.label): draft.label = try value(field, in: record)
            case .field(.alternativeLabel): draft.alternativeLabel = try value(field, in: record)
            case .field(.weight): draft.weight = try value(field, in: record)
            case .field(.timestamp): draft.timestamp = try value(field, in: record)
            case .field(.group): draft.group = try nonEmptyString(field, in: record)
            case .field(.id): draft.id = try nonEmptyString(field, in: record)
            case .field(.messages):
                draft.messages = try json(field, in: record) { decoder, json throws(RequestDecodingError) in
                    Located(content: try decoder.decodeMessages(json), offset: field.start)
                }
                if draft.messages == nil { draft.emptyMessagesOffset = field.start }
            case .field(.tools):
                draft.toolCount =
                    try json(field, in: record) { decoder, json throws(RequestDecodingError) in
                        try decoder.countTools(json)
                    } ?? 0
            }
        }
        return draft
    }

    // MARK: Fields

    private func value(
        _ field: CSVScanner.Field, in record: Span<UInt8>
    ) throws(RecordFault) -> Located<String> {
        .init(content: try string(field, in: record), offset: field.start)
    }

    private func nonEmptyString(_ field: CSVScanner.Field, in record: Span<UInt8>) throws(RecordFault)
        -> String?
    {
        let string = try string(field, in: record)
        return string.isEmpty ? nil : string
    }

    private func string(_ field: CSVScanner.Field, in record: Span<UInt8>) throws(RecordFault) -> String {
        try Self.string(field, in: record, invalidUnicode: invalidUnicode)
    }

    private static func string(
        _ field: CSVScanner.Field, in record: Span<UInt8>, invalidUnicode: InvalidUnicodePolicy
    ) throws(RecordFault) -> String {
        do throws(UnicodeText.Invalid) {
            guard field.hasDoubledQuotes else {
                return try UnicodeText.string(
                    record.extracting(field.start..<field.end), invalid: invalidUnicode)
            }
            return try UnicodeText.string(field.unescaped(in: record).span, invalid: invalidUnicode)
        } catch {
            throw RecordFault(
                .invalidUTF8, at: field.offset(ofContent: error.offset, in: record),
                problem: UnicodeText.problem(error), remedy: UnicodeText.remedy)
        }
    }

    /// What `read` makes of the JSON in a cell; `nil` if the cell is empty.
    private func json<Content>(
        _ field: CSVScanner.Field, in record: Span<UInt8>,
        _ read: (ChatRequestDecoder, Span<UInt8>) throws(RequestDecodingError) -> Content
    ) throws(RecordFault) -> Content? {
        let content = field.unescaped(in: record)
        guard !content.allSatisfy(\.isASCIIWhitespace) else { return nil }
        do throws(RequestDecodingError) {
            return try read(ChatRequestDecoder(invalidUnicode: invalidUnicode), content.span)
        } catch {
            throw RecordFault(error, at: field.offset(ofContent: error.offset, in: record))
        }
    }

    // MARK: Faults

    private static func check(_ scanner: CSVScanner, _ record: Span<UInt8>) throws(RecordFault) {
        switch scanner.fault {
        case nil: return
        case .unclosedQuote(let opened):
            throw RecordFault(
                .unclosedQuote, at: opened, problem: "the quote opened here is never closed",
                remedy: #"close it or double it ("")"#)
        case .textAfterQuote(let offset, let opened):
            let lines = ByteSearch.lineEndCount(in: record.extracting(opened..<offset))
            let which =
                lines == 0 ? "this field" : "the field opened \(lines) line\(lines == 1 ? "" : "s") above"
            throw RecordFault(
                .textAfterQuote, at: offset, problem: "text follows the closing quote of \(which)",
                remedy: #"double the quotes inside the field ("") or remove the text"#)
        }
    }

    private func wrongFieldCount(_ scanner: CSVScanner) -> RecordFault {
        let expected = header.columns.count
        let found = scanner.fieldCount
        let problem = "expected \(expected) field\(expected == 1 ? "" : "s") as in the header, found \(found)"
        return found > expected
            ? RecordFault(
                .wrongFieldCount, at: scanner.fields[expected].start, problem: problem,
                remedy: "put quotes around a field that holds a comma")
            : RecordFault(
                .wrongFieldCount, at: 0, problem: problem,
                remedy:
                    "add the missing ones, empty if need be, or put quotes around a field that holds a line break"
            )
    }
}

extension RecordFault {
    /// A fault found by the JSON decoder, at `offset` of the record.
    init(_ error: RequestDecodingError, at offset: Int) {
        let code: SampleError.Code =
            switch error.code {
            case .malformedJSON: .malformedJSON
            case .invalidUTF8: .invalidUTF8
            case .wrongType: .wrongType
            case .duplicateField: .duplicateField
            case .missingField: .missingField
            case .ambiguousRequest: .ambiguousRequest
            }
        self.init(code, at: offset, problem: error.problem, remedy: error.remedy)
    }
}
