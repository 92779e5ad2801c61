import ArgumentParser
import Samples
import Training

/// Options that say how often labels occur in the traffic to come; docs/shift.md.
struct LabelMixOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Label shares expected in traffic, such as simple=0.5,code=0.2,reasoning=0.2,complex=0.1.",
            valueName: "list"))
    var expectedMix: String?

    @Option(
        help: ArgumentHelp(
            "Unlabelled requests as they come in, whose label shares are estimated and expected; may be given several times.",
            valueName: "file"))
    var traffic: [String] = []

    func validate() throws {
        if expectedMix != nil, !traffic.isEmpty {
            throw ValidationError("--expected-mix and --traffic exclude each other: give one of them.")
        }
        _ = try mix()
    }

    /// The shares given, empty for none.
    func mix() throws -> [String: Double] {
        try parseLabelNumbers(expectedMix, option: "--expected-mix", what: "share")
    }

    /// A sample of the traffic; nil where no file is named.
    func sample(seed: UInt64) throws -> TrafficSample? {
        guard !traffic.isEmpty else { return nil }
        var options = SampleReader.Options.requests
        if traffic == ["-"] { options.format = .jsonLines }
        var reader = try SampleReader(paths: traffic, options: options)
        var sample = TrafficSample(seed: seed)
        while let row = try reader.next() {
            guard row.label == nil else {
                throw Failure(
                    "\(row.location): the traffic has labels, and it is to be unlabelled requests; train on labelled rows, or count their labels and give the shares as --expected-mix"
                )
            }
            sample.append(row.request)
        }
        guard sample.count > 0 else {
            throw Failure(
                "\(traffic.joined(separator: ", ")) holds no request; give the traffic whose label shares are wanted")
        }
        guard sample.count >= TrafficSample.minimum else {
            throw Failure(
                "\(traffic.joined(separator: ", ")) holds \(sample.count == 1 ? "one request" : "\(sample.count) requests"), too few to tell how often each label occurs; give \(TrafficSample.minimum) or more, or the shares as --expected-mix"
            )
        }
        return sample
    }

    /// What was estimated, as lines for a person.
    static func summary(_ estimate: LabelMixEstimate) -> [String] {
        func percent(_ share: Double) -> String { decimal(100 * share, places: 1) }
        let width = estimate.shares.keys.map(\.count).max() ?? 0
        var lines = ["label mix of the traffic, from \(estimate.requests) requests (95 % interval; labelled rows):"]
        // With many labels those whose share differs most.
        let ranked = estimate.shares.sorted {
            (abs($1.value.traffic - $1.value.labelled), $0.key) < (abs($0.value.traffic - $0.value.labelled), $1.key)
        }
        for (label, share) in ranked.prefix(20).sorted(by: { $0.key < $1.key }) {
            lines.append(
                "  \(label.padded(to: width))  \(percent(share.traffic)) % (\(percent(share.low)) to \(percent(share.high)); \(percent(share.labelled)) %)"
            )
        }
        if ranked.count > 20 { lines.append("  and \(ranked.count - 20) labels that changed less") }
        return lines + estimate.remarks.map { "  note: \($0)" }
    }
}
