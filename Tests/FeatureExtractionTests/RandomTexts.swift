import FeatureExtraction
import TestSupport

/// Random texts that visit every rule of `docs/features.md`: all scripts, words with a meaning, code, lists,
/// white space of all kinds, digits, emoji, and bytes that are not UTF-8.
struct RandomTexts {
    var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    private static let snippets = [
        "the", "what", "por", "für", "नहीं", "की", "من", "הוא", "не", "wörter", "words", "word", "sentences",
        "字", "文字",
        "pages", "hundred", "thousand", "two", "three", "at", "file", "File", "error", "Traceback",
        "TypeError", "don't",
        "it’s", "'", "’", "\"key\": 1", "\"k\":", "\":", "https://", "://", "a/b", "/usr/lib", "./x.y", "```",
        "```swift",
        "``` ", "```漢字", "````", "\\frac{a}{b}", "\\\\", "\\[x\\]", "$", "$$", "==", "=>", "::", "();", "->",
        "{}", "|", "||",
        "| a | b |", "a,b,c", "1,000", "2.500", "800", "12", "007", "99999999999", "3.14", "-", "- ", "* ",
        "• ", "– ", "· ",
        "● ", "# ", "## ", "> ", "1. ", "2) ", "10.", "?", "!", ".", "...", "?!", "؟", "。", "।", "｡", "۔",
        "？", "！", "．",
        "，", "¿", "\u{37E}", "\n", "\n", "\r\n", "\r", "\u{B}", "\u{C}", "\u{85}", "\u{2028}", "\u{2029}",
        " ", " ", " ", "  ",
        "    ", "\t", "\u{A0}", "\u{3000}", "\u{0}", "\u{7}", "\u{7F}", "\u{FEFF}", "\u{AD}", "\u{200B}",
        "\u{200C}",
        "\u{200D}", "\u{FE0F}", "\u{E0100}", "\u{180B}", "\u{301}", "\u{20E3}", "😀", "👍🏽", "🇫🇷", "❤️", "½", "²",
        "①", "Ⅷ",
        "ß", "ẞ", "İ", "ı", "ſ", "ǅ", "Σ", "ς", "Ａ", "ｂ", "７", "ﾊﾝ", "ﬀ", "𝐀", "𝟙", "८००", "١٢٣", "٣", "๓",
        "漢", "字", "かな", "カナ",
        "ー", "ไทย", "ລາວ", "ខ្មែរ", "မြန်", "བོད", "한국어", "Ελλ", "рус", "հայ", "ქარ", "አማ", "ᠮᠣ", "_", "__init__",
        "x_1",
        "at com.a.B(C.java:1)", "foo(bar)", "(", "  at x(", "camelCase", "'tis", "rock'n'roll", "90's",
        "e'\u{301}",
    ]

    mutating func bytes(upTo count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        let count = Int.random(in: 0...count, using: &random)
        let spacing = Int.random(in: 0...3, using: &random)
        let ill = Int.random(in: 0...5, using: &random) == 0
        while bytes.count < count {
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<9: bytes += random.pick(Self.snippets).utf8
            case 9..<12: bytes += word()
            case 12: bytes += scalars(in: 0...0x10FFFF)
            case 13: bytes += scalars(in: 0x80...0x2FFF)
            case 14: bytes += scalars(in: 0x3000...0xFFFF)
            case 15: bytes += scalars(in: 0x20...0x7E)
            case 16:
                bytes +=
                    String(
                        UInt64.random(in: 0...UInt64.max, using: &random)
                            >> UInt64.random(in: 0...63, using: &random)
                    ).utf8
            case 17: bytes += repeated()
            default:
                if ill { bytes += illFormed() }
            }
            if spacing > 0, Int.random(in: 0..<spacing, using: &random) == 0 { bytes.append(0x20) }
        }
        return bytes
    }

    private mutating func word() -> [UInt8] {
        let letters = Array("etaoinshrdlucmfwypvbgkjqxzETAOINSHR".utf8)
        return (0..<Int.random(in: 1...10, using: &random)).map { _ in random.pick(letters)
        }
    }

    private mutating func scalars(in range: ClosedRange<UInt32>) -> [UInt8] {
        // Neighbours, so that runs in one script occur.
        let first = UInt32.random(in: range, using: &random)
        var text = ""
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            if let scalar = Unicode.Scalar(min(first + UInt32.random(in: 0...60, using: &random), 0x10FFFF)) {
                text.unicodeScalars.append(scalar)
            }
        }
        return Array(text.utf8)
    }

    private mutating func repeated() -> [UInt8] {
        let text = random.pick(Self.snippets)
        return Array(String(repeating: text, count: Int.random(in: 1...80, using: &random)).utf8)
    }

    private mutating func illFormed() -> [UInt8] {
        let starts: [UInt8] = [
            0x80, 0xBF, 0xC0, 0xC1, 0xC2, 0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xFF,
        ]
        let next: [UInt8] = [0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0x41, 0xE2]
        return [random.pick(starts)]
            + (0..<Int.random(in: 0...3, using: &random)).map { _ in random.pick(next) }
    }

    /// Settings of all kinds; small windows, so that short texts are cut too.
    mutating func settings() -> FeatureSettings {
        if Bool.random(using: &random) { return FeatureSettings() }
        let shortest = Int.random(in: 1...5, using: &random)
        return FeatureSettings(
            bucketBits: (0..<FeatureFamily.count).map { _ in Int.random(in: 4...20, using: &random) },
            maximumWordOrder: Int.random(in: 1...3, using: &random),
            characterOrders: shortest...Int.random(in: shortest...5, using: &random),
            askWindow: Int.random(in: 64...300, using: &random),
            otherWindow: Int.random(in: 64...100, using: &random))
    }

    mutating func input(upTo count: Int) -> ExtractionInput {
        var input = ExtractionInput(bytes(upTo: count))
        if Int.random(in: 0...3, using: &random) == 0 {
            input.context = bytes(upTo: count)
            input.document = bytes(upTo: count)
            input.surroundings = FeatureSurroundings(
                turns: Int.random(in: 1...9, using: &random), tools: Int.random(in: 0...40, using: &random),
                systemBytes: Int.random(in: 0...100_000, using: &random),
                attachments: Int.random(in: 0...3, using: &random))
        }
        return input
    }
}

extension SplitMix64 {
    /// One of `elements`, which must not be empty.
    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: elements.indices, using: &self)]
    }
}
