internal import JSONCoding

/// Makes a schema of JSON, and refuses what would go unchecked.
struct JSONSchemaReader {
    private(set) var parts: [JSONSchema.Part] = []
    private(set) var patterns: [(text: String, set: PatternSet, size: Int)] = []
    private var definitions: [String: Int] = [:]
    private var references: [(part: Int, target: String, pointer: String)] = []

    /// Keywords that say nothing of a value's fitness.
    static let annotations = [
        "$schema", "$id", "$comment", "title", "description", "default", "examples", "deprecated", "readOnly",
        "writeOnly",
    ]
    /// Keywords that are checked.
    static let keywords = [
        "type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
        "minLength", "maxLength", "pattern", "items", "prefixItems", "minItems", "maxItems", "uniqueItems",
        "properties", "required", "additionalProperties", "minProperties", "maxProperties", "allOf", "anyOf", "oneOf",
        "not", "$ref", "$defs", "definitions",
    ]

    mutating func read(_ root: JSONValue) throws(JSONSchema.Failure) {
        definitions["#"] = 0
        _ = try part(root, "")
        for reference in references {
            guard let target = definitions[reference.target] else {
                throw failure(
                    reference.pointer,
                    "names \(quoted(reference.target)), which is not there; only # and #/$defs/NAME can be named")
            }
            parts[reference.part].reference = target
        }
        try refuseCircles()
    }

    private func failure(_ pointer: String, _ message: String) -> JSONSchema.Failure {
        JSONSchema.Failure(pointer: pointer, message: message)
    }

    private mutating func part(_ value: JSONValue, _ pointer: String) throws(JSONSchema.Failure) -> Int {
        guard parts.count < JSONSchema.partLimit else {
            throw failure(pointer, "is part number \(JSONSchema.partLimit + 1); make the schema smaller")
        }
        let index = parts.count
        parts.append(JSONSchema.Part())
        switch value {
        case .boolean(let flag): parts[index].refusesAll = !flag
        case .object(let members):
            // In a fixed order, so that of several faults the same one is told each time.
            for (keyword, rule) in members.sorted(by: { $0.key < $1.key }) {
                try read(keyword, rule, into: index, "\(pointer)/\(keyword)")
            }
        default: throw failure(pointer, "is \(value.kindName), but a schema must be an object, true or false")
        }
        return index
    }

    private mutating func read(
        _ keyword: String, _ rule: JSONValue, into index: Int, _ pointer: String
    ) throws(JSONSchema.Failure) {
        switch keyword {
        case "type": parts[index].kinds = try kinds(rule, pointer)
        case "enum":
            guard case .array(let values) = rule, !values.isEmpty else {
                throw failure(pointer, "must be a list of at least one value")
            }
            parts[index].allowed = (parts[index].allowed ?? values).filter(Set(values).contains)
        case "const": parts[index].allowed = (parts[index].allowed ?? [rule]).filter { $0 == rule }
        case "minimum": parts[index].minimum.append(.init(value: try number(rule, pointer), isExclusive: false))
        case "exclusiveMinimum": parts[index].minimum.append(.init(value: try number(rule, pointer), isExclusive: true))
        case "maximum": parts[index].maximum.append(.init(value: try number(rule, pointer), isExclusive: false))
        case "exclusiveMaximum": parts[index].maximum.append(.init(value: try number(rule, pointer), isExclusive: true))
        case "multipleOf":
            let divisor = try number(rule, pointer)
            guard divisor > 0 else { throw failure(pointer, "must be above 0") }
            parts[index].multipleOf = divisor
        case "minLength": try bound(&parts[index].lengths, from: rule, pointer)
        case "maxLength": try bound(&parts[index].lengths, to: rule, pointer)
        case "minItems": try bound(&parts[index].itemCounts, from: rule, pointer)
        case "maxItems": try bound(&parts[index].itemCounts, to: rule, pointer)
        case "minProperties": try bound(&parts[index].propertyCounts, from: rule, pointer)
        case "maxProperties": try bound(&parts[index].propertyCounts, to: rule, pointer)
        case "pattern": parts[index].pattern = try pattern(rule, pointer)
        case "uniqueItems":
            guard case .boolean(let flag) = rule else { throw failure(pointer, "must be true or false") }
            parts[index].isUnique = flag
        case "required": parts[index].required = try texts(rule, pointer)
        case "items":
            if case .array = rule {
                throw failure(pointer, "is a list, as in older drafts; write prefixItems")
            }
            parts[index].items = try part(rule, pointer)
        case "prefixItems": parts[index].prefixItems = try list(rule, pointer)
        case "properties": parts[index].properties = try named(rule, pointer)
        case "additionalProperties": parts[index].additionalProperties = try part(rule, pointer)
        case "allOf": parts[index].allOf = try list(rule, pointer)
        case "anyOf": parts[index].anyOf = try list(rule, pointer)
        case "oneOf": parts[index].oneOf = try list(rule, pointer)
        case "not": parts[index].not = try part(rule, pointer)
        case "$defs", "definitions":
            let named = try named(rule, pointer)
            guard index == 0 else { throw failure(pointer, "must stand at the top of the schema") }
            for (name, index) in named { definitions["#/\(keyword)/\(name)"] = index }
        case "$ref":
            guard case .string(let target) = rule else { throw failure(pointer, "must be a text") }
            references.append((index, target, pointer))
        case "format": throw failure(pointer, "is not checked here; write a pattern, or remove it")
        case _ where Self.annotations.contains(keyword): break
        default:
            let near = nearestName(to: keyword, among: Self.keywords).map { "did you mean \(quoted($0))? " } ?? ""
            throw failure(
                pointer, "is no keyword that is checked here; \(near)those are \(Self.keywords.joined(separator: ", "))"
            )
        }
    }

    // MARK: Values of keywords

    private func kinds(_ rule: JSONValue, _ pointer: String) throws(JSONSchema.Failure) -> JSONSchema.Kinds {
        var kinds: JSONSchema.Kinds = []
        var names = [rule]
        if case .array(let several) = rule { names = several }
        for name in names {
            guard case .string(let text) = name,
                let found = JSONSchema.Kinds.names.first(where: { $0.name == text })
            else {
                let all = JSONSchema.Kinds.names.map(\.name).joined(separator: ", ")
                throw failure(pointer, "must be one of \(all), or a list of them")
            }
            kinds.insert(found.kind)
        }
        return kinds
    }

    private func number(_ rule: JSONValue, _ pointer: String) throws(JSONSchema.Failure) -> Double {
        guard case .number(let number) = rule, number.isFinite else { throw failure(pointer, "must be a number") }
        return number
    }

    private func count(_ rule: JSONValue, _ pointer: String) throws(JSONSchema.Failure) -> Int {
        guard case .number(let number) = rule, let count = Int(exactly: number), count >= 0 else {
            throw failure(pointer, "must be a whole number, 0 or more")
        }
        return count
    }

    private func bound(
        _ range: inout ClosedRange<Int>?, from rule: JSONValue, _ pointer: String
    ) throws(JSONSchema.Failure) {
        let least = try count(rule, pointer)
        let most = range?.upperBound ?? .max
        guard least <= most else { throw failure(pointer, "is above its maximum; exchange them") }
        range = least...most
    }

    private func bound(
        _ range: inout ClosedRange<Int>?, to rule: JSONValue, _ pointer: String
    ) throws(JSONSchema.Failure) {
        let most = try count(rule, pointer)
        let least = range?.lowerBound ?? 0
        guard least <= most else { throw failure(pointer, "is below its minimum; exchange them") }
        range = least...most
    }

    private func texts(_ rule: JSONValue, _ pointer: String) throws(JSONSchema.Failure) -> [String] {
        guard case .array(let values) = rule else { throw failure(pointer, "must be a list of texts") }
        var texts: [String] = []
        for value in values {
            guard case .string(let text) = value else { throw failure(pointer, "must be a list of texts") }
            texts.append(text)
        }
        return texts
    }

    private mutating func list(_ rule: JSONValue, _ pointer: String) throws(JSONSchema.Failure) -> [Int] {
        guard case .array(let values) = rule, !values.isEmpty else {
            throw failure(pointer, "must be a list of at least one schema")
        }
        var list: [Int] = []
        for (index, value) in values.enumerated() { list.append(try part(value, "\(pointer)/\(index)")) }
        return list
    }

    private mutating func named(_ rule: JSONValue, _ pointer: String) throws(JSONSchema.Failure) -> [String: Int] {
        guard case .object(let members) = rule else { throw failure(pointer, "must be an object of schemas") }
        var named: [String: Int] = [:]
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            named[name] = try part(value, "\(pointer)/\(name)")
        }
        return named
    }

    private mutating func pattern(_ rule: JSONValue, _ pointer: String) throws(JSONSchema.Failure) -> Int {
        guard case .string(let text) = rule else { throw failure(pointer, "must be a text") }
        if let index = patterns.firstIndex(where: { $0.text == text }) { return index }
        guard patterns.count < JSONSchema.patternLimit else {
            throw failure(pointer, "is pattern number \(JSONSchema.patternLimit + 1); use fewer")
        }
        let pattern = PatternSet.Pattern(text: text, isLiteral: false, ignoresCase: false)
        if let problem = PatternSet.problem(of: pattern, programLimit: JSONSchema.patternSize) {
            throw failure(pointer, "is \(quoted(text)), which \(problem)")
        }
        do {
            let set = try PatternSet([pattern], programLimit: JSONSchema.patternSize)
            patterns.append((text, set, set.size))
        } catch {
            throw failure(pointer, error.reason)
        }
        return patterns.count - 1
    }

    /// Refuses schemas that refer to themselves for one and the same value, which could never be checked to the end.
    private func refuseCircles() throws(JSONSchema.Failure) {
        func same(_ part: JSONSchema.Part) -> [Int] {
            part.allOf + part.anyOf + part.oneOf + [part.not, part.reference].compactMap(\.self)
        }
        // Parts are taken away as nothing refers to them any more (Kahn 1962); a circle is what stays.
        var waiting = [Int](repeating: 0, count: parts.count)
        for part in parts { for target in same(part) { waiting[target] += 1 } }
        var free = waiting.indices.filter { waiting[$0] == 0 }
        var taken = 0
        while let index = free.popLast() {
            taken += 1
            for target in same(parts[index]) {
                waiting[target] -= 1
                if waiting[target] == 0 { free.append(target) }
            }
        }
        if taken < parts.count {
            throw failure("", "refers to itself in a circle that never goes deeper into the value; break the circle")
        }
    }
}
