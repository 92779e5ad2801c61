import Conversation
import JSONCoding

/// One file being read: finds where its records are and has each decoded.
struct SampleFile {
    private let name: String
    private let rules: SampleRules
    private let recordLimit: Int
    private var buffer: InputBuffer
    private var fields = CSVScanner()
    private var lines = LineScanner()
    /// Known once the header is read.
    private var csvDecoder: CSVSampleDecoder?
    /// The record of the sample that was returned last, and the header's; empty unless records are kept.
    private(set) var record: [UInt8] = []
    private(set) var header: [UInt8] = []
    let format: SampleFormat
    private let keepsRecords: Bool
    /// Line at which the record begins.
    private var line = 1
    private var hasBegun = false

    init(
        name: String, format: SampleFormat, input: any ByteInput, rules: SampleRules, bufferSize: Int,
        recordLimit: Int, keepsRecords: Bool = false
    ) {
        self.name = name
        self.keepsRecords = keepsRecords
        self.format = format
        self.rules = rules
        self.recordLimit = recordLimit
        buffer = InputBuffer(input, size: bufferSize)
    }

    /// The next sample; `nil` at the end.
    ///
    /// After an error that is confined to a row, the next call goes on with the next row.
    mutating func next() throws(SampleError) -> Sample? {
        if !hasBegun {
            hasBegun = true
            try skipByteOrderMark()
        }
        while try findRecord() {
            let contentLength = format == .csv ? fields.contentLength : lines.contentLength
            // A reference, not a copy: it is gone again before the buffer is next written to.
            let storage = buffer.storage
            let content = storage.span.extracting(buffer.start..<buffer.start + contentLength)
            let location = SampleLocation(file: name, line: line, column: 1)
            let outcome: Result<Sample?, SampleError>
            do throws(RecordFault) {
                if format == .csv && csvDecoder == nil && contentLength > 0 {
                    csvDecoder = try CSVSampleDecoder(header: content, fields, rules: rules)
                    if keepsRecords { header = content.withUnsafeBufferPointer { Array($0) } }
                    outcome = .success(nil)
                } else {
                    outcome = .success(try sample(in: content, at: location))
                }
            } catch {
                outcome = .failure(
                    error.located(in: content, at: location, isHeader: format == .csv && csvDecoder == nil))
            }
            if keepsRecords { record = content.withUnsafeBufferPointer { Array($0) } }
            line += format == .csv ? ByteSearch.lineEndCount(in: content) + 1 : 1
            buffer.consume(format == .csv ? fields.length : lines.length)
            if let sample = try outcome.get() { return sample }
        }
        if format == .csv && csvDecoder == nil {
            throw SampleError(
                .badHeader, file: name, problem: "the file is empty",
                remedy: "begin it with a header such as `text,label`")
        }
        return nil
    }

    /// The sample in a record; `nil` if the record is a blank line.
    private func sample(in content: Span<UInt8>, at location: SampleLocation) throws(RecordFault) -> Sample? {
        switch format {
        case .csv:
            guard let csvDecoder, !content.isEmpty else { return nil }
            return try rules.sample(from: csvDecoder.draft(of: content, fields), at: location)
        case .jsonLines:
            guard !isBlank(content) else { return nil }
            let draft: SampleDraft
            do throws(RequestDecodingError) {
                draft = try JSONSampleDecoder(invalidUnicode: rules.invalidUnicode).draft(of: content)
            } catch {
                throw RecordFault(error, at: error.offset)
            }
            return try rules.sample(from: draft, at: location)
        case .plainText:
            guard rules.allowsEmptyText || !isBlank(content) else { return nil }
            let text: String
            do throws(UnicodeText.Invalid) {
                text = try UnicodeText.string(content, invalid: rules.invalidUnicode)
            } catch {
                throw RecordFault(
                    .invalidUTF8, at: error.offset, problem: UnicodeText.problem(error),
                    remedy: UnicodeText.remedy)
            }
            return Sample(request: .text(text), location: location)
        }
    }

    private func isBlank(_ content: Span<UInt8>) -> Bool {
        for index in content.indices where !content[index].isASCIIWhitespace { return false }
        return true
    }

    // MARK: Records

    /// Makes the next record whole in the buffer; false at the end of the file.
    private mutating func findRecord() throws(SampleError) -> Bool {
        guard try hasBytes() else { return false }
        if fields.endsInCarriageReturn {
            // The line feed of a CRLF, which may have come later than its CR.
            if buffer.storage[buffer.start] == 0x0A { buffer.consume(1) }
            fields.beginRecord()
            guard try hasBytes() else { return false }
        }
        fields.beginRecord()
        lines.beginRecord()
        while !scan() {
            guard buffer.count <= recordLimit else {
                throw SampleError(
                    .recordTooLong, at: SampleLocation(file: name, line: line, column: 1),
                    problem: "the record that starts here is longer than \(recordLimit) bytes",
                    remedy: "look for a quote that is never closed, or split the record")
            }
            try buffer.fill()
        }
        return true
    }

    private mutating func scan() -> Bool {
        let storage = buffer.storage
        let bytes = storage.span.extracting(buffer.start..<buffer.end)
        return format == .csv
            ? fields.scan(bytes, isComplete: buffer.isAtEnd) : lines.scan(bytes, isComplete: buffer.isAtEnd)
    }

    private mutating func hasBytes(_ count: Int = 1) throws(SampleError) -> Bool {
        while buffer.count < count && !buffer.isAtEnd { try buffer.fill() }
        return buffer.count >= count
    }

    private mutating func skipByteOrderMark() throws(SampleError) {
        guard try hasBytes(2) else { return }
        let start = (buffer.storage[buffer.start], buffer.storage[buffer.start + 1])
        if start == (0xFF, 0xFE) || start == (0xFE, 0xFF) {
            throw SampleError(
                .wrongEncoding, file: name, problem: "the file is UTF-16", remedy: "save it as UTF-8")
        }
        if start == (0xEF, 0xBB), try hasBytes(3), buffer.storage[buffer.start + 2] == 0xBF {
            buffer.consume(3)
        }
    }
}

extension RecordFault {
    /// The error for a fault in `record`, which starts at `start`.
    fileprivate func located(in record: Span<UInt8>, at start: SampleLocation, isHeader: Bool) -> SampleError {
        let place = ByteSearch.position(of: offset, in: record)
        // Without its header a file says nothing, so every fault of the header is the file's.
        return SampleError(
            isHeader ? .badHeader : code,
            at: SampleLocation(file: start.file, line: start.line + place.line, column: place.column + 1),
            problem: problem, remedy: remedy)
    }
}
