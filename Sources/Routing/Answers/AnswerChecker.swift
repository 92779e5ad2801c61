internal import JSONCoding

/// The checks of answers, in the form that checks.
///
/// Immutable and shared. What an answer of any size and content can cost is bounded: terms take time linear in it,
/// refusals are looked for in its first ``refusalWindow`` bytes, a schema takes at most a million steps.
public final class AnswerChecker: Sendable {
    /// Bytes at the beginning of an answer in which refusals are looked for.
    public static let refusalWindow = 4 << 10
    /// Most instructions that the refusal patterns of one group may compile to, all together.
    public static let refusalSize = 10_000
    /// Most terms, and most refusal patterns, of one group of checks.
    public static let patternLimit = 100
    /// Most bytes of a schema.
    public static let schemaLimit = 256 << 10
    /// Most groups of checks.
    public static let groupLimit = 100

    /// Why checks cannot be used.
    public struct Failure: Error, Sendable, Equatable {
        /// The key concerned, below the group's: `json_schema`.
        public var path: String
        /// What is wrong and what to do, as the end of a sentence that begins with the key.
        public var message: String
    }

    private struct Group {
        var checks: Policy.AnswerChecks
        var terms: PatternSet?
        var refusals: PatternSet?
        var schema: JSONSchema?
    }

    private let groups: [Group]

    /// Compiles checks.
    ///
    /// - Throws: the first thing that is wrong with them.
    public init(_ checks: [Policy.AnswerChecks]) throws(Failure) {
        var groups: [Group] = []
        for checks in checks {
            var group = Group(checks: checks)
            group.terms = try Self.patterns(checks.requiredTerms, "required_terms", isLiteral: true, checks.ignoresCase)
            group.refusals = try Self.patterns(
                checks.refusalPatterns, "refusal_patterns", isLiteral: false, checks.ignoresCase)
            if let text = checks.jsonSchema {
                guard text.utf8.count <= Self.schemaLimit else {
                    throw Failure(
                        path: "json_schema", message: "has more than \(Self.schemaLimit) bytes; make it smaller")
                }
                do {
                    group.schema = try JSONSchema(reading: text)
                } catch {
                    throw Failure(path: "json_schema", message: "cannot be used: \(error.description)")
                }
            }
            groups.append(group)
        }
        self.groups = groups
    }

    /// What is wrong with one group of checks; nil where it can be used.
    static func problem(of checks: Policy.AnswerChecks) -> Failure? {
        do {
            _ = try AnswerChecker([checks])
            return nil
        } catch {
            return error
        }
    }

    private static func patterns(
        _ texts: [String], _ path: String, isLiteral: Bool, _ ignoresCase: Bool
    ) throws(Failure) -> PatternSet? {
        guard !texts.isEmpty else { return nil }
        guard texts.count <= patternLimit else {
            throw Failure(path: path, message: "has \(texts.count) entries, more than \(patternLimit); remove some")
        }
        for text in texts where text.isEmpty || text.utf8.count > PatternSet.lengthLimit {
            throw Failure(
                path: path, message: "has \(quoted(text)), but each must have from 1 to \(PatternSet.lengthLimit) bytes"
            )
        }
        let patterns = texts.map { PatternSet.Pattern(text: $0, isLiteral: isLiteral, ignoresCase: ignoresCase) }
        do throws(PatternSet.Failure) {
            let set = try PatternSet(patterns, programLimit: JSONSchema.patternSize)
            guard isLiteral || set.size <= refusalSize else {
                throw PatternSet.Failure(
                    reason:
                        "compiled, all together are too large (\(set.size) instructions, more than \(refusalSize)); "
                        + "simplify or remove some")
            }
            return set
        } catch {
            let culprit = error.pattern.map { "has \(quoted(texts[$0])), which " } ?? "cannot be used: "
            throw Failure(path: path, message: culprit + error.reason)
        }
    }

    /// Whether any group concerns a cell of the table.
    public func concerns(taskType: String, mode: String) -> Bool {
        groups.contains { $0.checks.scope.contains(taskType: taskType, mode: mode) }
    }

    /// Checks an answer by every group that concerns a cell of the table.
    ///
    /// A check for which the caller did not give what it needs (log-probabilities, a second answer) does not pass.
    public func check(_ answer: Answer, taskType: String, mode: String) -> AnswerVerdict {
        var verdict = AnswerVerdict()
        for group in groups where group.checks.scope.contains(taskType: taskType, mode: mode) {
            check(answer, by: group, &verdict.results)
        }
        return verdict
    }

    private func check(_ answer: Answer, by group: Group, _ results: inout [AnswerVerdict.Result]) {
        let checks = group.checks
        func add(_ check: AnswerVerdict.Check, _ reason: String?, value: Double? = nil) {
            results.append(AnswerVerdict.Result(check: check, reason: reason, value: value))
        }
        if let amount = checks.characters {
            let count = answer.text.unicodeScalars.count
            var reason: String?
            if count < amount.atLeast {
                reason = "the answer has \(count) characters, less than \(amount.atLeast)"
            } else if let most = amount.atMost, count > most {
                reason = "the answer has \(count) characters, more than \(most)"
            }
            add(.characters, reason, value: Double(count))
        }
        if let terms = group.terms {
            let found = Set(terms.matches(in: answer.text))
            let missing = checks.requiredTerms.indices.first { !found.contains($0) }
            add(.requiredTerms, missing.map { "the answer does not contain \(quoted(checks.requiredTerms[$0]))" })
        }
        if group.refusals != nil || checks.usesStandardRefusals {
            let beginning = answer.text.beginning(bytes: Self.refusalWindow)
            var reason: String?
            if let found = group.refusals?.matches(in: beginning).first {
                reason = "the answer matches the refusal pattern \(quoted(checks.refusalPatterns[found]))"
            } else if checks.usesStandardRefusals, StandardRefusals.isRefusal(beginning) {
                reason = "the answer reads as a refusal"
            }
            add(.refusal, reason)
        }
        if let schema = group.schema { add(.jsonSchema, Self.problem(of: answer.text, by: schema)) }
        if let least = checks.minimumLogProbability {
            if let mean = answer.meanLogProbability {
                let isLow = !(mean >= least)
                add(
                    .logProbability, isLow ? "the mean log-probability is \(mean), below \(least)" : nil, value: mean)
            } else {
                add(.logProbability, "the request gives no log_probabilities to judge by")
            }
        }
        if let least = checks.minimumAgreement {
            if let second = answer.second {
                let share = AnswerAgreement.share(answer.text, second)
                add(
                    .agreement, share < least ? "the two answers agree by \(share), less than \(least)" : nil,
                    value: share)
            } else {
                add(.agreement, "the request gives no second_answer to compare with")
            }
        }
    }

    private static func problem(of text: String, by schema: JSONSchema) -> String? {
        let value: JSONValue
        do {
            value = try JSONValue(reading: text)
        } catch {
            return "the answer is not JSON: \(error.reason)"
        }
        do {
            return try schema.problem(of: value).map { "in the answer, \($0.description)" }
        } catch {
            return "the answer takes more than \(JSONSchema.workLimit) steps to check; make answer or schema simpler"
        }
    }
}

extension String {
    /// As many whole characters from the beginning as take at most so many bytes.
    fileprivate func beginning(bytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var end = utf8.index(utf8.startIndex, offsetBy: limit)
        // Back to where a scalar begins: the searcher takes no broken UTF-8.
        while end > startIndex, end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        return String(self[..<end])
    }
}
