/// Whether one condition holds wherever another does, as far as their form shows.
///
/// Sound and not complete: `true` is a proof, `false` says nothing. Deciding it fully would need to compare the
/// languages of regular expressions, and to solve formulas.
enum RuleImplication {
    typealias Condition = Policy.Condition

    /// Whether `right` holds wherever `left` does.
    static func implies(_ left: Condition, _ right: Condition) -> Bool {
        if left == right { return true }
        switch right {
        case .all(let parts): return parts.allSatisfy { implies(left, $0) }
        case .none(let parts): return parts.allSatisfy { excludes(left, $0) }
        case .any(let parts) where parts.contains { implies(left, $0) }: return true
        default: break
        }
        switch left {
        case .all(let parts): return parts.contains { implies($0, right) } || left.isImpossible
        case .any(let parts): return parts.allSatisfy { implies($0, right) }
        case .none: return false
        default: return atomImplies(left, right)
        }
    }

    /// Whether the two never hold together.
    static func excludes(_ left: Condition, _ right: Condition) -> Bool {
        switch (left, right) {
        case (.any(let parts), _): return parts.allSatisfy { excludes($0, right) }
        case (_, .any(let parts)): return parts.allSatisfy { excludes(left, $0) }
        case (.none(let parts), _) where parts.contains { implies(right, $0) }: return true
        case (_, .none(let parts)) where parts.contains { implies(left, $0) }: return true
        case (.all(let parts), _) where parts.contains { excludes($0, right) }: return true
        case (_, .all(let parts)) where parts.contains { excludes(left, $0) }: return true
        default: return atomsExclude(left, right)
        }
    }

    private static func atomImplies(_ left: Condition, _ right: Condition) -> Bool {
        switch (left, right) {
        case (.literal(let long, let leftIgnores), .literal(let short, let rightIgnores)):
            // What is found whatever its case need not be found in this case.
            if leftIgnores, !rightIgnores { return false }
            return rightIgnores
                ? contains(long.foldingASCII, short.foldingASCII) : contains(long, short)
        case (.regex(let pattern, let ignoresCase), _) where pattern.isPlain:
            return atomImplies(.literal(pattern, ignoresCase: ignoresCase), right)
        case (_, .regex(let pattern, let ignoresCase)) where pattern.isPlain:
            return atomImplies(left, .literal(pattern, ignoresCase: ignoresCase))
        case (.codeFence(let some), .codeFence(let more)):
            return more.isEmpty || (!some.isEmpty && Set(some).isSubset(of: more))
        case (.language(let some), .language(let more)), (.script(let some), .script(let more)),
            (.tags(let some), .tags(let more)):
            return Set(some).isSubset(of: more)
        case (.metadata(let field, let some), .metadata(let other, let more)),
            (.header(let field, let some), .header(let other, let more)):
            return field == other && Set(some).isSubset(of: more)
        case (.tokens(let some), .tokens(let more)), (.tools(let some), .tools(let more)),
            (.images(let some), .images(let more)):
            return some.atLeast >= more.atLeast && some.atMost ?? .max <= more.atMost ?? .max
        default: return false
        }
    }

    private static func atomsExclude(_ left: Condition, _ right: Condition) -> Bool {
        switch (left, right) {
        case (.language(let some), .language(let others)), (.script(let some), .script(let others)):
            return Set(some).isDisjoint(with: others)
        case (.metadata(let field, let some), .metadata(let other, let others)),
            (.header(let field, let some), .header(let other, let others)):
            return field == other && Set(some).isDisjoint(with: others)
        case (.tokens(let some), .tokens(let others)), (.tools(let some), .tools(let others)),
            (.images(let some), .images(let others)):
            return some.atLeast > others.atMost ?? .max || others.atLeast > some.atMost ?? .max
        default: return false
        }
    }

    /// Byte by byte, as patterns are searched; equal characters may have different bytes.
    private static func contains(_ text: String, _ part: String) -> Bool {
        let (text, part) = (Array(text.utf8), Array(part.utf8))
        guard text.count >= part.count else { return false }
        return (0...text.count - part.count).contains { text[$0..<$0 + part.count].elementsEqual(part) }
    }
}

extension Policy.Condition {
    /// Whether it can never hold, as far as its form shows.
    var isImpossible: Bool {
        switch self {
        case .any(let parts): return parts.allSatisfy(\.isImpossible)
        case .none(let parts): return parts.contains { $0 == .all([]) }
        case .all(let parts):
            if parts.contains(where: \.isImpossible) { return true }
            return parts.indices.contains { index in
                parts[..<index].contains { RuleImplication.excludes($0, parts[index]) }
            }
        default: return false
        }
    }
}

extension String {
    /// With small letters for the capitals of ASCII: only these fold alike in every engine.
    fileprivate var foldingASCII: String {
        String(decoding: utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    /// Whether a regular expression is nothing but the text that it finds.
    fileprivate var isPlain: Bool { !utf8.contains { "\\.+*?()|[]{}^$".utf8.contains($0) } }
}
