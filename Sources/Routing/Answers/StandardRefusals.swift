/// How English answers say that they will not answer.
///
/// Taken together with what an operator's own models say; a refusal in other words or languages is not found.
enum StandardRefusals {
    /// Regular expressions, case ignored.
    static let patterns = [
        #"^\W*(i['’]m|i am|we['’]re|we are)( \w+)? sorry\b[^.!?\n]{0,60}\b(can(not|['’]?t)|unable|not able|won['’]?t)\b"#,
        #"\b(i|we) (can(not| not|['’]?t)|could(n['’]t| not)|won['’]?t|will not|am (unable|not able) to|are (unable|not able) to|['’]m (unable|not able) to) (help|assist|comply|provide|answer|fulfil+|continue|create|generate|engage|support|discuss|participate)\b"#,
        #"\b(i['’]m|i am) (unable|not able|not allowed|not permitted) to (help|assist|comply|provide|answer|fulfil+|create|generate|engage|discuss)\b"#,
        #"\bas an? (ai|artificial intelligence|(large )?language model)\b"#,
        #"\b(goes|is|would be) against (my|our) (guidelines|polic(y|ies)|programming|principles)\b"#,
    ]

    /// Compiled once; a test holds that they are sound.
    private static let set = try? PatternSet(
        patterns.map { PatternSet.Pattern(text: $0, isLiteral: false, ignoresCase: true) })

    /// Whether a text says so.
    static func isRefusal(_ text: String) -> Bool { set?.matches(in: text).isEmpty == false }
}
