import Conversation
import YAMLFiles

/// Reads rules and cases out of a YAML document, strictly.
struct AskRuleReader {
    let path: String

    func read(_ root: YAMLNode) throws(ConfigurationError) -> (AskRules, [AskCase]) {
        let keys = try mapping(root, "the file", allowing: ["version", "rules"])
        guard let version = keys["version"] else {
            throw fault("`version` is missing; write `version: \(AskRules.currentVersion)`", root)
        }
        guard version.text == "\(AskRules.currentVersion)" else {
            throw fault(
                "`version` must be \(AskRules.currentVersion), the only one that this program knows", version)
        }
        guard let list = keys["rules"]?.elements, !list.isEmpty else {
            throw fault("`rules` must be a list with at least one rule", keys["rules"] ?? root)
        }
        var rules: [AskRule] = []
        var cases: [AskCase] = []
        for node in list {
            let (rule, own) = try self.rule(node)
            if rules.contains(where: { $0.name == rule.name }) {
                throw fault("there are two rules named `\(rule.name)`; give each a name of its own", node)
            }
            rules.append(rule)
            cases += own
        }
        return (AskRules(rules), cases)
    }

    // MARK: Rules

    private static let ruleKeys = [
        "rule", "match", "take", "patterns", "reach", "until", "beside", "speaker", "common", "kind", "bytes", "why",
        "cases",
    ]

    private func rule(_ node: YAMLNode) throws(ConfigurationError) -> (AskRule, [AskCase]) {
        let keys = try mapping(node, "a rule", allowing: Self.ruleKeys)
        let name = try text(keys, "rule", of: node)
        let matcher: AskRule.Matcher = try choice(keys, "match", AskRule.Matcher.allCases, of: node)
        var rule = AskRule(name: name, matcher: matcher)
        rule.patterns = try texts(keys["patterns"], "patterns")
        if keys["take"] != nil { rule.fate = try choice(keys, "take", AskRule.Fate.allCases, of: node) }
        if keys["reach"] != nil { rule.extent = try choice(keys, "reach", AskRule.Extent.allCases, of: node) }
        rule.until = try texts(keys["until"], "until")
        rule.beside = try texts(keys["beside"], "beside")
        if keys["speaker"] != nil {
            let roles: [Message.Role] = [.system, .user, .assistant, .tool]
            rule.speaker = try choice(keys, "speaker", roles, of: node)
        }
        if let common = keys["common"] {
            guard let value = common.flag else { throw fault("`common` must be true or false", common) }
            rule.isCommon = value
        }
        if keys["kind"] != nil { rule.kind = try text(keys, "kind", of: node) }
        if let bytes = keys["bytes"] {
            guard let value = bytes.count, value > 0 else { throw fault("`bytes` must be a number above 0", bytes) }
            rule.byteCount = value
        }
        if let problem = rule.problem { throw fault("`\(name)`: \(problem)", node) }
        var cases: [AskCase] = []
        for item in keys["cases"]?.elements ?? [] { cases.append(try askCase(item, of: name)) }
        return (rule, cases)
    }

    // MARK: Cases

    private func askCase(_ node: YAMLNode, of rule: String) throws(ConfigurationError) -> AskCase {
        let keys = try mapping(
            node, "a case", allowing: ["text", "messages", "ask", "context", "document", "housekeeping", "unchanged"])
        let request: Request
        switch (keys["text"], keys["messages"]) {
        case (_?, nil): request = .text(try text(keys, "text", of: node))
        case (nil, let messages?): request = .conversation(try self.messages(messages), toolCount: 0)
        default: throw fault("a case has either `text` or `messages`", node)
        }
        var ask = ""
        if let unchanged = keys["unchanged"] {
            guard unchanged.flag == true, case .text(let text) = request, keys["ask"] == nil else {
                throw fault("`unchanged: true` stands for the `ask` of a case with `text`", unchanged)
            }
            ask = text
        } else {
            ask = try text(keys, "ask", of: node)
        }
        var result = AskCase(rule: rule, request: request, ask: ask, line: node.line)
        if keys["context"] != nil { result.context = try text(keys, "context", of: node) }
        if keys["document"] != nil { result.document = try text(keys, "document", of: node) }
        if keys["housekeeping"] != nil { result.housekeeping = try text(keys, "housekeeping", of: node) }
        return result
    }

    /// A list of mappings from a role to what is said.
    private func messages(_ node: YAMLNode) throws(ConfigurationError) -> [Message] {
        guard let list = node.elements else { throw fault("`messages` must be a list such as `- user: …`", node) }
        var messages: [Message] = []
        for item in list {
            guard let turn = item.entries, turn.count == 1, let (role, words) = turn.first.map({ ($0.key, $0.value) }),
                let name = role.text, let role = Message.Role(rawValue: name), let text = words.text
            else { throw fault("a message is a role and its words, such as `- user: …`", item) }
            messages.append(Message(role: role, text: text))
        }
        return messages
    }

    // MARK: Values

    private func fault(_ message: String, _ node: YAMLNode) -> ConfigurationError {
        ConfigurationError(message, at: .file(path: path, line: node.line, column: node.column))
    }

    private func mapping(
        _ node: YAMLNode, _ what: String, allowing known: [String]
    ) throws(ConfigurationError) -> [String: YAMLNode] {
        guard let mapping = node.entries else { throw fault("\(what) must be a mapping of keys to values", node) }
        var values: [String: YAMLNode] = [:]
        for (key, value) in mapping {
            guard let name = key.text, known.contains(name) else {
                let name = key.text ?? "this"
                throw fault("\(what) has no key `\(name)`; there are \(known.joined(separator: ", "))", key)
            }
            values[name] = value
        }
        return values
    }

    private func text(_ keys: [String: YAMLNode], _ key: String, of node: YAMLNode) throws(ConfigurationError) -> String
    {
        guard let value = keys[key] else { throw fault("`\(key)` is missing here", node) }
        guard let text = value.text else { throw fault("`\(key)` must be a text", value) }
        return text
    }

    private func texts(_ node: YAMLNode?, _ key: String) throws(ConfigurationError) -> [String] {
        guard let node else { return [] }
        guard let list = node.elements else { throw fault("`\(key)` must be a list", node) }
        var texts: [String] = []
        for item in list {
            guard let text = item.text, !text.isEmpty else {
                throw fault("`\(key)` must hold texts that are not empty", item)
            }
            texts.append(text)
        }
        return texts
    }

    private func choice<Value: RawRepresentable<String>>(
        _ keys: [String: YAMLNode], _ key: String, _ known: [Value], of node: YAMLNode
    ) throws(ConfigurationError) -> Value {
        let name = try text(keys, key, of: node)
        guard let value = known.first(where: { $0.rawValue == name }) else {
            throw fault(
                "`\(key)` must be one of \(known.map(\.rawValue).joined(separator: ", ")), not `\(name)`",
                keys[key] ?? node)
        }
        return value
    }
}

extension YAMLNode {
    /// The text of a scalar; empty for null.
    fileprivate var text: String? { if case .scalar(let text) = content { text ?? "" } else { nil } }

    fileprivate var elements: [YAMLNode]? { if case .sequence(let elements) = content { elements } else { nil } }

    fileprivate var entries: [(key: YAMLNode, value: YAMLNode)]? {
        if case .mapping(let entries) = content { entries } else { nil }
    }

    fileprivate var flag: Bool? { text.flatMap { Bool($0) } }

    fileprivate var count: Int? { text.flatMap { Int($0) } }
}
