import CRoofline
import FeatureExtraction
import Measuring
import TaskType

/// Prints, as JSON, what requests cost beside the least they could: their weights gathered and their bytes read.
///
/// Arguments: a weights file, or `default` for the embedded model; a file of texts (`Texts.read`); seconds for each
/// stage. Warm figures are means over all requests, stage after stage in many short rounds of which the middle one counts, so
/// that a machine whose speed drifts gives the ratios of one that does not. Cold figures are medians over single requests,
/// before each of which a buffer larger than the last cache is walked through.
@main
struct Roofline {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let seconds = Double(arguments[3]), seconds > 0 else {
            fail("usage: Roofline MODEL|default TEXTS SECONDS")
        }
        let classifier = try arguments[1] == "default" ? TaskClassifier() : TaskClassifier(contentsOf: arguments[1])
        var stages = Stages(classifier, Texts.read(arguments[2]))
        guard stages.gathersAreWhole() else {
            fail("the bare loop does not come to the model's logits: it is not the limit")
        }
        let count = Double(stages.requests.count)
        var figures: [(name: String, value: Double)] = [
            ("texts", count),
            ("text_bytes", Double(stages.requests.reduce(0) { $0 + $1.text.count }) / count),
            ("text_lines", Double(stages.requests.reduce(0) { $0 + ($1.text.count + 63) / 64 }) / count),
            ("rows", Double(stages.gathers.reduce(0) { $0 + $1.rows }) / count),
            ("weight_bytes", Double(stages.gathers.reduce(0) { $0 + $1.bytes }) / count),
            ("weight_lines", Double(stages.gathers.reduce(0) { $0 + $1.lines }) / count),
            ("divided", Double(stages.requests.count { $0.divided != nil })),
            ("last_cache", Double(roofline_last_cache())),
        ]
        let warm = stages.warm(seconds: seconds)
        let cold = stages.cold(seconds: seconds)
        for stage in Stages.Stage.allCases {
            figures.append(("warm_\(stage.rawValue)_ns", warm[stage] ?? 0))
            figures.append(("cold_\(stage.rawValue)_ns", cold[stage] ?? 0))
        }
        // Depends on every stage, so that none can be optimised away.
        printJSON(figures + [("checksum", Double(stages.checksum % 1_000_000))])
    }
}
