import YAMLFiles

/// A configuration file, checked key by key.
struct ConfigurationFile {
    /// What it sets.
    private(set) var layer = ConfigurationLayer()
    /// Whether every user of the machine may read it.
    let isWorldReadable: Bool
    private let path: String

    /// A configuration is some kilobytes; more is another file.
    private static let sizeLimit = 1 << 20

    init(path: String) throws(ConfigurationError) {
        self.path = path
        let file: SmallFile
        do {
            file = try SmallFile(path: path, limit: Self.sizeLimit)
        } catch {
            throw ConfigurationError("the configuration cannot be read: \(error.cause)", at: .whole(path))
        }
        isWorldReadable = file.isWorldReadable
        guard let text = String(validating: file.bytes, as: UTF8.self) else {
            throw ConfigurationError("the configuration is not UTF-8; save it as UTF-8", at: .whole(path))
        }
        let root: YAMLNode?
        do {
            root = try YAMLNode.parse(text)
        } catch {
            let place = ConfigurationError.Source.file(path: path, line: error.line, column: error.column)
            throw ConfigurationError("the configuration \(error.message)", at: place)
        }
        guard let root else { return }
        if case .scalar(nil) = root.content { return }
        guard case .mapping(let entries) = root.content else {
            throw fault("the configuration must be a mapping of sections, such as `listen:`", at: root)
        }
        for (key, value) in entries { try readSection(key, value) }
    }

    private mutating func readSection(_ name: YAMLNode, _ value: YAMLNode) throws(ConfigurationError) {
        let section = try text(of: name)
        guard ConfigurationKey.sections.contains(section) else {
            throw fault("there is no key \(quotedValue(section))\(ConfigurationKey.hint(for: section))", at: name)
        }
        switch value.content {
        case .mapping(let entries): for (key, value) in entries { try readKey(key, value, in: section) }
        case .scalar(nil): throw fault("\(section) has no keys below it; indent some, or remove it", at: name)
        default: throw fault("\(section) must hold keys, each on a line of its own and indented", at: value)
        }
    }

    private mutating func readKey(
        _ name: YAMLNode, _ value: YAMLNode, in section: String
    ) throws(ConfigurationError) {
        let member = try text(of: name)
        guard let key = ConfigurationKey.named("\(section).\(member)"), key.member == member else {
            let hint = ConfigurationKey.hint(for: member, in: section)
            throw fault("there is no key \(quotedValue(member)) in \(section)\(hint)", at: name)
        }
        switch value.content {
        case .scalar(nil):
            throw fault("\(key.name) has no value; give it one, or remove the line", key: key, at: name)
        case .scalar(let text?) where !key.isMapping:
            try layer.set(key, to: text, at: place(of: value))
        case .mapping(let entries) where key.isMapping:
            try layer.set(key, to: try aliases(entries, of: key).text, at: place(of: value))
        case .sequence:
            throw fault("\(key.name) must be \(key.values), not a list", key: key, at: value)
        case .mapping:
            throw fault("\(key.name) must be \(key.values), not a mapping", key: key, at: value)
        case .scalar:
            throw fault(
                "\(key.name) must be a mapping of aliases to labels, one a line and indented", key: key, at: value)
        }
    }

    private func aliases(
        _ entries: [(key: YAMLNode, value: YAMLNode)], of key: ConfigurationKey
    ) throws(ConfigurationError) -> AliasList {
        var labels: [String: String] = [:]
        for (alias, label) in entries {
            let name = try text(of: alias)
            guard !name.isEmpty else { throw fault("\(key.name) has an empty alias; name it", key: key, at: alias) }
            guard case .scalar(let text?) = label.content, !text.isEmpty else {
                let found = "\(key.name) has no label for the alias \(quotedValue(name))"
                throw fault("\(found); name one label, or remove the line", key: key, at: alias)
            }
            labels[name] = text
        }
        return AliasList(labels)
    }

    /// The text of a key.
    private func text(of node: YAMLNode) throws(ConfigurationError) -> String {
        guard case .scalar(let text?) = node.content else {
            throw fault("a key must be a name; put it in quotes if it is meant as one", at: node)
        }
        return text
    }

    private func place(of node: YAMLNode) -> ConfigurationError.Source {
        .file(path: path, line: node.line, column: node.column)
    }

    private func fault(_ message: String, key: ConfigurationKey? = nil, at node: YAMLNode) -> ConfigurationError {
        ConfigurationError(message, key: key?.name, at: place(of: node))
    }
}

extension ConfigurationError.Source {
    /// A file as a whole.
    static func whole(_ path: String) -> Self { .file(path: path, line: nil, column: nil) }
}
