import ArgumentParser
import ModelFormat
import Samples
import TaskType
import Training

struct ModelsAdaptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adapt",
        abstract: "Make a model right for another mix of labels, without training it again.",
        discussion: """
            The mix is given (--expected-mix) or estimated from unlabelled requests (--traffic), which takes labelled rows \
            that the model was not trained on (--labelled). Weights stay as they are; docs/shift.md says what changes.
            """)

    @Argument(help: ArgumentHelp("Weights file.", valueName: "model"))
    var path: String

    @Option(name: [.long, .short], help: ArgumentHelp("Where the adapted weights are written.", valueName: "model"))
    var output: String

    @OptionGroup var mix: LabelMixOptions

    @Option(
        help: ArgumentHelp(
            "Labelled samples that the model was not trained on; may be given several times.", valueName: "file"))
    var labelled: [String] = []

    @Option(help: ArgumentHelp("Source of the resamples' randomness.", valueName: "n"))
    var seed: UInt64 = 1

    @Flag(help: "No summary.")
    var quiet = false

    func validate() throws {
        if mix.expectedMix == nil, mix.traffic.isEmpty {
            throw ValidationError(
                "Give the mix of labels with --expected-mix, or requests to estimate it from with --traffic.")
        }
        if !mix.traffic.isEmpty, labelled.isEmpty {
            throw ValidationError(
                "--traffic needs --labelled rows, which the model was not trained on: they tell which labels it confuses."
            )
        }
        if (labelled + mix.traffic).count(where: { $0 == "-" }) > 1 {
            throw ValidationError("Standard input can be read once only.")
        }
    }

    func run() throws {
        try pinLinearAlgebra()
        try OutputFiles.check([output], inputs: labelled + mix.traffic)
        do {
            let classifier = try TaskClassifier(contentsOf: path)
            let samples = try readLabelled(classifier)
            let origin = Provenance.Origin(
                program: "tasktype \(programVersion)", data: try Self.digests(labelled),
                traffic: try Self.digests(mix.traffic))
            let adapted: ModelAdaptation
            if let traffic = try mix.sample(seed: seed) {
                adapted = try ModelAdaptation(
                    classifier, traffic: traffic, labelled: samples, seed: seed, threads: processorCount, origin: origin
                )
            } else {
                adapted = try ModelAdaptation(classifier, mix: try mix.mix(), labelled: samples, origin: origin)
            }
            try AtomicFile.write(adapted.bytes, to: output)
            let written = try TaskClassifier(contentsOf: output)
            guard written.revision == ModelBytes(copying: adapted.bytes, origin: output).revision() else {
                throw Failure("\(output) does not read back as it was written; check the disk and adapt again")
            }
            if !quiet { summarize(adapted) }
        } catch let error as TrainingError {
            throw Failure(error.message)
        } catch let error as SampleError {
            throw Failure("\(error)")
        } catch let error as ModelFileError {
            throw Failure("\(error)")
        }
    }

    private func readLabelled(_ classifier: TaskClassifier) throws -> [Sample] {
        guard !labelled.isEmpty else { return [] }
        var options = SampleReader.Options()
        options.knownLabels = Set(classifier.labels)
        if labelled == ["-"] { options.format = .csv }
        var reader = try SampleReader(paths: labelled, options: options)
        return try reader.readAll()
    }

    private static func digests(_ paths: [String]) throws -> [String] {
        try paths.filter { $0 != "-" && isRegularFile($0) }.map {
            try ModelBytes(mapping: $0, maximumByteCount: .max).revision()
        }
    }

    private func summarize(_ adapted: ModelAdaptation) {
        var lines: [String] = []
        if let estimate = adapted.estimate { lines += LabelMixOptions.summary(estimate) }
        lines.append("wrote \(output): offsets and priors for the new mix")
        lines.append(
            adapted.hasNewCandidates
                ? "candidates were fitted anew on the labelled rows; thresholds for certain answers are the old ones"
                : "thresholds are the old ones: what they promise holds roughly until the model is trained again")
        StandardError.write(lines.joined(separator: "\n") + "\n")
    }
}
