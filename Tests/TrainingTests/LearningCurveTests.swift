import Conversation
import FeatureExtraction
import Samples
import TestSupport
import Testing

@testable import Training

@Suite struct LearningCurveTests {
    /// A builder with training rows, then rows to answer.
    private func builder(_ training: Int, _ evaluation: Int, threads: Int = 2) throws -> DatasetBuilder {
        let settings = FeatureSettings(bucketBits: [10, 10, 8, 8, 8, 8, 8])
        var builder = DatasetBuilder(features: settings, threads: threads)
        var random = SplitMix64(seed: 7)
        func sample(_ index: Int) -> Sample {
            let label = ["red", "green", "blue"][index % 3]
            // Each label has sixty words of its own that have no letters in common: they must be seen to be learnt.
            let hint = word(UInt64(index % 3 * 1000 + Int.random(in: 0..<60, using: &random)))
            let others = (0..<3).map { _ in word(9000 + UInt64.random(in: 0..<40, using: &random)) }
            let words = others + [hint]
            return Sample(
                request: .text(words.joined(separator: " ")), label: label,
                location: SampleLocation(file: "f", line: index + 1, column: 1))
        }
        for index in 0..<training { try builder.append(sample(index)) }
        builder.beginValidation()
        for index in 0..<evaluation { try builder.append(sample(index)) }
        return builder
    }

    private func word(_ seed: UInt64) -> String {
        var random = SplitMix64(seed: seed)
        return String((0..<6).map { _ in Character(Unicode.Scalar(UInt8.random(in: 97...122, using: &random))) })
    }

    private func accuracy(_ fit: LearningCurve.Fit, _ labels: [String]) -> Double {
        let right = fit.answers.enumerated().count { labels[$1] == ["red", "green", "blue"][$0 % 3] }
        return Double(right) / Double(fit.answers.count)
    }

    @Test func `models of growing size answer the rows to evaluate, and get better`() throws {
        var builder = try builder(640, 150)
        var settings = LearningCurve.Settings()
        settings.repetitions = 3
        let curve = try LearningCurve(&builder, settings: settings)
        #expect(curve.labels == ["blue", "green", "red"])
        #expect(curve.trainingRows == 640)
        #expect(
            curve.fits.map(\.share) == [
                0.0625, 0.0625, 0.0625, 0.125, 0.125, 0.125, 0.25, 0.25, 0.25, 0.5, 0.5, 0.5, 1,
            ])
        for fit in curve.fits {
            #expect(abs(Double(fit.rows) - 640 * fit.share) <= 3)
            #expect(fit.answers.count == 150)
        }
        #expect(curve.fits.last?.rows == 640)
        let small = curve.fits.prefix(3).map { accuracy($0, curve.labels) }.reduce(0, +) / 3
        let whole = accuracy(try #require(curve.fits.last), curve.labels)
        #expect(whole > small + 0.05, "\(small) \(whole)")
        #expect(Set(curve.fits.prefix(3).map(\.answers)).count > 1)
    }

    @Test func `threads make no difference`() throws {
        var answers: [[[Int]]] = []
        for threads in [1, 3] {
            var builder = try builder(200, 40, threads: threads)
            var settings = LearningCurve.Settings()
            settings.threads = threads
            settings.repetitions = 1
            answers.append(try LearningCurve(&builder, settings: settings).fits.map(\.answers))
        }
        #expect(answers[0] == answers[1])
    }

    @Test func `too few rows are refused with how many are needed`() throws {
        var builder = try builder(60, 10)
        let error = #expect(throws: TrainingError.self) { try LearningCurve(&builder, settings: .init()) }
        #expect(error?.message.contains("80 are needed") == true, "\(String(describing: error))")
    }
}
