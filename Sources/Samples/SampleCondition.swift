/// What a row must meet to be read: a column has a value, or has another one.
///
/// Several sets can stand in one file this way, `split=train` beside `split=test`.
public struct SampleCondition: Sendable, Equatable, CustomStringConvertible {
    /// Name of the column, compared without case.
    public var column: String
    /// What the column is compared with; a column that a row lacks is empty.
    public var value: String
    /// Whether the two must be equal, not different.
    public var isEquality: Bool

    /// Parses `column=value` or `column!=value`; `nil` for anything else.
    public init?(parsing text: String) {
        guard let equals = text.firstIndex(of: "=") else { return nil }
        var name = text[..<equals]
        isEquality = name.last != "!"
        if !isEquality { name.removeLast() }
        column = String(name).trimmed
        value = String(text[text.index(after: equals)...]).trimmed
        if column.isEmpty { return nil }
    }

    /// `column=value` or `column!=value`.
    public var description: String { column + (isEquality ? "=" : "!=") + value }

    /// Whether `sample` meets it.
    public func holds(for sample: Sample) -> Bool {
        ((sample.value(of: column) ?? "").trimmed == value) == isEquality
    }
}

extension Sample {
    /// What the row has in a column, whose name is compared without case as in the files; `nil` where it has no such
    /// column.
    public func value(of column: String) -> String? {
        if let value = extra[column] { return value }
        let name = column.lowercased()
        switch name {
        case "id": return id
        case "group": return group
        case "label", "task_type": return label
        case "alt_label": return alternativeLabel
        default: return extra.first { $0.key.lowercased() == name }?.value
        }
    }
}
