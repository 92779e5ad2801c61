import Foundation
import Testing

@testable import FeatureExtraction

/// The parts of `docs/features.md` that a program can read.
@Suite struct DocumentTests {
    private let document: String

    init() throws {
        document = try String(
            contentsOf: Reference.folder.appendingPathComponent("docs/features.md"), encoding: .utf8)
    }

    @Test("the worked example shows the slots that the extractor gives")
    func workedExample() {
        let found = ExtractionInput("Write 2 tests in €uro.").extract()
        for family in FeatureFamily.allCases {
            let list = found[family].map(String.init).joined(separator: ", ")
            #expect(
                document.contains("\n- `\(family.name)`: \(list.isEmpty ? "none" : list)\n"), "\(family.name)"
            )
        }
        let keys = found.coverageKeys.map { key in
            let digits = String(key, radix: 16, uppercase: true)
            return "`0x" + String(repeating: "0", count: 8 - digits.count) + digits + "`"
        }
        #expect(document.contains("Coverage keys: \(keys.joined(separator: ", "))."))
    }

    @Test("the lists of words and scripts are those of the program")
    func lists() {
        for (index, language) in KeywordTable.languages.enumerated() {
            let row = "| \(index + 1) | \(language.name) ("
            let line = document.split(separator: "\n").first { $0.hasPrefix(row) }
            #expect(line?.hasSuffix("| \(language.words) |") == true, "\(language.name)")
        }
        for (number, name) in ScriptNames.all.enumerated() {
            let spaced = document.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(spaced.contains("\(number) \(name)"), "\(name)")
        }
        for feature in StructureFeature.allCases {
            #expect(document.contains("\n| \(feature.rawValue) | \(feature.name) |"), "\(feature.name)")
        }
    }

    @Test("the defaults of the settings are the documented ones")
    func defaults() {
        let settings = FeatureSettings()
        #expect(document.contains("| \(settings.bucketBits.map(String.init).joined(separator: ", ")) |"))
        let weights = settings.familyWeights.map { $0 == 1 ? "1" : "\($0)" }.joined(separator: ", ")
        #expect(document.contains("| \(weights) |"))
        #expect(document.contains("| longest word n-gram | 1 to 3 | \(settings.maximumWordOrder) |"))
    }
}
