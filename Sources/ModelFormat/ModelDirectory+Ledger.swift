#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// One line of a model's history.
public struct ModelLedgerEntry: Hashable, Sendable {
    /// What was done.
    public enum Action: String, Hashable, Sendable, CaseIterable {
        /// The revision became the active one.
        case activated
        /// The revision won a comparison and became the active one.
        case promoted
        /// The revision that was active before became the active one again.
        case rolledBack = "rolled_back"
        /// The revision was refused; the active one stayed.
        case rejected
        /// The revision lost a comparison and was not put in place; unlike `rejected`, it may be tried by hand.
        case refused
    }

    /// When, as `2026-01-31T12:34:56Z`.
    public var time: String
    /// What was done.
    public var action: Action
    /// To which revision.
    public var revision: String
    /// The revision that was active before, if there was one.
    public var previous: String?
    /// Why, for people.
    public var reason: String?
    /// Who or what did it: a person, a program.
    public var by: String?
    /// What the decision rests on, such as the figures of a comparison: a JSON object on one line.
    public var evidence: String?

    /// An entry; `time` is now where it is left out.
    public init(
        time: String? = nil, action: Action, revision: String, previous: String? = nil, reason: String? = nil,
        by: String? = nil, evidence: String? = nil
    ) {
        self.time = time ?? UTCTime.now().text
        self.action = action
        self.revision = revision
        self.previous = previous
        self.reason = reason
        self.by = by
        self.evidence = evidence.flatMap(Self.object)
    }

    /// `text` where it is one JSON object on one line: a ledger in which a line is no object would lose its entry.
    private static func object(_ text: String) -> String? {
        var scanner = JSONScanner(bytes: Array(text.utf8), offset: 0)
        guard text.utf8.first == UInt8(ascii: "{"), !text.utf8.contains(UInt8(ascii: "\n")),
            (try? scanner.value(in: "the evidence")) != nil, (try? scanner.expectEnd()) != nil
        else { return nil }
        return text
    }

    /// The entry in a line of the ledger; nil where the line is none, such as one that was cut off.
    init?(line: [UInt8]) {
        guard String(validating: line, as: UTF8.self) != nil, let members = try? Self.members(line),
            let time = members["time"]?.text, let action = members["action"].flatMap({ Action(rawValue: $0.text) }),
            let revision = members["revision"]?.text, ModelName.isRevision(revision)
        else { return nil }
        self.init(
            time: time, action: action, revision: revision,
            // It becomes part of a path.
            previous: members["previous"].flatMap { ModelName.isRevision($0.text) ? $0.text : nil },
            reason: members["reason"]?.text, by: members["by"]?.text,
            evidence: members["evidence"].flatMap { $0.isString ? nil : $0.text })
    }

    /// All members of an object; later versions may add some.
    private static func members(_ line: [UInt8]) throws(Violation) -> [String: (text: String, isString: Bool)] {
        var scanner = JSONScanner(bytes: line, offset: 0)
        var result: [String: (text: String, isString: Bool)] = [:]
        try scanner.expect("{", in: "the entry")
        if !scanner.closes("}") {
            repeat {
                let key = try scanner.string(in: "the entry")
                try scanner.expect(":", in: "the entry")
                result[key] = try scanner.value(in: "the entry")
            } while try scanner.continues(until: "}", in: "the entry")
        }
        try scanner.expectEnd()
        return result
    }

    /// The entry as a line of JSON, its end included.
    var line: [UInt8] {
        let members = [
            ("time", time), ("action", action.rawValue), ("revision", revision), ("previous", previous),
            ("reason", reason), ("by", by),
        ]
        var text = members.compactMap { key, value in value.map { "\(jsonString(key)):\(jsonString($0))" } }
        if let evidence { text.append("\(jsonString("evidence")):\(evidence)") }
        return Array("{\(text.joined(separator: ","))}\n".utf8)
    }
}

/// The history of one model: a file to which lines are added and from which none is taken.
///
/// A line counts once it has been synced. A process killed while it adds one leaves a part of a line, which is passed
/// over when the file is read; the next line begins on a line of its own.
struct ModelLedger: ~Copyable {
    private let file: OpenFile
    private let needsLineBreak: Bool

    /// Opens the ledger at `path` for adding lines, and makes it where there is none.
    ///
    /// Opened before a change is made, so that a ledger that may not be written stops the change.
    init(appendingTo path: String) throws(FileFailure) {
        let file = try OpenFile(path, flags: O_RDWR | O_CREAT | O_APPEND | O_NONBLOCK, mode: 0o644)
        guard try file.status().kind == .regular else {
            throw .refused("\(quoted(path)) is no regular file; remove it")
        }
        needsLineBreak = try Self.lastByte(of: file).map { $0 != UInt8(ascii: "\n") } ?? false
        self.file = file
    }

    private static func lastByte(of file: borrowing OpenFile) throws(FileFailure) -> UInt8? {
        let descriptor = file.descriptor
        let end = try uninterrupted { lseek(descriptor, 0, SEEK_END) }
        guard end > 0 else { return nil }
        var byte: UInt8 = 0
        let count = try uninterrupted { pread(descriptor, &byte, 1, end - 1) }
        return count == 1 ? byte : nil
    }

    /// Adds a line; it is on the disk when this returns.
    consuming func append(_ entry: ModelLedgerEntry) throws(FileFailure) {
        let line = (needsLineBreak ? [UInt8(ascii: "\n")] : []) + entry.line
        try line.span.withUnsafeBytes { (buffer) throws(FileFailure) in try file.write(buffer) }
        try file.sync()
    }

    /// The entries of the ledger at `path`, oldest first; none where there is no file.
    static func read(_ path: String) throws(FileFailure) -> [ModelLedgerEntry] {
        let bytes: [UInt8]
        do throws(FileFailure) {
            let file = try OpenFile(path, flags: O_RDONLY | O_NONBLOCK)
            let status = try file.status()
            guard status.kind == .regular else { throw .refused("it is no regular file; remove it") }
            var content = [UInt8](repeating: 0, count: status.size)
            var span = content.mutableSpan
            let count = try span.withUnsafeMutableBytes { (buffer) throws(FileFailure) in
                try file.read(into: buffer)
            }
            bytes = Array(content.prefix(count))
        } catch .system(ENOENT) {
            return []
        }
        return bytes.split(separator: UInt8(ascii: "\n")).compactMap { ModelLedgerEntry(line: Array($0)) }
    }

    /// The revisions that a rollback can go back through: the active one last, below it what was active before.
    static func activeRevisions(_ entries: [ModelLedgerEntry]) -> [String] {
        var stack: [String] = []
        for entry in entries {
            switch entry.action {
            case .activated, .promoted:
                // What was active before the ledger began, or the embedded model.
                if let previous = entry.previous, stack.isEmpty { stack.append(previous) }
                if stack.last != entry.revision { stack.append(entry.revision) }
            case .rolledBack:
                if let index = stack.lastIndex(of: entry.revision) {
                    stack.removeSubrange((index + 1)...)
                } else {
                    stack.append(entry.revision)
                }
            case .rejected, .refused: break
            }
        }
        return stack
    }
}
