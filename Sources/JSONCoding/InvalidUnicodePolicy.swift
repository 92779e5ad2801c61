/// What to do with text that no Unicode string can hold: invalid UTF-8, a lone surrogate escaped in JSON.
public enum InvalidUnicodePolicy: Sendable {
    /// Report it as an error.
    case reject
    /// Put U+FFFD in its place, as the Unicode standard (section 3.9) recommends.
    case repair
}
