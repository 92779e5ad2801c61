import Foundation
import TestSupport
import Testing

@testable import Evaluation

@Suite("Hostile content in HTML reports")
struct HTMLHostileTests {
    /// Elements that a page is made of; anything else would come from data.
    private static let elements: Set<String> = [
        "html", "head", "meta", "title", "style", "body", "header", "main", "nav", "section", "article", "h1", "h2",
        "h3", "h4", "p", "ul", "li", "a", "div", "span", "strong", "bdi", "data", "table", "caption", "thead",
        "tbody", "tr", "th", "td", "figure", "figcaption", "details", "summary", "blockquote", "code", "dl", "dt",
        "dd", "svg", "desc", "line", "rect", "circle", "polyline", "polygon", "text",
    ]
    private static let attributes: Set<String> = [
        "lang", "xmlns", "charset", "name", "content", "http-equiv", "id", "class", "role", "aria-label",
        "aria-labelledby", "aria-hidden", "tabindex", "scope", "href", "value", "dir", "viewBox",
        "preserveAspectRatio", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "width", "height", "points",
        "text-anchor", "transform",
    ]
    private static let snippets = [
        "<script>alert(1)</script>", "</style><script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='x",
        "]]>", "<!--", "-->", "&lt;&amp;", "javascript:alert(1)", "\u{202E}gnp.exe", "\u{2066}", "\u{0}\u{7}\u{1B}[2J",
        "\u{FFFE}\u{FFFF}", "🙂👩‍👩‍👧", "日本語", "مرحبا", "a\u{301}\u{301}\u{301}", "\r\n\t", "{{name}}", "|*_`#",
        "\u{2028}", "\u{FEFF}", "%3Cscript%3E", "url(http://example.com/x)",
    ]

    private func check(_ html: String, _ note: Comment) throws -> PageElement {
        let page = try PageReader.read(html)
        for element in page.all {
            #expect(Self.elements.contains(element.name), note)
            for (name, value) in element.attributes {
                #expect(Self.attributes.contains(name), "\(name): \(note)")
                if name == "href" { #expect(value.hasPrefix("#"), note) }
            }
        }
        for scalar in html.unicodeScalars where scalar != "\n" {
            let category = scalar.properties.generalCategory
            #expect(category != .control && category != .lineSeparator, note)
            // The joiners belong to emoji and to several scripts.
            if category == .format { #expect(scalar.value == 0x200C || scalar.value == 0x200D, note) }
            #expect(!scalar.properties.isNoncharacterCodePoint, note)
        }
        let style = try #require(page.all("style").first).text
        #expect(style == ReportStyle.sheet.description)
        return page
    }

    @Test(arguments: [UInt64(31), 32, 33, 34, 35, 36])
    func `Names and texts from data are shown as they are and do nothing`(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        var names: [String] = []
        for index in 0..<30 {
            let parts = (0...Int.random(in: 0...3, using: &generator)).map { _ in
                Self.snippets.randomElement(using: &generator) ?? ""
            }
            names.append(parts.joined() + "\(index)")
        }
        let text = (0..<12).map { _ in Self.snippets.randomElement(using: &generator) ?? "" }.joined(separator: " ")
        let labels = seed % 2 == 0 ? 4 : 30
        let report = try PageSample.report(seed: seed, rows: 80, labels: labels, names: { names[$0] }, text: text)
        let page = try check(report.rendered(.html), "seed \(seed)")
        let shown = try #require(page.table("Figures of each label")).map { $0[0].text }
        for (name, label) in zip(names, shown) {
            // What comes back is what went in, but for marks that are spelt out.
            if name.printable == name, !name.unicodeScalars.contains(where: \.properties.isNoncharacterCodePoint) {
                #expect(label == name)
            }
            #expect(label.hasSuffix(String(name.suffix(1))))
        }
        #expect(page.all("blockquote").isEmpty == report.evaluation.confidentErrors.isEmpty)
    }

    @Test(.enabled(if: PythonOracle.isAvailable, Comment(rawValue: PythonOracle.skipReason)))
    func `A parser of HTML sees nothing harmful in the page either`() throws {
        let report = try PageSample.report(
            seed: 37, rows: 60, labels: Self.snippets.count, names: { Self.snippets[$0] + "\($0)" },
            text: Self.snippets.joined())
        struct Seen: Decodable { let tags: [String], attributes: [String] }
        let output = try PythonOracle.run(
            """
            import sys, json
            from html.parser import HTMLParser
            class P(HTMLParser):
                def __init__(self):
                    super().__init__(); self.tags = set(); self.attributes = set()
                def handle_starttag(self, tag, attrs):
                    self.tags.add(tag); self.attributes.update(k for k, v in attrs)
            p = P(); p.feed(sys.stdin.buffer.read().decode()); p.close()
            print(json.dumps({"tags": sorted(p.tags), "attributes": sorted(p.attributes)}))
            """, input: Data(report.rendered(.html).utf8))
        let seen = try JSONDecoder().decode(Seen.self, from: output)
        #expect(Set(seen.tags).isSubset(of: Set(Self.elements.map { $0.lowercased() })))
        #expect(Set(seen.attributes).isSubset(of: Set(Self.attributes.map { $0.lowercased() })))
    }

    @Test func `A text of ten megabytes, or one character of them, takes no more room than it is shown`() throws {
        for text in [
            String(repeating: "<b>x ", count: 2 << 20), "a" + String(repeating: "\u{301}", count: 1 << 18),
            String(repeating: "\u{202E}", count: 1 << 18), String(repeating: " ", count: 1 << 20),
        ] {
            let report = try PageSample.report(seed: 38, rows: 40, labels: 3, text: text)
            try #require(!report.evaluation.confidentErrors.isEmpty)
            let html = report.rendered(.html)
            #expect(html.utf8.count < 400_000)
            _ = try check(html, "long text")
        }
    }

    @Test func `Names that go on and on are cut in the middle`() throws {
        let long = String(repeating: "long ", count: 1 << 16)
        let report = try PageSample.report(seed: 40, rows: 40, labels: 3, names: { "\($0)\(long)\($0)" })
        let html = report.rendered(.html)
        #expect(html.utf8.count < 600_000)
        let page = try check(html, "long names")
        let shown = try #require(page.table("Figures of each label")).map { $0[0].text }
        #expect(shown.map { $0.prefix(5) + $0.suffix(2) } == (0..<3).map { "\($0)long \($0)" })
    }

    @Test func `Excerpts keep the beginning and the end`() {
        #expect(RowDetails.excerpt(of: "  a \n\t b  ") == "a b")
        #expect(RowDetails.excerpt(of: "") == "")
        let long = (0..<1000).map(String.init).joined(separator: " ")
        let excerpt = RowDetails.excerpt(of: long)
        #expect(excerpt.hasPrefix("0 1 2 3 ") && excerpt.hasSuffix(" 998 999") && excerpt.contains(" […] "))
        #expect(excerpt.count < 540)
    }

    @Test func `Without texts the page repeats none, and features of words are added up`() throws {
        var report = try PageSample.report(seed: 39, rows: 60, labels: 3, text: "verysecret")
        #expect(report.rendered(.html).contains("verysecret"))
        report.rows.texts = [:]
        for row in report.rows.explanations.keys {
            report.rows.explanations[row] = RowExplanation(
                answer: [
                    .init(name: "word:verysecret", weight: 1), .init(name: "word:secret b", weight: 0.5),
                    .init(name: "opening[0]:verysecret", weight: 0.25), .init(name: "structure:lines=1", weight: 0.2),
                ], label: [.init(name: "chars:<very", weight: 0.75)], bias: 0, showsWords: false)
        }
        for format in ReportFormat.allCases { #expect(!report.rendered(format).contains("secret")) }
        let page = try PageReader.read(report.rendered(.html))
        let reasons = try #require(page.all("article").first).text
        #expect(reasons.contains("+1.50word (all)") && reasons.contains("structure:lines=1"))
        #expect(page.first(id: "errors")?.text.contains("--show-texts") == true)
    }
}
