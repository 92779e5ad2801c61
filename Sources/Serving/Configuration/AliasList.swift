/// Aliases of labels written as one text: `alias=label,alias=label`.
///
/// A backslash before a comma, an equals sign or a backslash makes it part of a name. Environment variables and flags
/// are written like this, and mappings in files are turned into it, so that all of them can be laid over one another.
struct AliasList: Equatable {
    /// Alias to label.
    var labels: [String: String] = [:]

    init(_ labels: [String: String]) { self.labels = labels }

    init(_ text: String) throws(ConfigurationKey.Fault) {
        // An empty list is written as an empty text, or as a mapping without entries.
        guard !text.isEmpty else { return }
        var names = [""]
        var isEscaped = false
        for character in text {
            if isEscaped {
                guard ",=\\".contains(character) else {
                    throw .because("has a backslash before `\(character)`; write two for a backslash itself")
                }
                names[names.count - 1].append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "=" {
                names.append("")
            } else if character == "," {
                try add(names)
                names = [""]
            } else {
                names[names.count - 1].append(character)
            }
        }
        guard !isEscaped else { throw .because("ends in a backslash; write two for a backslash itself") }
        try add(names)
    }

    private mutating func add(_ names: [String]) throws(ConfigurationKey.Fault) {
        guard names.count == 2 else {
            let entry = quotedValue(names.joined(separator: "="))
            throw .because("must be written as `alias=label,alias=label`, but one entry is \(entry)")
        }
        let (alias, label) = (names[0], names[1])
        guard !alias.isEmpty else { throw .because("has an empty alias for \(quotedValue(label)); name it") }
        guard !label.isEmpty else {
            throw .because("has an empty label for the alias \(quotedValue(alias)); name a label, or leave it out")
        }
        guard labels.updateValue(label, forKey: alias) == nil else {
            throw .because("has the alias \(quotedValue(alias)) twice; keep one")
        }
    }

    /// The list as one text, in alphabetical order.
    var text: String {
        labels.sorted { $0.key < $1.key }.map { Self.escaped($0.key) + "=" + Self.escaped($0.value) }
            .joined(separator: ",")
    }

    private static func escaped(_ name: String) -> String {
        var result = ""
        for character in name {
            if ",=\\".contains(character) { result.append("\\") }
            result.append(character)
        }
        return result
    }
}
