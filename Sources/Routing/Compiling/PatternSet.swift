internal import CRegularExpressions

/// Texts and regular expressions that are searched for together, in one pass over a text.
///
/// RE2 (Cox, "Regular Expression Matching in the Wild", 2010) builds one deterministic automaton for all of them, state
/// by state as texts ask for it: O(length of the text), however many patterns there are and whatever they say.
final class PatternSet: @unchecked Sendable {
    // Sendable: the set is changed in `init` only; afterwards RE2 takes its own locks.

    /// A pattern.
    struct Pattern: Hashable {
        var text: String
        var isLiteral: Bool
        var ignoresCase: Bool
    }

    /// Why a pattern cannot be used, as the end of a sentence.
    struct Failure: Error {
        var reason: String
        /// The pattern's number; nil where it is about all together.
        var pattern: Int?
    }

    /// Bytes of one pattern; a longer one is a list that belongs into the table or into metadata.
    static let lengthLimit = 1000
    /// Instructions that one pattern may compile to, which bounds memory: `\pL{1000}` has some hundred thousand.
    static let programLimit = 20_000
    /// Patterns of a policy.
    static let countLimit = 2000

    private let set: OpaquePointer?
    /// Number of patterns.
    let count: Int

    /// Instructions of all patterns together.
    ///
    /// RE2's automata take a step a byte. Where a hostile text makes them outgrow their memory, a byte costs a step for
    /// each instruction, each of some ten nanoseconds; who searches long texts bounds the product.
    var size: Int { self.set.map { Int(tasktype_pattern_set_size($0)) } ?? 0 }

    /// A set of patterns, none of which is empty or longer than `lengthLimit`.
    ///
    /// - Parameter programLimit: instructions that one pattern may compile to.
    init(_ patterns: [Pattern], programLimit: Int = PatternSet.programLimit) throws(Failure) {
        count = patterns.count
        set = tasktype_pattern_set_create()
        for (index, pattern) in patterns.enumerated() {
            if let reason = Self.add(pattern, to: set, programLimit) { throw Failure(reason: reason, pattern: index) }
        }
        guard set != nil, tasktype_pattern_set_compile(set) == 0 else {
            throw Failure(reason: "the patterns of all rules together need too much memory; simplify or remove some")
        }
    }

    deinit { tasktype_pattern_set_destroy(set) }

    /// What is wrong with a pattern and what to do; nil where it is fit.
    static func problem(of pattern: Pattern, programLimit: Int = PatternSet.programLimit) -> String? {
        if pattern.text.isEmpty { return "is empty; write what should be found" }
        guard pattern.text.utf8.count <= lengthLimit else {
            return "has \(pattern.text.utf8.count) bytes, more than \(lengthLimit); shorten it or make several rules"
        }
        let set = tasktype_pattern_set_create()
        defer { tasktype_pattern_set_destroy(set) }
        return add(pattern, to: set, programLimit)
    }

    private static func add(_ pattern: Pattern, to set: OpaquePointer?, _ programLimit: Int) -> String? {
        guard let set else { return "cannot be compiled: there is no memory left" }
        var text = pattern.text
        var message = [CChar](repeating: 0, count: 256)
        let status = text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) { characters in
                tasktype_pattern_set_add(
                    set, characters.baseAddress, characters.count, pattern.isLiteral ? 1 : 0,
                    pattern.ignoresCase ? 1 : 0, Int32(programLimit), &message, message.count)
            }
        }
        let reason = String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        switch status {
        case 0: return nil
        case 2: return "is too large once compiled (\(reason)); make its repetitions smaller or its classes narrower"
        default:
            return
                "is not a regular expression: \(reason); note that look-around and back-references do not exist here"
        }
    }

    /// Sets the bit of each pattern that `text` contains.
    func match(_ text: String, into bits: inout [UInt64]) {
        guard count > 0 else { return }
        var text = text
        text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) { characters in
                // An empty buffer may have no address, which the other side takes for no text.
                tasktype_pattern_set_match(set, characters.baseAddress, characters.count, &bits)
            }
        }
    }

    /// The patterns that `text` contains, by their numbers.
    func matches(in text: String) -> [Int] {
        var bits = [UInt64](repeating: 0, count: (count + 63) / 64)
        match(text, into: &bits)
        return (0..<count).filter { bits[$0 >> 6] >> UInt64($0 & 63) & 1 == 1 }
    }
}
