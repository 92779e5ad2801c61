internal import Conversation
internal import FeatureExtraction
package import Samples

/// Reads sample files once and keeps of each row what data care needs.
package struct RowTableReader: ~Copyable {
    /// What is kept, and what is asked of rows.
    package struct Options: Sendable {
        /// How files are read.
        package var reading = SampleReader.Options()
        /// Whether rows are kept as their files have them, to be written again.
        package var keepsRecords = false
        /// Threads that work at the same time.
        package var threads = 1

        package init() {}
    }

    /// What the reader found wrong with rows that it passed over.
    package struct BadRows: Sendable {
        /// All of them.
        package var count = 0
        /// The first of them.
        package var listed: [SampleError] = []
    }

    /// The rows so far.
    package private(set) var table: RowTable
    /// Rows that were passed over.
    package private(set) var badRows = BadRows()

    private let options: Options
    private var labelIndices: [String: Int32] = [:]
    private var splitIndices: [String: Int16] = [:]
    private var splitOverflow = false
    private var pending: [(text: String, record: [UInt8])] = []
    private var pendingBytes = 0

    package init(options: Options) throws(DataCareError) {
        self.options = options
        table = RowTable(spool: try Spool())
    }

    /// Reads `paths`; `visit` sees each sample and its row, and `progress` the number of rows now and then.
    package mutating func read(
        _ paths: [String], side: RowTable.Side = .data, progress: (Int) -> Void = { _ in },
        visit: (Sample) throws -> Void = { _ in }
    ) throws {
        let watch = FileWatch(paths)
        var readerOptions = options.reading
        readerOptions.keepsRecords = options.keepsRecords
        readerOptions.keptErrorLimit = max(0, readerOptions.keptErrorLimit - badRows.listed.count)
        var reader = try SampleReader(paths: paths, options: readerOptions)
        var file: (name: String, index: UInt16)?
        while let sample = try reader.next() {
            if file?.name != sample.location.file {
                guard table.files.count < Int(UInt16.max) else {
                    throw DataCareError("there are more than 65,535 files; join some of them")
                }
                file = (sample.location.file, UInt16(table.files.count))
                table.files.append(sample.location.file)
                if let record = reader.record { addHeader(record) }
            }
            try add(sample, file: file?.index ?? 0, record: reader.record?.bytes ?? [], side: side)
            try visit(sample)
            if table.count % 4096 == 0 { progress(table.count) }
        }
        try flush()
        try table.spool.finish()
        badRows.count += reader.skippedRowCount
        badRows.listed += reader.skippedRows
        try watch.check()
    }

    private mutating func addHeader(_ record: SampleRecord) {
        let known = table.headers.firstIndex { $0.format == record.format && $0.header == record.header }
        table.headerOfFile.append(known ?? table.headers.count)
        if known == nil { table.headers.append((record.format, record.header)) }
    }

    private mutating func add(
        _ sample: Sample, file: UInt16, record: [UInt8], side: RowTable.Side
    ) throws(DataCareError) {
        guard table.count < DuplicateIndex.rowLimit else {
            throw DataCareError(
                "there are more than \(DuplicateIndex.rowLimit) rows; divide the data and run this on parts")
        }
        let text = sample.request.identityText
        table.labels.append(index(sample.label))
        table.alternatives.append(index(sample.alternativeLabel))
        table.sides.append(side)
        table.groups.append(sample.group.map { hash($0.utf8) | 1 } ?? 0)
        table.times.append(sample.timestamp?.secondsSinceEpoch ?? RowTable.noTime)
        table.fileOfRow.append(file)
        table.lines.append(UInt32(clamping: sample.location.line))
        table.splits.append(splitIndex(sample.split))
        table.byteCounts.append(UInt32(clamping: text.utf8.count))
        pending.append((text, record))
        pendingBytes += text.utf8.count
        if pending.count >= 8192 || pendingBytes >= 16 << 20 { try flush() }
    }

    private mutating func index(_ label: String?) -> Int32 {
        guard let label else { return -1 }
        if let known = labelIndices[label] { return known }
        let new = Int32(table.labelNames.count)
        labelIndices[label] = new
        table.labelNames.append(label)
        return new
    }

    private mutating func splitIndex(_ split: String?) -> Int16 {
        guard let split, !split.isEmpty, !splitOverflow else { return -1 }
        if let known = splitIndices[split] { return known }
        guard table.splitNames.count < RowTable.splitLimit else {
            splitOverflow = true
            table.splitNames = []
            for row in table.splits.indices { table.splits[row] = -1 }
            return -1
        }
        let new = Int16(table.splitNames.count)
        splitIndices[split] = new
        table.splitNames.append(split)
        return new
    }

    /// What is computed of a text on its own.
    private struct Digest: Sendable {
        var hashes: [UInt64] = []
        var scripts: [UInt8] = []
        var hasTokens: [Bool] = []
        var signatures: [UInt8] = []
    }

    /// Digests the pending texts on all threads and sets them aside.
    private mutating func flush() throws(DataCareError) {
        let chunk = 128
        let texts = pending.map(\.text)
        let digests = concurrentMap((texts.count + chunk - 1) / chunk, threads: options.threads) { part in
            var digest = Digest()
            var folded = FoldedText()
            for text in texts[part * chunk..<min((part + 1) * chunk, texts.count)] {
                var text = text
                text.withUTF8 { folded.read($0) }
                var state: UInt64 = 0x7465_7874
                for scalar in folded.scalars { state = mix(state ^ UInt64(scalar)) }
                digest.hashes.append(state)
                digest.scripts.append(UInt8(folded.mainScript))
                digest.hasTokens.append(folded.hasTokens)
                MinHash.append(folded.scalars, to: &digest.signatures)
            }
            return digest
        }
        for digest in digests {
            table.textHashes += digest.hashes
            table.scripts += digest.scripts
            table.hasTokens += digest.hasTokens
            table.signatures += digest.signatures
        }
        for (text, record) in pending {
            table.texts.append(try table.spool.append(text.utf8))
            if options.keepsRecords { table.records.append(try table.spool.append(record)) }
        }
        pending.removeAll(keepingCapacity: true)
        pendingBytes = 0
    }
}

extension Request {
    /// All that was said by people, models and tools, system prompts apart: rows are the same where this is.
    var identityText: String {
        if case .text(let text) = self { return text }
        let ask = Ask(self)
        return [ask.context, ask.text, ask.document].filter { !$0.isEmpty }.joined(separator: "\n")
    }
}

extension Sample {
    /// What the row says in a column `split`, whose name is compared without case.
    var split: String? {
        if let value = extra["split"] { return value }
        return extra.first { $0.key.lowercased() == "split" }?.value
    }
}
