/// All rules of a policy, in the form in which they are tried.
///
/// What rules ask of a request is gathered into *atoms*, each asked once however many rules ask it: patterns in one
/// pass over the text, metadata by one look-up a field. A rule is then a tree over bits.
struct CompiledRules: Sendable {
    /// A rule, by decreasing priority.
    struct Entry: Sendable {
        /// Its place in the policy.
        var index: Int
        /// Where its condition begins in `nodes`.
        var root: Int
    }

    /// A part of a condition; the parts of a combination follow it, up to `end`.
    private struct Node: Sendable {
        enum Kind: UInt8, Sendable { case atom, all, any, none }
        var kind: Kind
        var atom = 0
        var end = 0
    }

    /// Fields that atoms look at, by name: value → atoms.
    private typealias Fields = [(name: String, atoms: [String: [Int]])]

    private(set) var entries: [Entry] = []
    private var nodes: [Node] = []
    private let patterns: PatternSet
    private let atomCount: Int
    private let metadata: Fields
    private let headers: Fields
    private let tags: [String: [Int]]
    private let languages: [String: [Int]]
    private let scripts: [String: [Int]]
    private let amounts: [(subject: Subject, amount: Policy.Amount, atom: Int)]

    private enum Subject: Hashable { case tokens, tools, images }

    init(_ rules: [Policy.Rule]) throws(PatternSet.Failure) {
        var atoms = Atoms()
        var nodes: [Node] = []
        var entries: [Entry] = []
        // Patterns are numbered first: their bits are then the first words as RE2 gives them.
        for rule in rules { atoms.addPatterns(of: rule.condition) }
        let order = rules.indices.sorted { (-rules[$0].priority, $0) < (-rules[$1].priority, $1) }
        for index in order {
            entries.append(Entry(index: index, root: nodes.count))
            Self.flatten(rules[index].condition, &nodes, &atoms)
        }
        self.entries = entries
        self.nodes = nodes
        patterns = try PatternSet(atoms.patterns)
        atomCount = atoms.count
        metadata = atoms.metadata.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        headers = atoms.headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        tags = atoms.tags
        languages = atoms.languages
        scripts = atoms.scripts
        amounts = atoms.amounts.map { ($0.key.subject, $0.key.amount, $0.value) }
    }

    /// Headers that conditions look at.
    var headerNames: Set<String> { Set(headers.map(\.name)) }
    /// Instructions of all patterns.
    var patternSize: Int { patterns.size }

    /// The first rule that applies, by its place in the policy.
    func firstMatch(_ request: RoutingRequest, inputTokens: Int) -> Int? {
        guard !entries.isEmpty else { return nil }
        let bits = evaluate(request, inputTokens)
        return nodes.withUnsafeBufferPointer { nodes in
            bits.withUnsafeBufferPointer { bits in
                entries.first { Self.holds($0.root, nodes, bits) }?.index
            }
        }
    }

    private func evaluate(_ request: RoutingRequest, _ inputTokens: Int) -> [UInt64] {
        var bits = [UInt64](repeating: 0, count: (atomCount + 63) / 64)
        func set(_ atoms: [Int]?) { for atom in atoms ?? [] { bits[atom >> 6] |= 1 << UInt64(atom & 63) } }
        patterns.match(request.text, into: &bits)
        for field in metadata {
            if let value = request.metadata[field.name] { set(field.atoms[value]) }
        }
        for field in headers {
            if let value = request.headers[field.name] { set(field.atoms[value]) }
        }
        if !tags.isEmpty { for tag in request.tags { set(tags[tag]) } }
        for (subject, amount, atom) in amounts {
            let count =
                switch subject {
                case .tokens: inputTokens
                case .tools: request.toolCount
                case .images: request.imageCount
                }
            if amount.contains(count) { bits[atom >> 6] |= 1 << UInt64(atom & 63) }
        }
        if !languages.isEmpty || !scripts.isEmpty {
            let traits = TextTraits(of: request.text)
            if let language = traits.language { set(languages[language]) }
            if let script = traits.script { set(scripts[script]) }
        }
        return bits
    }

    private static func holds(
        _ index: Int, _ nodes: UnsafeBufferPointer<Node>, _ bits: UnsafeBufferPointer<UInt64>
    ) -> Bool {
        let node = nodes[index]
        if node.kind == .atom { return bits[node.atom >> 6] >> UInt64(node.atom & 63) & 1 == 1 }
        // Of `all` a part that does not hold decides, of the others one that holds.
        let deciding = node.kind != .all
        var part = index + 1
        while part < node.end {
            if holds(part, nodes, bits) == deciding { return node.kind == .any }
            part = nodes[part].end
        }
        return node.kind != .any
    }

    private static func flatten(_ condition: Policy.Condition, _ nodes: inout [Node], _ atoms: inout Atoms) {
        let index = nodes.count
        func combine(_ kind: Node.Kind, _ parts: [Policy.Condition]) {
            nodes.append(Node(kind: kind))
            for part in parts { flatten(part, &nodes, &atoms) }
        }
        switch condition {
        case .all(let parts): combine(.all, parts)
        case .any(let parts): combine(.any, parts)
        case .none(let parts): combine(.none, parts)
        default: nodes.append(Node(kind: .atom, atom: atoms.number(of: condition)))
        }
        nodes[index].end = nodes.count
    }

    /// The atoms met so far, and their numbers.
    private struct Atoms {
        struct AmountKey: Hashable {
            var subject: Subject
            var amount: Policy.Amount
        }

        private(set) var patterns: [PatternSet.Pattern] = []
        private var patternNumbers: [PatternSet.Pattern: Int] = [:]
        private(set) var count = 0
        private(set) var metadata: [String: [String: [Int]]] = [:]
        private(set) var headers: [String: [String: [Int]]] = [:]
        private(set) var tags: [String: [Int]] = [:]
        private(set) var languages: [String: [Int]] = [:]
        private(set) var scripts: [String: [Int]] = [:]
        private(set) var amounts: [AmountKey: Int] = [:]

        mutating func addPatterns(of condition: Policy.Condition) {
            switch condition {
            case .all(let parts), .any(let parts), .none(let parts): for part in parts { addPatterns(of: part) }
            default:
                guard let pattern = condition.pattern, patternNumbers[pattern] == nil else { return }
                patternNumbers[pattern] = count
                patterns.append(pattern)
                count += 1
            }
        }

        mutating func number(of condition: Policy.Condition) -> Int {
            if let pattern = condition.pattern, let number = patternNumbers[pattern] { return number }
            let number = count
            switch condition {
            case .metadata(let field, let values):
                for value in Set(values) { metadata[field, default: [:]][value, default: []].append(number) }
            case .header(let field, let values):
                for value in Set(values) { headers[field, default: [:]][value, default: []].append(number) }
            case .tags(let values): for value in Set(values) { tags[value, default: []].append(number) }
            case .language(let values): for value in Set(values) { languages[value, default: []].append(number) }
            case .script(let values): for value in Set(values) { scripts[value, default: []].append(number) }
            case .tokens(let amount): return self.number(of: AmountKey(subject: .tokens, amount: amount))
            case .tools(let amount): return self.number(of: AmountKey(subject: .tools, amount: amount))
            case .images(let amount): return self.number(of: AmountKey(subject: .images, amount: amount))
            case .all, .any, .none, .literal, .regex, .codeFence: break
            }
            count += 1
            return number
        }

        private mutating func number(of key: AmountKey) -> Int {
            if let number = amounts[key] { return number }
            amounts[key] = count
            count += 1
            return count - 1
        }
    }
}

extension Policy.Condition {
    /// What is searched for in the text; nil for a condition on something else.
    var pattern: PatternSet.Pattern? {
        switch self {
        case .literal(let text, let ignoresCase): .init(text: text, isLiteral: true, ignoresCase: ignoresCase)
        case .regex(let text, let ignoresCase): .init(text: text, isLiteral: false, ignoresCase: ignoresCase)
        case .codeFence(let languages):
            // CommonMark: at most three spaces, three backticks or tildes, and the language at the end of the line.
            .init(text: Self.fence(of: languages), isLiteral: false, ignoresCase: true)
        default: nil
        }
    }

    private static func fence(of languages: [String]) -> String {
        let opening = "(?m:^ {0,3}(?:```|~~~))"
        guard !languages.isEmpty else { return opening }
        let names = languages.map { language in
            var quoted = ""
            for scalar in language.unicodeScalars {
                // Letters and digits must not be escaped, everything else may be.
                if scalar.isASCII, !scalar.properties.isAlphabetic, scalar.properties.numericType == nil {
                    quoted += "\\"
                }
                quoted.unicodeScalars.append(scalar)
            }
            return quoted
        }
        return opening + "[`~]*[ \\t]*(?:" + names.joined(separator: "|") + ")(?:[\\s,{:]|$)"
    }
}
