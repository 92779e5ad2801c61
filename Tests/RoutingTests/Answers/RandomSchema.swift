import TestSupport

/// Schemas and values drawn at random, small and of few different parts, so that they often fit one another.
enum RandomSchema {
    private static let keys = ["a", "b", "c"]
    private static let texts = ["", "a", "ab", "xyz", "über"]

    static func value(_ random: inout SplitMix64, depth: Int) -> String {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &random) {
        case 0: return ["null", "true", "false"].randomElement(using: &random) ?? "null"
        case 1, 2: return ["0", "1", "2", "2.5", "-3", "4.0", "6", "1e1"].randomElement(using: &random) ?? "0"
        case 3, 4: return "\"\(texts.randomElement(using: &random) ?? "")\""
        case 5:
            let count = Int.random(in: 0...3, using: &random)
            return "[" + (0..<count).map { _ in value(&random, depth: depth - 1) }.joined(separator: ",") + "]"
        default:
            let chosen = keys.filter { _ in Bool.random(using: &random) }
            return "{" + chosen.map { "\"\($0)\":\(value(&random, depth: depth - 1))" }.joined(separator: ",") + "}"
        }
    }

    static func schema(_ random: inout SplitMix64, depth: Int) -> String {
        var members: [String] = []
        func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
        func sub() -> String { schema(&random, depth: depth - 1) }
        func subs() -> String {
            "[" + (0..<Int.random(in: 1...3, using: &random)).map { _ in sub() }.joined(separator: ",") + "]"
        }
        if chance(5) { return chance(70) ? "true" : "false" }
        if chance(40) {
            let names = ["null", "boolean", "number", "integer", "string", "array", "object", "object", "array"]
            let chosen = Set(names.shuffled(using: &random).prefix(Int.random(in: 1...4, using: &random))).sorted()
            members.append("\"type\":[" + chosen.map { "\"\($0)\"" }.joined(separator: ",") + "]")
        }
        if chance(8) { members.append("\"enum\":[\(value(&random, depth: 1)),\(value(&random, depth: 1)),1,\"a\"]") }
        if chance(4) { members.append("\"const\":\(value(&random, depth: 1))") }
        if chance(15) { members.append("\"minimum\":\(Int.random(in: -2...3, using: &random))") }
        if chance(10) { members.append("\"exclusiveMaximum\":\(Int.random(in: 1...5, using: &random))") }
        if chance(10) { members.append("\"multipleOf\":\(chance(50) ? "2" : "0.5")") }
        if chance(15) { members.append("\"minLength\":\(Int.random(in: 0...2, using: &random))") }
        if chance(15) { members.append("\"maxLength\":\(Int.random(in: 2...4, using: &random))") }
        if chance(10) { members.append("\"pattern\":\"\(chance(50) ? "^[a-z]*$" : "[ab]")\"") }
        if chance(15) { members.append("\"minItems\":\(Int.random(in: 0...2, using: &random))") }
        if chance(10) { members.append("\"uniqueItems\":true") }
        if chance(20) {
            let required = keys.filter { _ in chance(40) }.map { "\"\($0)\"" }.joined(separator: ",")
            members.append("\"required\":[\(required)]")
        }
        if chance(10) { members.append("\"maxProperties\":\(Int.random(in: 1...3, using: &random))") }
        guard depth > 0 else { return "{" + members.joined(separator: ",") + "}" }
        if chance(30) {
            let properties = keys.filter { _ in chance(50) }.map { "\"\($0)\":\(sub())" }.joined(separator: ",")
            members.append("\"properties\":{\(properties)}")
        }
        if chance(20) { members.append("\"additionalProperties\":\(chance(30) ? "false" : sub())") }
        if chance(25) { members.append("\"items\":\(sub())") }
        if chance(10) { members.append("\"prefixItems\":\(subs())") }
        if chance(10) { members.append("\"allOf\":\(subs())") }
        if chance(15) { members.append("\"anyOf\":\(subs())") }
        if chance(10) { members.append("\"oneOf\":\(subs())") }
        if chance(10) { members.append("\"not\":\(sub())") }
        return "{" + members.joined(separator: ",") + "}"
    }
}
