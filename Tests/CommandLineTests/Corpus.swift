import Foundation
import TestSupport

/// A labelled request of the tests' own making.
struct LabelledText {
    var text: String
    var label: String
}

/// Small seeded collections of requests that a model can learn.
enum Corpus {
    static let labels = ["code", "complex", "reasoning", "simple"]

    private static let openings: [String: [String]] = [
        "code": [
            "Write a Swift function that", "Fix the bug in this Python script, which",
            "Refactor the class so that it",
            "Add a unit test to the module that", "Why does my compiler complain about the struct that",
        ],
        "complex": [
            "Draft a five-year plan for a harbour that", "Compare three strategies for a hospital which",
            "Write a report for the board on the museum that", "Design a curriculum for a school that",
            "Propose, with budget and risks, a campaign for a city that",
        ],
        "reasoning": [
            "Prove that every integer which", "A train and a boat start at noon; work out when the one that",
            "How many ways are there to seat guests if each", "Deduce who lied, knowing that one of them",
            "If all the lamps follow the rule that a switch", "Show step by step why a sequence that",
        ],
        "simple": [
            "What is the capital of the country that", "Who painted the picture which",
            "When was the bridge built that",
            "Define the word for a person who", "Translate into French: the cat that",
        ],
    ]
    private static let endings = [
        "sorts its rows twice", "keeps the oldest entry", "crosses the river at night",
        "has four red corners",
        "returns an empty list", "sings before breakfast", "divides by seven", "never meets its neighbour",
        "opens on Mondays", "counts the swallows", "forgets the last value", "carries salt to the hills",
    ]

    /// `count` requests, the labels in turn, texts repeated hardly ever.
    static func texts(_ count: Int, seed: UInt64, labels: [String] = labels) -> [LabelledText] {
        var generator = SplitMix64(seed: seed)
        return (0..<count).map { index in
            let label = labels[index % labels.count]
            let opening = openings[label]?.randomElement(using: &generator) ?? ""
            let first = endings.randomElement(using: &generator) ?? ""
            let second = endings.randomElement(using: &generator) ?? ""
            let number = Int.random(in: 2...9999, using: &generator)
            return LabelledText(text: "\(opening) \(first) and \(second), case \(number).", label: label)
        }
    }

    /// A CSV of `rows`, with further columns where `extra` names some.
    static func csv(_ rows: [LabelledText], extra: [(name: String, value: (Int) -> String)] = []) -> String {
        var text = (["text", "label"] + extra.map(\.name)).joined(separator: ",") + "\n"
        for (index, row) in rows.enumerated() {
            let fields =
                ["\"\(row.text.replacing("\"", with: "\"\""))\"", row.label] + extra.map { $0.value(index) }
            text += fields.joined(separator: ",") + "\n"
        }
        return text
    }

    /// The same as JSON Lines, with an identifier for each row.
    static func jsonLines(_ rows: [LabelledText]) throws -> String {
        let encoder = JSONEncoder()
        return try rows.enumerated().map { index, row in
            let object = ["id": "row-\(index)", "text": row.text, "label": row.label]
            return String(decoding: try encoder.encode(object), as: UTF8.self) + "\n"
        }.joined()
    }
}

/// A gzip member whose deflate data are stored blocks (RFC 1951, section 3.2.4; RFC 1952).
func gzipped(_ bytes: Data) -> Data {
    func littleEndian(_ value: UInt32, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    var remainder = UInt32.max
    for byte in bytes {
        remainder ^= UInt32(byte)
        for _ in 0..<8 { remainder = remainder >> 1 ^ (remainder & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    var member = Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255])
    var rest = Array(bytes)[...]
    repeat {
        let block = rest.prefix(65535)
        rest = rest.dropFirst(block.count)
        member += [rest.isEmpty ? 1 : 0] + littleEndian(UInt32(block.count), 2)
        member += littleEndian(~UInt32(block.count), 2) + block
    } while !rest.isEmpty
    return member + littleEndian(~remainder, 4) + littleEndian(UInt32(bytes.count), 4)
}
