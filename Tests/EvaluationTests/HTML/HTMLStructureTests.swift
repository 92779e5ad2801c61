import Foundation
import TestSupport
import Testing

@testable import Evaluation

@Suite("HTML reports")
struct HTMLStructureTests {
    private static let sections = [
        "summary", "comparison", "labels", "confusion", "confidence", "slices", "costs", "errors", "contested",
        "leaks", "learning-curve", "about",
    ]

    @Test func `A page has its sections in order, and its contents lead to them`() throws {
        let page = try PageReader.read(try PageSample.report(seed: 1, rows: 90, labels: 4).rendered(.html))
        #expect(page.all("section").compactMap { $0.attributes["id"] } == Self.sections)
        let links = page.all("a").compactMap { $0.attributes["href"] }
        #expect(links == Self.sections.map { "#" + $0 })
        #expect(page.attributes["lang"] == "en")
        #expect(page.all("h1").count == 1)
        #expect(page.all("style").count == 1)
    }

    @Test func `What was not asked for has no section`() throws {
        let page = try PageReader.read(try ReportSample.evaluation().report(.html, header: ReportSample.header))
        let ids = page.all("section").compactMap { $0.attributes["id"] }
        #expect(!ids.contains("comparison") && !ids.contains("leaks"))
        #expect(page.first(id: "costs")?.text.contains("No costs were given") == true)
        #expect(page.first(id: "summary")?.text.contains("Intervals: bootstrap, 50 resamples, seed 7.") == true)
    }

    @Test func `Everything can be read out: captions, titles, headings of rows, labels that exist`() throws {
        let page = try PageReader.read(try PageSample.report(seed: 2, rows: 90, labels: 30).rendered(.html))
        for table in page.all("table") {
            #expect(table.children.first?.name == "caption")
            #expect(table.all("th").allSatisfy { ["col", "row"].contains($0.attributes["scope"]) })
            let columns = table.all("thead").first?.all("tr").first?.children.count
            for row in table.all("tbody").flatMap(\.children) { #expect(row.children.count == columns) }
        }
        let ids = page.all.compactMap { $0.attributes["id"] }
        #expect(Set(ids).count == ids.count)
        for element in page.all {
            for name in element.attributes["aria-labelledby"]?.split(separator: " ") ?? [] {
                #expect(ids.contains(String(name)), "\(name)")
            }
        }
        for drawing in page.all("svg") where drawing.attributes["aria-hidden"] != "true" {
            #expect(drawing.attributes["role"] == "img")
            #expect(drawing.children.prefix(2).map(\.name) == ["title", "desc"])
            #expect(drawing.children.prefix(2).allSatisfy { !$0.text.isEmpty })
        }
        #expect(page.all("svg").count { $0.attributes["role"] == "img" } == 5)
    }

    @Test func `Both plots name their axes with units, and have legends`() throws {
        let page = try PageReader.read(try PageSample.report(seed: 3, rows: 90, labels: 3).rendered(.html))
        for (id, names) in [
            ("reliability", ["confidence, %", "accuracy, %", "rows"]),
            ("risk-coverage", ["rows answered, the most confident first, %", "of these wrong, %"]),
        ] {
            let figure = try #require(page.first(id: id))
            let axes = figure.all("text").filter { $0.attributes["class"] == "axis-name" }.map(\.text)
            #expect(Set(axes) == Set(names))
            #expect(figure.all("text").count { $0.attributes["class"] == "tick" } >= 8)
            #expect(figure.all("figcaption").first?.all("li").isEmpty == false)
        }
    }

    @Test(arguments: PageSample.Accuracy.allCases, [(1, 1), (1, 2), (2, 3), (40, 24), (60, 25), (200, 150)])
    func `Drawings stay inside their frame, and nothing is not a number`(
        accuracy: PageSample.Accuracy, size: (rows: Int, labels: Int)
    ) throws {
        for seed in UInt64(10)..<12 {
            let bootstrap = seed == 10 ? Bootstrap.none : try .few(10, seed: seed)
            let html = try PageSample.report(
                seed: seed, rows: size.rows, labels: size.labels, bootstrap: bootstrap, accuracy: accuracy
            ).rendered(.html)
            let page = try PageReader.read(html)
            let note: Comment = "seed \(seed), \(accuracy), \(size)"
            for drawing in page.all("svg") { try check(drawing, note) }
            for value in page.all("data") {
                let number = try #require(value.attributes["value"].flatMap(Double.init), note)
                #expect(number.isFinite, note)
                #expect(!value.text.isEmpty, note)
            }
            let words = page.text.lowercased()
            #expect(!words.contains("nan ") && !words.contains("inf "), note)
        }
    }

    private func check(_ drawing: PageElement, _ note: Comment) throws {
        let box = try #require(drawing.attributes["viewBox"]).split(separator: " ").compactMap { Double($0) }
        try #require(box.count == 4 && box[0] == 0 && box[1] == 0)
        func place(_ element: PageElement, _ name: String) throws -> Double {
            let value = try #require(element.attributes[name].flatMap(Double.init), note)
            #expect(value.isFinite, note)
            return value
        }
        let horizontal = 0...box[2]
        let vertical = 0...box[3]
        for element in drawing.all {
            switch element.name {
            case "line":
                for name in ["x1", "x2"] { #expect(horizontal.contains(try place(element, name)), note) }
                for name in ["y1", "y2"] { #expect(vertical.contains(try place(element, name)), note) }
            case "rect":
                let (x, y) = (try place(element, "x"), try place(element, "y"))
                let (width, height) = (try place(element, "width"), try place(element, "height"))
                #expect(width >= 0 && height >= 0, note)
                // Both ends are rounded to a hundredth.
                #expect(x >= 0 && x + width <= box[2] + 0.02 && y >= 0 && y + height <= box[3] + 0.02, note)
            case "circle":
                #expect(horizontal.contains(try place(element, "cx")), note)
                #expect(vertical.contains(try place(element, "cy")), note)
            case "text":
                #expect(horizontal.contains(try place(element, "x")), note)
                #expect(vertical.contains(try place(element, "y")), note)
            case "polyline", "polygon":
                for point in (element.attributes["points"] ?? "").split(separator: " ") {
                    let parts = point.split(separator: ",").compactMap { Double($0) }
                    try #require(parts.count == 2, note)
                    #expect(horizontal.contains(parts[0]) && vertical.contains(parts[1]), note)
                }
            default: break
            }
        }
    }

    @Test func `The same report gives the same bytes, whatever the number of threads`() throws {
        let pages = try [1, 3, 3].map {
            try PageSample.report(seed: 4, rows: 120, labels: 5, bootstrap: .few(40, threads: $0)).rendered(.html)
        }
        #expect(Set(pages).count == 1)
    }
}
