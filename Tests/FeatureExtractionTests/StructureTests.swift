import Testing

@testable import FeatureExtraction

@Suite struct StructureTests {
    /// One text and some of its structure features; nil for those it must not have.
    struct Example: Sendable, CustomTestStringConvertible {
        var text: String
        var expected: [String: String?]
        var testDescription: String { String(text.prefix(40)).debugDescription }

        init(_ text: String, _ expected: [String: String?]) {
            self.text = text
            self.expected = expected
        }
    }

    private func check(_ example: Example) {
        let found = structure(example.text)
        for (name, value) in example.expected { #expect(found[name] == value, "\(name)") }
    }

    @Test(
        "code fences and their language",
        arguments: [
            Example("```swift\nlet a\n```", ["codeFences": "2", "fenceLanguage": "named"]),
            Example("``` swift\n```", ["codeFences": "2", "fenceLanguage": nil]),
            Example("use `x` and ``y``", ["codeFences": nil]),
            Example("```\n```\n```\n```\n```\n```\n```", ["codeFences": "6+"]),
        ])
    func fences(example: Example) { check(example) }

    @Test("the language of a fence is part of the feature")
    func fenceLanguages() {
        func slots(_ text: String) -> [UInt32] { ExtractionInput(text).extract()[.structure] }
        #expect(slots("```rust\nx\n```") != slots("```ruby\nx\n```"))
        #expect(slots("```RUBY\nx\n```").filter(slots("```ruby\nx\n```").contains).count >= 10)
    }

    @Test(
        "lists, headings, quotes and tables",
        arguments: [
            Example("- a\n- b\n* c\n• d", ["bullets": "4-5", "deliverables": "4"]),
            Example("-a\n--flag\na - b", ["bullets": nil]),
            Example("  - a\n\t- b", ["bullets": "2", "indentedLines": "2"]),
            Example("1. a\n2) b\n3.c\nx 4. d", ["numberedItems": "2"]),
            Example("# a\n## b\n#include", ["headings": "3"]),
            Example("> a\n>b\nc > d", ["quotedLines": "2"]),
            Example("| a | b |\n|---|---|\n| 1 | 2 |\na | b", ["tableLines": "2"]),
            Example("a,b,c\n1,2,3\nx, y", ["csvLines": "2"]),
            Example("a\n\n\nb\n", ["blankLines": "3", "lines": "4-5"]),
        ])
    func lists(example: Example) { check(example) }

    @Test(
        "URLs and paths",
        arguments: [
            Example("see https://a.b/c and ftp://x/y.z", ["urls": "2", "paths": "2"]),
            Example("a / b // c", ["urls": nil, "paths": nil]),
            Example("./src/main.c or and/or", ["paths": "3"]),
        ])
    func places(example: Example) { check(example) }

    @Test(
        "stack traces and failures",
        arguments: [
            Example(
                "Exception: boom\n    at a.B.c(D.java:3)\n    at e.f(G.java:9)",
                ["stackTraces": "2", "failureWords": "1"]),
            Example("look at foo(bar)", ["stackTraces": nil]),
            Example("TypeError, segfault and other errors", ["failureWords": "3+"]),
            Example("the mistake", ["failureWords": nil]),
        ])
    func failures(example: Example) { check(example) }

    @Test(
        "formulas",
        arguments: [
            Example("$\\frac{a}{\\sqrt b}$", ["latexCommands": "2", "dollarSigns": "2"]),
            Example("\\alpha \\beta \\gamma", ["latexCommands": "3"]),
            Example("C:\\ \\1 \\{x", ["latexCommands": nil]),
            Example("a = b == c", ["equalsSigns": "3"]),
        ])
    func formulas(example: Example) { check(example) }

    @Test(
        "JSON keys",
        arguments: [
            Example("{\"a\": 1, \"b\":{\"c\":[]}}", ["jsonKeys": "3"]),
            Example("\"a\" : 1 and a: b", ["jsonKeys": nil]),
        ])
    func json(example: Example) { check(example) }

    @Test(
        "requested length, in words",
        arguments: [
            Example("an 800-word essay", ["requestedWords": "768-1023"]),
            Example("800 words", ["requestedWords": "768-1023"]),
            Example("1,000 words", ["requestedWords": "768-1023"]),
            Example("12,000 words", ["requestedWords": "8192-12287"]),
            Example("two pages", ["requestedWords": "768-1023"]),
            Example("two hundred words", ["requestedWords": "192-255"]),
            Example("three thousand words", ["requestedWords": "2048-3071"]),
            Example("in one sentence", ["requestedWords": "16-23"]),
            Example("5 short lines", ["requestedWords": "48-63"]),
            Example("800字の文章", ["requestedWords": "384-511"]),
            Example("500 단어", ["requestedWords": "384-511"]),
            Example("८०० शब्द", ["requestedWords": "768-1023"]),
            Example("10 apples and many words", ["requestedWords": nil]),
            Example("in other words", ["requestedWords": nil]),
            Example("99999999999999999999 chapters", ["requestedWords": "17179869184-25769803775"]),
        ])
    func requestedWords(example: Example) { check(example) }

    @Test(
        "questions and sentences",
        arguments: [
            Example("Why? How? Tell me.", ["questionMarks": "2", "endsWithQuestion": nil, "sentences": "3"]),
            Example("Is it so?", ["questionMarks": "1", "endsWithQuestion": "yes", "sentences": "1"]),
            Example("هل هذا صحيح؟", ["questionMarks": "1", "endsWithQuestion": "yes"]),
            Example("真的吗？", ["questionMarks": "1", "endsWithQuestion": "yes"]),
            Example("Pi is 3.14 today", ["questionMarks": nil, "sentences": "0"]),
            Example("一。二。三", ["sentences": "2"]),
            Example("???????", ["questionMarks": "6+"]),
        ])
    func questions(example: Example) { check(example) }

    @Test(
        "scripts and languages",
        arguments: [
            Example("what is the time for this", ["script": "Latin", "secondScript": nil, "language": "en"]),
            Example("wie ist das und für mich", ["language": "de"]),
            Example("que faço com uma função em português e não você", ["language": "pt"]),
            Example("как это сделать и почему", ["script": "Cyrillic", "language": "ru"]),
            Example("這是 Python 的漢字", ["script": "Han", "secondScript": "Latin", "language": nil]),
            Example("ひらがな と カタカナ", ["script": "Hiragana", "secondScript": "Katakana"]),
            Example("ＦＵＬＬ ｗｉｄｔｈ", ["script": "Latin", "secondScript": nil]),
            Example("ﾊﾝｶｸ", ["script": "Katakana"]),
            Example("12 34", ["script": nil, "language": nil]),
            Example("ॐ нет", ["script": "Cyrillic", "secondScript": "Devanagari"]),
        ])
    func languages(example: Example) { check(example) }

    @Test("context and documents say nothing about the script and the language of the ask")
    func scriptOfTheAsk() {
        var input = ExtractionInput("yes please")
        input.context = Array("как это сделать и почему нет?".utf8)
        input.document = Array("漢字漢字漢字".utf8)
        #expect(structure(input)["script"] == "Latin")
        #expect(structure(input)["secondScript"] == nil)
        #expect(structure(input)["language"] == nil)
        #expect(structure(input)["questionMarks"] == nil)
    }

    @Test(
        "lengths and shares",
        arguments: [
            Example(
                "",
                ["bytes": "0", "tokens": "0", "lines": "1", "averageWordLength": "0.0", "digitShare": "0%"]),
            Example(
                "ab cd",
                ["bytes": "4-5", "tokens": "2", "averageWordLength": "2.0", "spaceShare": "16.0-32.0%"]),
            Example("1234", ["digitShare": "over 64.0%", "numbers": "1"]),
            Example("ABC", ["capitalShare": "over 64.0%"]),
            Example("{{{}}}", ["codeSymbolShare": "over 64.0%", "punctuationShare": "0%"]),
            Example("ééé", ["nonASCIIShare": "over 64.0%"]),
        ])
    func sizes(example: Example) { check(example) }

    @Test("what surrounds the ask")
    func surroundings() {
        var input = ExtractionInput("next")
        #expect(structure(input)["turns"] == nil)
        input.surroundings = FeatureSurroundings(turns: 3, tools: 12, systemBytes: 1000, attachments: 1)
        input.context = Array("before".utf8)
        input.document = Array("pasted text".utf8)
        let found = structure(input)
        #expect(found["turns"] == "3")
        #expect(found["tools"] == "12-15")
        #expect(found["systemBytes"] == "768-1023")
        #expect(found["attachments"] == "1")
        #expect(found["contextBytes"] == "6-7")
        #expect(found["documentBytes"] == "8-11")
    }

    @Test("logarithmic bins hold the values that their names say")
    func logarithmicBins() {
        for value in 0...100_000 {
            let name = StructureBin.describeLogarithmic(StructureBin.logarithmic(value))
            let bounds = name.split(separator: "-").compactMap { Int($0) }
            #expect((bounds[0]...(bounds.last ?? bounds[0])).contains(value))
        }
        #expect(StructureBin.logarithmic(.max) == 126)
    }

    @Test("share bins double")
    func shareBins() {
        #expect(StructureBin.share(0, of: 5) == 0)
        #expect(StructureBin.share(5, of: 0) == 0)
        #expect(StructureBin.share(1, of: 1_000_000) == 1)
        #expect(StructureBin.share(25, of: 10_000) == 1)
        #expect(StructureBin.share(26, of: 10_000) == 2)
        #expect(StructureBin.share(6400, of: 10_000) == 9)
        #expect(StructureBin.share(6401, of: 10_000) == 10)
        #expect(StructureBin.share(1, of: 1) == 10)
    }
}
