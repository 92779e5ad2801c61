import Conversation

/// Rules as Swift source, for compiling them in.
enum AskRuleSource {
    static func swift(_ rules: AskRules) -> String {
        var text = """
            // Made from ask-rules/rules.yaml by Scripts/generate-ask-rules; change that file, not this one.

            // swift-format-ignore-file

            let shippedRules: [AskRule] = [

            """
        for rule in rules.rules {
            var parts = ["name: \(literal(rule.name))", "matcher: .\(rule.matcher)"]
            func add(_ name: String, _ list: [String]) {
                if !list.isEmpty { parts.append("\(name): [" + list.map(literal).joined(separator: ", ") + "]") }
            }
            add("patterns", rule.patterns)
            if rule.fate != .leftOut { parts.append("fate: .\(rule.fate)") }
            if rule.extent != .line { parts.append("extent: .\(rule.extent)") }
            add("until", rule.until)
            add("beside", rule.beside)
            if rule.speaker != .user { parts.append("speaker: .\(rule.speaker)") }
            if rule.isCommon { parts.append("isCommon: true") }
            if !rule.kind.isEmpty { parts.append("kind: \(literal(rule.kind))") }
            if rule.byteCount > 0 { parts.append("byteCount: \(rule.byteCount)") }
            text += "    AskRule(\n        " + parts.joined(separator: ",\n        ") + "),\n"
        }
        return text + "]\n"
    }

    private static func literal(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\" + String(scalar)
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
