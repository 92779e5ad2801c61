/// Tokens of a text as large language models count them, without any one model's vocabulary.
///
/// Four ASCII characters a token, two letters of two bytes (Cyrillic, Greek, Arabic and their kin), one of three (Han
/// and the scripts of southern Asia), and two tokens for a scalar of four (emoji). It errs by some tens of per cent
/// either way, which is why a caller that has counted says so.
public enum TokenEstimate {
    /// The estimate, rounded up; O(bytes).
    public static func tokens(of text: String) -> Int {
        var text = text
        return text.withUTF8 { utf8 in
            var (ascii, two, three, four) = (0, 0, 0, 0)
            for byte in utf8 {
                ascii &+= byte < 0x80 ? 1 : 0
                two &+= byte >= 0xC0 && byte < 0xE0 ? 1 : 0
                three &+= byte >= 0xE0 && byte < 0xF0 ? 1 : 0
                four &+= byte >= 0xF0 ? 1 : 0
            }
            return (ascii + 2 * two + 4 * three + 8 * four + 3) / 4
        }
    }
}
