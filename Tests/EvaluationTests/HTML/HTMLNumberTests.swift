import Foundation
import TestSupport
import Testing

@testable import Evaluation

@Suite("Numbers in HTML reports")
struct HTMLNumberTests {
    private func both(_ seed: UInt64) throws -> (page: PageElement, json: [String: Any]) {
        let report = try PageSample.report(seed: seed, rows: 150, labels: 4)
        // JSONSerialization of Foundation on Linux is off in the last bit of some numbers; the decoder is not.
        let json = try JSONDecoder().decode(DecodedJSON.self, from: Data(report.rendered(.json).utf8)).value
        return (try PageReader.read(report.rendered(.html)), try #require(json as? [String: Any]))
    }

    @Test(arguments: [UInt64(21), 22, 23])
    func `The headline figures are those of the JSON, and are shown rounded`(seed: UInt64) throws {
        let (page, json) = try both(seed)
        let rows = try #require(page.table("Figures"))
        #expect(rows.count == Metric.allCases.count)
        for (metric, row) in zip(Metric.allCases, rows) {
            let value = try #require(json[metric.rawValue] as? Double)
            #expect(row[1].values == [value])
            let interval = try #require(json[metric.rawValue + "_ci95"] as? [Double])
            let isShare = metric != .logLoss && metric != .brier
            #expect(row[1].text == (isShare ? decimal(100 * value, digits: 1) + "\u{A0}%" : decimal(value, digits: 3)))
            for end in interval {
                #expect(row[2].text.contains(isShare ? decimal(100 * end, digits: 1) : decimal(end, digits: 3)))
            }
        }
        let baselines = try #require(json["baselines"] as? [String: [String: Any]])
        #expect(rows[0][3].values == [try #require(baselines["majority"]?["accuracy"] as? Double)])
        #expect(rows[0][4].values == [try #require(baselines["random"]?["accuracy"] as? Double)])
    }

    @Test(arguments: [UInt64(24), 25])
    func `Tables of labels, confusion, confidence and slices are those of the JSON`(seed: UInt64) throws {
        let (page, json) = try both(seed)
        let perLabel = try #require(json["per_label"] as? [String: [String: Double]])
        for row in try #require(page.table("Figures of each label")) {
            let figures = try #require(perLabel[row[0].text])
            #expect(
                row[1].values + row[2].values + row[3].values + row[5].values
                    == ["precision", "recall", "f1", "support"].compactMap { figures[$0] })
        }
        let confusion = try #require(json["confusion"] as? [String: Any])
        let matrix = try #require(confusion["matrix"] as? [[Double]])
        let drawn = try #require(page.table("Confusion: rows are truth, columns are answer"))
        #expect(drawn.map { $0.dropFirst().dropLast().flatMap(\.values) } == matrix)
        let bins = try #require((json["reliability"] as? [String: Any])?["bins"] as? [[String: Any]])
        #expect(
            try #require(page.table("Accuracy by confidence")).map { $0.flatMap(\.values) }
                == bins.map { bin in ["confidence", "accuracy", "weight"].compactMap { bin[$0] as? Double } })
        let curve = try #require(json["coverage_curve"] as? [[String: Double]])
        #expect(
            try #require(page.table("Accuracy of the most confident rows")).map { $0.flatMap(\.values) }
                == curve.map { point in ["covered", "threshold", "accuracy"].compactMap { point[$0] } })
        let slices = try #require(json["slices"] as? [String: [String: Any]])
        let (column, slice) = try #require(slices.first)
        let values = try #require(slice["values"] as? [[String: Any]])
        let table = try #require(page.table("Accuracy by \(column)"))
        #expect(table.map { $0[1].values } == values.map { [$0["accuracy"] as? Double ?? .nan] })
        #expect(table.map { $0[3].values } == values.map { [$0["rows"] as? Double ?? .nan] })
    }

    @Test(arguments: [UInt64(26), 27])
    func `Costs, leaks and the comparison are those of the JSON`(seed: UInt64) throws {
        let (page, json) = try both(seed)
        let costs = try #require(json["costs"] as? [String: Any])
        let rules = try #require(page.table("Cost by rule"))
        for (row, name) in [(0, "most_probable"), (1, "least_expected_cost")] {
            let rule = try #require(costs[name] as? [String: Any])
            #expect(rules[row].flatMap(\.values) == [rule["cost"], rule["accuracy"]].compactMap { $0 as? Double })
        }
        #expect(rules[2][1].values == [try #require(costs["difference"] as? Double)])
        let leaks = try #require(json["leaks"] as? [String: Any])
        let section = try #require(page.first(id: "leaks"))
        #expect(
            section.values.prefix(2).map(Int.init)
                == [leaks["exact"], leaks["normalized"]].compactMap { ($0 as? Double).map(Int.init) })
        let comparison = try #require(json["comparison"] as? [String: Any])
        let differences = try #require(page.table("Differences of the figures"))
        let names = Metric.allCases.map(\.rawValue) + ["cost"]
        #expect(differences.count == names.count)
        for (row, name) in zip(differences, names) {
            let figure = try #require(comparison[name] as? [String: Any], "\(name)")
            #expect(
                row.flatMap(\.values)
                    == ["model", "reference", "difference"].compactMap { figure[$0] as? Double }, "\(name)")
        }
        #expect(page.all("article").count == (json["errors"] as? [Any])?.count)
    }
}

/// Any JSON, numbers read as they are written.
private struct DecodedJSON: Decodable {
    let value: Any?

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            value = nil
        } else if let number = try? container.decode(Double.self) {
            value = number
        } else if let text = try? container.decode(String.self) {
            value = text
        } else if let isTrue = try? container.decode(Bool.self) {
            value = isTrue
        } else if let numbers = try? container.decode([Double].self) {
            value = numbers
        } else if let matrix = try? container.decode([[Double]].self) {
            value = matrix
        } else if let list = try? container.decode([DecodedJSON].self) {
            value = list.map(\.value)
        } else {
            value = try container.decode([String: DecodedJSON].self).mapValues(\.value)
        }
    }
}
