internal import Routing
internal import YAMLFiles

/// Puts other models into the table of a policy's file, and leaves everything else as it stands: comments, order, layout.
public enum PolicyTableEditor {
    /// A cell and what it shall hold.
    public struct Edit: Sendable, Equatable {
        /// The row.
        public var taskType: String
        /// The column.
        public var mode: String
        /// The models: what stands there now in another order, or one more in front, or, for a single model, another.
        public var models: [String]

        /// An edit.
        public init(taskType: String, mode: String, models: [String]) {
            self.taskType = taskType
            self.mode = mode
            self.models = models
        }
    }

    /// A replacement of some characters of one line.
    private struct Replacement {
        var line: Int
        var column: Int
        var length: Int
        var text: String
    }

    /// The file with the edits.
    ///
    /// What comes out was read again and found to be the old policy but for these cells.
    ///
    /// - Returns: nil where the file is laid out in a way that cannot be edited safely, such as by aliases or over
    ///   several lines.
    public static func edited(_ bytes: [UInt8], _ edits: [Edit]) -> [UInt8]? {
        guard let text = String(validating: bytes, as: UTF8.self), var expected = PolicyFile(bytes: bytes).policy,
            case .some(.some(let root)) = try? YAMLNode.parse(text, depthLimit: 64)
        else { return nil }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0.unicodeScalars) }
        var replacements: [Replacement] = []
        for edit in edits {
            guard let row = expected.table.firstIndex(where: { $0.taskType == edit.taskType }),
                let node = root["table"]?[edit.taskType]?[edit.mode],
                let found = replacement(of: node, by: edit.models, in: lines)
            else { return nil }
            replacements += found
            expected.table[row].models[edit.mode] = edit.models
        }
        // From the end, so that places before stay where they are.
        replacements.sort { ($0.line, $0.column) > ($1.line, $1.column) }
        for replacement in replacements {
            let start = replacement.column
            lines[replacement.line].replaceSubrange(
                start..<start + replacement.length, with: Array(replacement.text.unicodeScalars))
        }
        var result = String.UnicodeScalarView()
        for (index, line) in lines.enumerated() {
            if index > 0 { result.append("\n") }
            result.append(contentsOf: line)
        }
        let edited = Array(String(result).utf8)
        return PolicyFile(bytes: edited).policy == expected ? edited : nil
    }

    private static func replacement(
        of node: YAMLNode, by models: [String], in lines: [[Unicode.Scalar]]
    ) -> [Replacement]? {
        switch node.content {
        case .scalar(let old?):
            guard models.count == 1, let place = token(node, old, in: lines) else { return nil }
            return [Replacement(line: place.line, column: place.column, length: place.length, text: word(models[0]))]
        case .sequence(let elements):
            var places: [(line: Int, column: Int, length: Int)] = []
            var names: [String] = []
            for element in elements {
                guard case .scalar(let name?) = element.content, let place = token(element, name, in: lines) else {
                    return nil
                }
                places.append(place)
                names.append(name)
            }
            if models.count == names.count {
                return zip(places, models).map { place, name in
                    Replacement(line: place.line, column: place.column, length: place.length, text: word(name))
                }
            }
            guard models.count == names.count + 1, Array(models.dropFirst()) == names, let first = places.first else {
                return nil
            }
            return [
                Replacement(
                    line: first.line, column: first.column, length: 0,
                    text: word(models[0]) + separator(before: first.column, in: lines[first.line]))
            ]
        default: return nil
        }
    }

    /// What stands between two elements: a comma, or the beginning of the next line of a list that has a line for each.
    private static func separator(before column: Int, in line: [Unicode.Scalar]) -> String {
        let before = line[..<column]
        guard let last = before.lastIndex(where: { $0 != " " }), line[last] == "-",
            before[..<last].allSatisfy({ $0 == " " })
        else { return ", " }
        return "\n" + String(repeating: " ", count: last) + "-" + String(repeating: " ", count: column - last - 1)
    }

    /// Where a scalar stands; nil where the file does not hold its text at its place.
    private static func token(
        _ node: YAMLNode, _ text: String, in lines: [[Unicode.Scalar]]
    ) -> (line: Int, column: Int, length: Int)? {
        let (line, column) = (node.line - 1, node.column - 1)
        guard lines.indices.contains(line) else { return nil }
        for written in [text, "\"" + text + "\"", "'" + text + "'"] {
            let scalars = Array(written.unicodeScalars)
            let end = column + scalars.count
            if end <= lines[line].count, Array(lines[line][column..<end]) == scalars {
                return (line, column, scalars.count)
            }
        }
        return nil
    }

    /// A name as YAML reads it back.
    public static func word(_ name: String) -> String {
        let isPlain =
            name.utf8.first.map { (0x41...0x5A).contains($0 & 0xDF) } ?? false
            && name.utf8.allSatisfy {
                (0x41...0x5A).contains($0 & 0xDF) || (0x30...0x39).contains($0) || "-._/".utf8.contains($0)
            }
        let reserved = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
        if isPlain, !reserved.contains(name.lowercased()) { return name }
        var quoted = "\""
        for scalar in name.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }
}

extension YAMLNode {
    /// The value under a key of a mapping.
    fileprivate subscript(key: String) -> YAMLNode? {
        guard case .mapping(let entries) = content else { return nil }
        for (name, value) in entries {
            if case .scalar(let text?) = name.content, text == key { return value }
        }
        return nil
    }
}
