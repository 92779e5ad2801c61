internal import JSONCoding

extension JSONSchema {
    /// What does not fit: where in the value, as a JSON Pointer, and how.
    struct Problem: Error {
        var pointer = ""
        var message: String
        /// The end of a sentence about the answer.
        var description: String { (pointer.isEmpty ? "the value" : pointer) + " " + message }

        func under(_ key: String) -> Problem { Problem(pointer: "/" + key + pointer, message: message) }
    }

    /// The value needs more than ``workLimit`` steps, so that nothing is known of it.
    struct TooCostly: Error {}

    /// Calls inside one another; each takes some hundred bytes of stack.
    private static let depthLimit = 512

    /// The first thing that does not fit, or nil.
    ///
    /// - Complexity: at most ``workLimit`` steps, each O(1) but for the comparison with values that the schema lists.
    func problem(of value: JSONValue) throws(TooCostly) -> Problem? {
        var work = Self.workLimit
        return try problem(of: value, by: 0, &work, depth: 0)
    }

    private func problem(
        of value: JSONValue, by index: Int, _ work: inout Int, depth: Int
    ) throws(TooCostly) -> Problem? {
        let part = parts[index]
        work -= 1 + (part.allowed?.count ?? 0)
        guard work > 0, depth < Self.depthLimit else { throw TooCostly() }
        if part.refusesAll { return Problem(message: "must not be there") }
        if let kinds = part.kinds, !value.isOf(kinds) {
            let names = Kinds.names.filter { kinds.contains($0.kind) }.map(\.name).joined(separator: " or ")
            return Problem(message: "is \(value.kindName), but must be \(names)")
        }
        if let allowed = part.allowed, !allowed.contains(value) {
            return Problem(message: "is none of the values allowed")
        }
        switch value {
        case .number(let number): if let problem = problem(of: number, part) { return problem }
        case .string(let text): if let problem = try problem(of: text, part, &work) { return problem }
        case .array(let elements): if let problem = try problem(of: elements, part, &work, depth) { return problem }
        case .object(let members): if let problem = try problem(of: members, part, &work, depth) { return problem }
        case .null, .boolean: break
        }
        return try combined(value, part, &work, depth)
    }

    private func combined(
        _ value: JSONValue, _ part: Part, _ work: inout Int, _ depth: Int
    ) throws(TooCostly) -> Problem? {
        if let reference = part.reference {
            if let problem = try problem(of: value, by: reference, &work, depth: depth + 1) { return problem }
        }
        for each in part.allOf {
            if let problem = try problem(of: value, by: each, &work, depth: depth + 1) { return problem }
        }
        if !part.anyOf.isEmpty {
            var first: Problem?
            var fits = false
            for each in part.anyOf {
                let problem = try problem(of: value, by: each, &work, depth: depth + 1)
                if problem == nil {
                    fits = true
                    break
                }
                first = first ?? problem
            }
            if !fits, let first {
                return Problem(
                    pointer: first.pointer, message: first.message + ", and fits no other choice of anyOf either")
            }
        }
        if !part.oneOf.isEmpty {
            var count = 0
            for each in part.oneOf where try problem(of: value, by: each, &work, depth: depth + 1) == nil { count += 1 }
            if count != 1 { return Problem(message: "fits \(count) of the choices of oneOf, but must fit one") }
        }
        if let not = part.not, try problem(of: value, by: not, &work, depth: depth + 1) == nil {
            return Problem(message: "fits what it must not fit")
        }
        return nil
    }

    private func problem(of number: Double, _ part: Part) -> Problem? {
        for bound in part.minimum where !(bound.isExclusive ? number > bound.value : number >= bound.value) {
            return Problem(
                message: "is \(number), but must be \(bound.isExclusive ? "above" : "at least") \(bound.value)")
        }
        for bound in part.maximum where !(bound.isExclusive ? number < bound.value : number <= bound.value) {
            return Problem(
                message: "is \(number), but must be \(bound.isExclusive ? "below" : "at most") \(bound.value)")
        }
        if let divisor = part.multipleOf, !number.isMultiple(of: divisor) {
            return Problem(message: "is \(number), but must be a multiple of \(divisor)")
        }
        return nil
    }

    private func problem(of text: String, _ part: Part, _ work: inout Int) throws(TooCostly) -> Problem? {
        if let lengths = part.lengths {
            work -= text.utf8.count / 64
            let length = text.unicodeScalars.count
            if length < lengths.lowerBound {
                return Problem(message: "has \(length) characters, but must have at least \(lengths.lowerBound)")
            }
            if length > lengths.upperBound {
                return Problem(message: "has \(length) characters, but must have at most \(lengths.upperBound)")
            }
        }
        if let pattern = part.pattern {
            // Where a pattern's automaton outgrows its memory, each byte costs a step for each of its instructions.
            work -= 1 + text.utf8.count * patterns[pattern].size / Self.patternStep
            guard work > 0 else { throw TooCostly() }
            if patterns[pattern].set.matches(in: text).isEmpty {
                return Problem(message: "does not match \(quoted(patterns[pattern].text))")
            }
        }
        return nil
    }

    private func problem(
        of elements: [JSONValue], _ part: Part, _ work: inout Int, _ depth: Int
    ) throws(TooCostly) -> Problem? {
        if let counts = part.itemCounts, !counts.contains(elements.count) {
            let most = counts.upperBound == .max ? "more" : "\(counts.upperBound)"
            return Problem(message: "has \(elements.count) items, but must have \(counts.lowerBound) or up to \(most)")
        }
        if part.isUnique {
            work -= elements.count
            if Set(elements).count < elements.count { return Problem(message: "repeats an item") }
        }
        for (index, element) in elements.enumerated() {
            guard let rule = index < part.prefixItems.count ? part.prefixItems[index] : part.items else { break }
            if let problem = try problem(of: element, by: rule, &work, depth: depth + 1) {
                return problem.under("\(index)")
            }
        }
        return nil
    }

    private func problem(
        of members: [String: JSONValue], _ part: Part, _ work: inout Int, _ depth: Int
    ) throws(TooCostly) -> Problem? {
        if let counts = part.propertyCounts, !counts.contains(members.count) {
            let most = counts.upperBound == .max ? "more" : "\(counts.upperBound)"
            return Problem(message: "has \(members.count) keys, but must have \(counts.lowerBound) or up to \(most)")
        }
        work -= part.required.count
        for key in part.required where members[key] == nil { return Problem(message: "has no key \(quoted(key))") }
        guard !part.properties.isEmpty || part.additionalProperties != nil else { return nil }
        for (key, member) in members.sorted(by: { $0.key < $1.key }) {
            guard let rule = part.properties[key] ?? part.additionalProperties else { continue }
            if part.properties[key] == nil, parts[rule].refusesAll {
                return Problem(message: "has the key \(quoted(key)), which the schema does not know")
            }
            if let problem = try problem(of: member, by: rule, &work, depth: depth + 1) { return problem.under(key) }
        }
        return nil
    }
}

extension JSONValue {
    /// Whether `type` with these kinds allows it; 2.0 is an integer, as the standard has it.
    fileprivate func isOf(_ kinds: JSONSchema.Kinds) -> Bool {
        switch self {
        case .null: kinds.contains(.null)
        case .boolean: kinds.contains(.boolean)
        case .number(let number):
            kinds.contains(.number) || (kinds.contains(.integer) && number.rounded(.towardZero) == number)
        case .string: kinds.contains(.string)
        case .array: kinds.contains(.array)
        case .object: kinds.contains(.object)
        }
    }
}

extension Double {
    /// Whether division leaves no rest, but for the rounding that decimal fractions such as 0.1 bring with them.
    fileprivate func isMultiple(of divisor: Double) -> Bool {
        guard isFinite else { return false }
        let quotient = self / divisor
        guard quotient.isFinite else { return false }
        return abs(quotient - quotient.rounded()) <= 1e-9 * Swift.max(1, abs(quotient) * 1e-3)
    }
}
