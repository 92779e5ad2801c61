import Conversation
import JSONCoding

/// The rules that every row must meet, whatever the file's format.
struct SampleRules: Sendable {
    var requiresLabel: Bool
    var knownLabels: Set<String>?
    var allowsEmptyText: Bool
    var invalidUnicode: InvalidUnicodePolicy

    /// The sample that `draft` makes.
    func sample(from draft: SampleDraft, at location: SampleLocation) throws(RecordFault) -> Sample {
        let request = try request(of: draft)
        let label = try label(draft.label, field: "label")
        if requiresLabel && label == nil {
            throw RecordFault(
                .missingLabel, at: draft.label?.offset ?? 0, problem: "the row has no `label`",
                remedy: "fill it in or remove the row")
        }
        return Sample(
            request: request, label: label,
            alternativeLabel: try self.label(draft.alternativeLabel, field: "alt_label"),
            weight: try weight(draft.weight), group: draft.group, timestamp: try timestamp(draft.timestamp),
            id: draft.id, extra: draft.extra, location: location)
    }

    private func request(of draft: SampleDraft) throws(RecordFault) -> Request {
        let text = draft.text.flatMap { $0.content.isBlank ? nil : $0 }
        switch (text, draft.messages) {
        case (let text?, nil): return .text(text.content)
        case (nil, let messages?):
            let saysSomething = messages.content.contains { !$0.text.isBlank || $0.attachmentCount > 0 }
            guard saysSomething || allowsEmptyText else {
                throw RecordFault(
                    .emptyRequest, at: messages.offset, problem: "no message in `messages` says anything",
                    remedy: "write what was asked or remove the row")
            }
            return .conversation(messages.content, toolCount: draft.toolCount)
        case (_?, let messages?):
            throw RecordFault(
                .ambiguousRequest, at: messages.offset, problem: "the row has both `text` and `messages`",
                remedy: "keep one of them")
        case (nil, nil):
            guard let offset = draft.text?.offset ?? draft.emptyMessagesOffset else {
                throw RecordFault(
                    .missingField, at: 0, problem: "the row has neither `text` nor `messages`",
                    remedy: "give one of them")
            }
            guard allowsEmptyText else {
                let problem =
                    switch (draft.text, draft.emptyMessagesOffset) {
                    case (_, nil): "`text` is empty"
                    case (nil, _): "`messages` is empty"
                    default: "both `text` and `messages` are empty"
                    }
                throw RecordFault(
                    .emptyRequest, at: offset, problem: problem,
                    remedy: "write what was asked or remove the row")
            }
            return .text(draft.text?.content ?? "")
        }
    }

    private func label(
        _ value: Located<String>?, field: String
    ) throws(RecordFault) -> String? {
        guard let value, case let label = value.content.trimmed, !label.isEmpty else { return nil }
        guard let knownLabels, !knownLabels.contains(label) else { return label }
        let remedy =
            if let nearest = NameSuggestion.nearest(to: label, among: knownLabels) {
                "write \(quoted(nearest)) if that is meant"
            } else {
                "use one of " + Self.list(knownLabels)
            }
        throw RecordFault(
            .unknownLabel, at: value.offset,
            problem: "`\(field)` is \(quoted(label)), which is not a known label",
            remedy: remedy)
    }

    /// The first names in alphabetical order, and how many more there are.
    private static func list(_ names: Set<String>) -> String {
        let shown = names.sorted().prefix(10)
        let rest = names.count - shown.count
        return shown.map(quoted).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }

    private func weight(_ value: Located<String>?) throws(RecordFault) -> Double {
        guard let value, case let text = value.content.trimmed, !text.isEmpty else { return 1 }
        // `Double` would also take `inf`, `nan` and hexadecimal.
        let isDecimal = text.utf8.allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || "+-.eE".utf8.contains($0)
        }
        guard isDecimal, let weight = Double(text), weight > 0, weight.isFinite else {
            throw RecordFault(
                .badWeight, at: value.offset,
                problem: "`weight` is \(quoted(text)), not a finite number above 0",
                remedy: "correct it or leave it empty")
        }
        return weight
    }

    private func timestamp(_ value: Located<String>?) throws(RecordFault) -> Timestamp? {
        guard let value, case let text = value.content.trimmed, !text.isEmpty else { return nil }
        guard let timestamp = Timestamp(text) else {
            throw RecordFault(
                .badTimestamp, at: value.offset,
                problem: "`timestamp` is \(quoted(text)), not an ISO 8601 time",
                remedy: "write it like 2026-01-31T12:34:56Z")
        }
        return timestamp
    }
}
