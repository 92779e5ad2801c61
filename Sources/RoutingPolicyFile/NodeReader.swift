internal import JSONCoding
internal import Routing
internal import YAMLFiles

/// Reads values out of a YAML document, and gathers what is wrong with it instead of stopping.
struct NodeReader {
    private(set) var issues: [PolicyIssue] = []
    /// Where each key that was read stands, by its path.
    private(set) var places: [String: (line: Int, column: Int)] = [:]

    /// A mapping whose keys are read by name.
    struct Fields {
        let path: String
        fileprivate let values: [String: YAMLNode]

        /// The path of one of its keys.
        func path(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

        /// Whether the key is there.
        func has(_ key: String) -> Bool { values[key] != nil }
    }

    mutating func error(_ node: YAMLNode, _ path: String, _ message: String) {
        var issue = PolicyIssue(.error, at: path, path.isEmpty ? "the policy \(message)" : "\(path) \(message)")
        (issue.line, issue.column) = (node.line, node.column)
        issues.append(issue)
    }

    /// The mapping's entries, whatever their keys; nil, and an issue, where it is none.
    mutating func entries(_ node: YAMLNode, _ path: String) -> [(name: String, key: YAMLNode, value: YAMLNode)]? {
        guard case .mapping(let entries) = node.content else {
            error(node, path, "must hold keys, each on a line of its own and indented")
            return nil
        }
        var named: [(name: String, key: YAMLNode, value: YAMLNode)] = []
        for (key, value) in entries {
            guard case .scalar(let name?) = key.content, !name.isEmpty else {
                error(key, path, "has a key that is no name; write a word, in quotes if need be")
                continue
            }
            let place = path.isEmpty ? name : "\(path).\(name)"
            places[place] = (key.line, key.column)
            named.append((name, key, value))
        }
        return named
    }

    /// A mapping of a kind that `PolicyKeys` lists; unknown keys are issues.
    mutating func fields(_ node: YAMLNode, _ path: String, kind: String) -> Fields? {
        guard let entries = entries(node, path) else { return nil }
        let known = PolicyKeys.all[kind] ?? []
        var values: [String: YAMLNode] = [:]
        for (name, key, value) in entries {
            guard known.contains(name) else {
                let hint =
                    nearestName(to: name, among: known).map { "did you mean `\($0)`?" }
                    ?? "its keys are " + known.map { "`\($0)`" }.joined(separator: ", ")
                error(key, path, "has no key \(quoted(name)); \(hint)")
                continue
            }
            if case .scalar(nil) = value.content {
                error(key, path.isEmpty ? name : "\(path).\(name)", "has no value; give it one, or remove the line")
                continue
            }
            values[name] = value
        }
        return Fields(path: path, values: values)
    }

    /// The mapping under a key.
    mutating func fields(_ key: String, in fields: Fields, kind: String) -> Fields? {
        guard let node = fields.values[key] else { return nil }
        return self.fields(node, fields.path(key), kind: kind)
    }

    /// The node under a key.
    func node(_ key: String, in fields: Fields) -> YAMLNode? { fields.values[key] }

    /// Elements of a list with their paths; a single value counts as a list of one.
    mutating func elements(_ node: YAMLNode, _ path: String) -> [(node: YAMLNode, path: String)] {
        guard case .sequence(let elements) = node.content else { return [(node, path)] }
        return elements.enumerated().map { index, element in
            let place = "\(path)[\(index)]"
            places[place] = (element.line, element.column)
            return (element, place)
        }
    }

    /// Elements of what must be a list.
    mutating func list(_ key: String, in fields: Fields) -> [(node: YAMLNode, path: String)] {
        guard let node = fields.values[key] else { return [] }
        guard case .sequence = node.content else {
            error(node, fields.path(key), "must be a list, each entry on a line of its own that begins with `- `")
            return []
        }
        return elements(node, fields.path(key))
    }

    // MARK: Values

    mutating func text(_ node: YAMLNode, _ path: String) -> String? {
        guard case .scalar(let text?) = node.content else {
            error(node, path, "must be a text")
            return nil
        }
        return text
    }

    mutating func text(_ key: String, in fields: Fields) -> String? {
        guard let node = fields.values[key] else { return nil }
        return text(node, fields.path(key))
    }

    mutating func texts(_ node: YAMLNode, _ path: String) -> [String] {
        elements(node, path).compactMap { text($0.node, $0.path) }
    }

    mutating func texts(_ key: String, in fields: Fields) -> [String]? {
        guard let node = fields.values[key] else { return nil }
        return texts(node, fields.path(key))
    }

    mutating func number(_ node: YAMLNode, _ path: String) -> Double? {
        if case .scalar(let text?) = node.content, text.utf8.allSatisfy({ "0123456789.eE+-".utf8.contains($0) }),
            let number = Double(text), number.isFinite
        {
            return number
        }
        error(node, path, "must be a number")
        return nil
    }

    mutating func number(_ key: String, in fields: Fields) -> Double? {
        guard let node = fields.values[key] else { return nil }
        return number(node, fields.path(key))
    }

    mutating func integer(_ key: String, in fields: Fields) -> Int? {
        guard let node = fields.values[key] else { return nil }
        return integer(node, fields.path(key))
    }

    /// A whole number of at most 15 digits, which every JSON reader and `Double` can hold.
    mutating func integer(_ node: YAMLNode, _ path: String) -> Int? {
        if case .scalar(let text?) = node.content {
            let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
            let isPlain =
                (1...15).contains(digits.count) && digits.allSatisfy { (0x30...0x39).contains($0) }
                && (digits.count == 1 || digits.first != 0x30)
            if isPlain, let number = Int(text) { return number }
        }
        error(node, path, "must be a whole number")
        return nil
    }

    mutating func flag(_ node: YAMLNode, _ path: String) -> Bool? {
        if case .scalar(let text?) = node.content {
            if text == "true" { return true }
            if text == "false" { return false }
        }
        error(node, path, "must be `true` or `false`")
        return nil
    }

    mutating func flag(_ key: String, in fields: Fields) -> Bool? {
        guard let node = fields.values[key] else { return nil }
        return flag(node, fields.path(key))
    }

    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ node: YAMLNode, _ path: String, of type: Choice.Type
    ) -> Choice? {
        choice(node, path, among: Array(Choice.allCases))
    }

    mutating func choice<Choice: RawRepresentable<String>>(
        _ node: YAMLNode, _ path: String, among choices: [Choice]
    ) -> Choice? {
        guard let text = text(node, path) else { return nil }
        if let choice = choices.first(where: { $0.rawValue == text }) { return choice }
        let words = choices.map(\.rawValue)
        let hint = nearestName(to: text, among: words).map { "; did you mean `\($0)`?" } ?? ""
        error(node, path, "is \(quoted(text)), but must be one of \(words.joined(separator: ", "))\(hint)")
        return nil
    }

    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String, in fields: Fields, of type: Choice.Type
    ) -> Choice? {
        guard let node = fields.values[key] else { return nil }
        return choice(node, fields.path(key), of: type)
    }

    /// Reports a key that must be there.
    mutating func require(_ keys: [String], in fields: Fields, at node: YAMLNode) {
        for key in keys where !fields.has(key) { error(node, fields.path, "has no `\(key)`; add it") }
    }
}
