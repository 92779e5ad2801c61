import JSONCoding

/// Finds where the records and fields of CSV (RFC 4180) begin and end, without copying them.
///
/// The scanner keeps its place between calls, so a record may arrive in pieces of any size and each byte is looked
/// at once. All offsets count from the start of the record. Where RFC 4180 is silent or broken it goes on as
/// Python's `csv` does, so that both agree on where the next record begins: a quote inside an unquoted field stands
/// for itself, and text after a closing quote is noted in ``fault`` and taken as part of the field.
struct CSVScanner {
    /// One field: its content without the quotes around it.
    struct Field {
        let start: Int
        let end: Int
        /// Whether the content holds `""` that stand for one quote.
        let hasDoubledQuotes: Bool
    }

    enum Fault {
        case unclosedQuote(opened: Int)
        case textAfterQuote(at: Int, opened: Int)
    }

    private enum State { case fieldStart, unquoted, quoted, quoteInsideQuoted }

    /// As many columns as a table may have; a record of nothing but commas would else take far more memory than
    /// its bytes.
    static let maximumFieldCount = 1 << 16

    /// The fields of the record so far, up to one more than there may be.
    private(set) var fields: [Field] = []
    /// The number of all fields of the record so far.
    private(set) var fieldCount = 0
    /// The first fault of the record.
    private(set) var fault: Fault?
    /// Bytes of the record without its line end.
    private(set) var contentLength = 0
    /// Bytes of the record with the line end, or with its CR where it ends in CR or CRLF.
    private(set) var length = 0
    /// Whether a line feed at the start of what follows is the second half of CRLF.
    private(set) var endsInCarriageReturn = false

    private var state = State.fieldStart
    private var position = 0
    private var opening = 0
    private var hasDoubledQuotes = false

    /// Whether the record is an empty line.
    var isBlank: Bool { contentLength == 0 }

    /// Forgets the record, to begin the next one.
    mutating func beginRecord() {
        fields.removeAll(keepingCapacity: true)
        fieldCount = 0
        fault = nil
        state = .fieldStart
        position = 0
        endsInCarriageReturn = false
    }

    /// Goes on with the record whose bytes so far are `bytes`; true once all of it is there.
    ///
    /// `isComplete` says that the file ends with `bytes`, which then always completes the record.
    mutating func scan(_ bytes: Span<UInt8>, isComplete: Bool) -> Bool {
        while true {
            switch state {
            case .fieldStart:
                guard position < bytes.count else {
                    return isComplete && finish(at: position, from: position)
                }
                opening = position
                hasDoubledQuotes = false
                if bytes[position] == UInt8(ascii: "\"") {
                    state = .quoted
                    position += 1
                } else {
                    state = .unquoted
                }
            case .unquoted:
                guard let delimiter = ByteSearch.firstDelimiter(in: bytes, from: position) else {
                    position = bytes.count
                    return isComplete && finish(at: position, from: opening)
                }
                if end(fieldFrom: opening, to: delimiter, before: bytes[delimiter], at: delimiter) {
                    return true
                }
            case .quoted:
                let quote = UInt8(ascii: "\"")
                guard let closing = ByteSearch.firstIndex(of: quote, in: bytes, from: position) else {
                    position = bytes.count
                    guard isComplete else { return false }
                    if fault == nil { fault = .unclosedQuote(opened: opening) }
                    return finish(at: position, from: opening + 1)
                }
                position = closing + 1
                state = .quoteInsideQuoted
            case .quoteInsideQuoted:
                guard position < bytes.count else {
                    guard isComplete else { return false }
                    append(from: opening + 1, to: position - 1)
                    return finishRecord(contentLength: position, length: position)
                }
                switch bytes[position] {
                case UInt8(ascii: "\""):
                    hasDoubledQuotes = true
                    position += 1
                    state = .quoted
                case let byte where byte == 0x2C || byte == 0x0A || byte == 0x0D:
                    if end(fieldFrom: opening + 1, to: position - 1, before: byte, at: position) {
                        return true
                    }
                default:
                    if fault == nil { fault = .textAfterQuote(at: position, opened: opening) }
                    state = .unquoted
                }
            }
        }
    }

    /// Ends a field before the delimiter `byte`; true if that ends the record.
    private mutating func end(fieldFrom start: Int, to end: Int, before byte: UInt8, at offset: Int) -> Bool {
        append(from: start, to: end)
        position = offset + 1
        state = .fieldStart
        guard byte != UInt8(ascii: ",") else { return false }
        endsInCarriageReturn = byte == 0x0D
        return finishRecord(contentLength: offset, length: offset + 1)
    }

    private mutating func append(from start: Int, to end: Int) {
        fieldCount += 1
        guard fields.count <= Self.maximumFieldCount else { return }
        fields.append(Field(start: start, end: end, hasDoubledQuotes: hasDoubledQuotes))
    }

    private mutating func finish(at end: Int, from start: Int) -> Bool {
        append(from: start, to: end)
        return finishRecord(contentLength: end, length: end)
    }

    private mutating func finishRecord(contentLength: Int, length: Int) -> Bool {
        self.contentLength = contentLength
        self.length = length
        return true
    }
}

extension CSVScanner.Field {
    /// The content, each doubled quote made one; O(n).
    func unescaped(in record: Span<UInt8>) -> [UInt8] {
        guard hasDoubledQuotes else {
            return record.extracting(start..<end).withUnsafeBufferPointer { Array($0) }
        }
        let quote = UInt8(ascii: "\"")
        var content: [UInt8] = []
        content.reserveCapacity(end - start)
        let body = record.extracting(0..<end)
        var index = start
        while index < end {
            let next = ByteSearch.firstIndex(of: quote, in: body, from: index).map { $0 + 1 } ?? end
            record.extracting(index..<next).withUnsafeBufferPointer { content.append(contentsOf: $0) }
            // What follows a quote inside a quoted field is its double.
            index = next < end ? next + 1 : end
        }
        return content
    }

    /// The offset in the record of byte `index` of the content.
    func offset(ofContent index: Int, in record: Span<UInt8>) -> Int {
        guard hasDoubledQuotes else { return start + index }
        var offset = start
        for _ in 0..<index { offset += record[offset] == UInt8(ascii: "\"") ? 2 : 1 }
        return offset
    }
}
