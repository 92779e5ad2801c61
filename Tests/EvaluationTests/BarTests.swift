import Testing

@testable import Evaluation

@Suite("Bars")
struct BarTests {
    @Test func `Bars are read in order, with spaces around their parts`() throws {
        let bars = try Bar.parse("accuracy=0.9, macro_f1 = .8,ece=1e-2,log_loss=1")
        #expect(bars.map(\.metric) == [.accuracy, .macroF1, .ece, .logLoss])
        #expect(bars.map(\.value) == [0.9, 0.8, 0.01, 1])
    }

    @Test(arguments: Metric.allCases)
    func `Every metric can have a bar`(metric: Metric) throws {
        #expect(try Bar.parse("\(metric.rawValue)=0.5") == [Bar(metric, 0.5)])
    }

    @Test(arguments: [
        ("acuracy=0.9", "did you mean accuracy?"),
        ("macrof1=0.9", "did you mean macro_f1?"),
        ("Macro_F1=0.9", "did you mean macro_f1?"),
        ("logloss=0.9", "did you mean log_loss?"),
        ("accuracy_unambigous=0.9", "did you mean accuracy_unambiguous?"),
        ("bier=0.9", "did you mean brier?"),
        ("=0.9", "There is no metric \"\""),
        ("accuracy", "write metric=value"),
        ("", "write metric=value"),
        ("accuracy=0.9,", "write metric=value"),
        ("accuracy=", "no number"),
        ("accuracy=high", "no number"),
        ("accuracy=0,9", "no value"),
        ("accuracy=0.9=1", "no number"),
        ("accuracy=90", "between 0 and 1"),
        ("accuracy=-0.1", "between 0 and 1"),
        ("accuracy=nan", "between 0 and 1"),
        ("log_loss=inf", "between 0 and 1"),
        ("accuracy=0.9,accuracy=0.8", "two bars for accuracy"),
    ])
    func `What is no bar is refused with what to write`(text: String, part: String) {
        let error = #expect(throws: EvaluationError.self) { try Bar.parse(text) }
        #expect(error?.code == .invalidBar)
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }

    @Test func `A bar is met by an equal or better value`() throws {
        // Accuracy 0.5; Brier (0.125 + 1.125) / 2 = 0.625.
        let evaluation = Evaluation(try binaryRows([(0, 0.25), (1, 0.25)]), bootstrap: .none)
        #expect(evaluation.unmet(try Bar.parse("accuracy=0.5,brier=0.625")).isEmpty)
        let unmet = evaluation.unmet(try Bar.parse("brier=0.62,accuracy_acceptable=0.1,accuracy=0.51"))
        #expect(
            unmet.map(\.description) == [
                "brier is 0.625, above the bar of 0.62", "accuracy is 0.5, below the bar of 0.51",
            ])
        #expect(unmet.map(\.value) == [0.625, 0.5])
    }

    @Test func `A figure that cannot be computed meets no bar`() throws {
        let evaluation = Evaluation(try binaryRows([(0, 0.25)], alternative: [1]), bootstrap: .none)
        let unmet = evaluation.unmet(try Bar.parse("accuracy_unambiguous=0"))
        #expect(
            unmet.map(\.description) == [
                "accuracy_unambiguous cannot be computed on these rows; the bar is 0.0"
            ])
    }
}
