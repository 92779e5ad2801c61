public import JSONCoding

/// Reads labelled samples, or requests to classify, from CSV, JSON Lines or text files, one at a time.
///
/// ```swift
/// var reader = try SampleReader(paths: ["train.csv", "more.jsonl.gz"])
/// while let sample = try reader.next() { … }
/// ```
///
/// Files may be larger than memory: a reader holds one buffer, which grows only where a record is longer than it, to
/// at most four times the longest record. `docs/data.md` says what a file may hold.
public struct SampleReader: ~Copyable {
    /// What a reader asks of a file, and what it does where it does not get it.
    public struct Options: Sendable {
        /// Whether each row must have a label, as for training and evaluation.
        public var requiresLabel = true
        /// The labels that may occur; `nil` for any.
        public var knownLabels: Set<String>?
        /// Whether a row may have an empty text; with text files, whether an empty line is a request.
        public var allowsEmptyText = false
        /// What a row must meet to be read, beside having no fault: all of them.
        public var conditions: [SampleCondition] = []
        /// What to do with invalid UTF-8.
        public var invalidUnicode = InvalidUnicodePolicy.reject
        /// Whether to go on after a bad row.
        ///
        /// Faults of a whole file still stop the reader.
        public var skipsBadRows = false
        /// How many bad rows are kept in ``SampleReader/skippedRows``; all are counted.
        public var keptErrorLimit = 100
        /// The format of all files; `nil` for what each path's ending says.
        ///
        /// Needed for standard input.
        public var format: SampleFormat?
        /// Bytes read at a time.
        public var bufferSize = 256 << 10
        /// Bytes that a record may have.
        public var recordLimit = 1 << 30
        /// Whether ``SampleReader/record`` tells what the row looks like in its file.
        package var keepsRecords = false

        /// The options for labelled samples.
        public init() {}

        /// The options for requests to classify: labels are not needed, every text is answered, and what is not
        /// UTF-8 is repaired.
        public static var requests: Self {
            var options = Self()
            options.requiresLabel = false
            options.allowsEmptyText = true
            options.invalidUnicode = .repair
            return options
        }
    }

    /// What errors call standard input.
    public static let standardInputName = "<stdin>"

    private enum Source {
        case file(String)
        case standardInput
        case memory([UInt8], name: String)
    }

    /// Number of samples returned.
    public private(set) var sampleCount = 0
    /// Number of rows passed over because they do not meet the conditions.
    public private(set) var unmatchedRowCount = 0
    /// Number of bad rows passed over.
    public private(set) var skippedRowCount = 0
    /// Why the first of them were passed over.
    public private(set) var skippedRows: [SampleError] = []

    /// The row of the last sample as its file has it; `nil` unless records are kept.
    package var record: SampleRecord? {
        guard options.keepsRecords, let file else { return nil }
        return SampleRecord(format: file.format, header: file.header, bytes: file.record)
    }

    private let options: Options
    /// Still to be opened, in reverse.
    private var sources: [(source: Source, format: SampleFormat)]
    private var file: SampleFile?

    /// A reader of the files at `paths`, one after another; `-` is standard input.
    ///
    /// A path that ends in `.gz` is decompressed. Files are opened when their turn comes; a path whose format is not
    /// known is an error at once.
    public init(paths: [String], options: Options = Options()) throws(SampleError) {
        self.options = options
        sources = []
        for path in paths.reversed() {
            let name = path == "-" ? Self.standardInputName : path
            guard let format = options.format ?? SampleFormat(path: path) else {
                throw Self.unknownFormat(of: name)
            }
            if format == .plainText && options.requiresLabel {
                throw SampleError(
                    .unknownFormat, file: name, problem: "a text file holds no labels",
                    remedy: "use CSV or JSON Lines")
            }
            sources.append((path == "-" ? .standardInput : .file(path), format))
        }
    }

    /// A reader of bytes in memory, which errors call `name`.
    public init(bytes: [UInt8], name: String, format: SampleFormat, options: Options = Options()) {
        self.options = options
        sources = [(.memory(bytes, name: name), format)]
    }

    /// The next sample; `nil` after the last.
    ///
    /// An error ends the reader: after it there are no more samples. With ``Options/skipsBadRows`` a bad row is no
    /// error. An unclosed quote takes the rest of its file with it, since nothing tells where its row ends.
    public mutating func next() throws(SampleError) -> Sample? {
        while true {
            do throws(SampleError) {
                if file == nil {
                    guard let (source, format) = sources.popLast() else { return nil }
                    file = try open(source, format)
                }
                if let sample = try file?.next() {
                    guard options.conditions.allSatisfy({ $0.holds(for: sample) }) else {
                        unmatchedRowCount += 1
                        continue
                    }
                    sampleCount += 1
                    return sample
                }
                file = nil
            } catch {
                guard options.skipsBadRows && error.code.isConfinedToRow else {
                    file = nil
                    sources = []
                    throw error
                }
                skippedRowCount += 1
                if skippedRows.count < options.keptErrorLimit { skippedRows.append(error) }
            }
        }
    }

    /// Hands all remaining samples to `body`, in order.
    public mutating func forEach(_ body: (Sample) throws -> Void) throws {
        while let sample = try next() { try body(sample) }
    }

    /// All remaining samples.
    public mutating func readAll() throws(SampleError) -> [Sample] {
        var samples: [Sample] = []
        while let sample = try next() { samples.append(sample) }
        return samples
    }

    private func open(_ source: Source, _ format: SampleFormat) throws(SampleError) -> SampleFile {
        let name: String
        let input: any ByteInput
        switch source {
        case .standardInput:
            name = Self.standardInputName
            input = FileInput()
        case .memory(let bytes, let given):
            name = given
            input = MemoryInput(bytes)
        case .file(let path):
            name = path
            let file = try FileInput(path: path)
            input =
                SampleFormat.isCompressed(path: path)
                ? try GzipInput(file, name: path, bufferSize: options.bufferSize) : file
        }
        let rules = SampleRules(
            requiresLabel: options.requiresLabel, knownLabels: options.knownLabels,
            allowsEmptyText: options.allowsEmptyText, invalidUnicode: options.invalidUnicode)
        return SampleFile(
            name: name, format: format, input: input, rules: rules, bufferSize: options.bufferSize,
            recordLimit: options.recordLimit, keepsRecords: options.keepsRecords)
    }

    private static func unknownFormat(of name: String) -> SampleError {
        if name != standardInputName, FileInput.isFolder(name) {
            let folder = name.hasSuffix("/") ? name : name + "/"
            return SampleError(
                .unknownFormat, file: name, problem: "this is a folder",
                remedy: "name the files in it, such as \(folder)*.csv")
        }
        return name == standardInputName
            ? SampleError(
                .unknownFormat, file: name, problem: "the format of standard input is not known",
                remedy: "name it: csv, jsonl or txt")
            : SampleError(
                .unknownFormat, file: name, problem: "the name's ending says no known format",
                remedy: "end it in .csv, .jsonl, .ndjson or .txt (and .gz), or name the format")
    }
}
