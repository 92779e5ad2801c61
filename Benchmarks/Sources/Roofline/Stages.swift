import CRoofline
import FeatureExtraction
import Measuring
import TaskType

/// The parts of a classification, and the least that they could cost, each measured alone over the same requests.
struct Stages: ~Copyable {
    enum Stage: String, CaseIterable {
        /// Reading the clock: in every cold figure, and nothing else.
        case clock
        /// Every byte of the text added up.
        case bytes
        /// The weights of the request's features added up.
        case gather
        /// Finding what is asked in the text.
        case ask
        /// Turning what is asked into features.
        case extraction
        /// The whole classification.
        case whole
    }

    let classifier: TaskClassifier
    let requests: [MeasuredRequest]
    let gathers: [Gather]
    private(set) var checksum: UInt64 = 0
    private let extractor: FeatureExtractor
    private var features: FeatureScratch
    private var scratch: ClassificationScratch
    private let sums: UnsafeMutablePointer<Float>
    private let hidden: UnsafeMutablePointer<Float>

    init(_ classifier: TaskClassifier, _ texts: [[UInt8]]) {
        self.classifier = classifier
        extractor = FeatureExtractor(settings: classifier.model.features)
        features = FeatureScratch(settings: classifier.model.features)
        scratch = classifier.makeScratch()
        sums = .allocate(capacity: classifier.labels.count)
        sums.initialize(repeating: 0, count: classifier.labels.count)
        let units = classifier.model.perceptron?.hiddenCount ?? 0
        hidden = .allocate(capacity: units)
        hidden.initialize(repeating: 0, count: units)
        requests = texts.map { MeasuredRequest($0, classifier) }
        var gathers: [Gather] = []
        for request in requests {
            request.extract(classifier, extractor, into: &features)
            gathers.append(Gather(classifier.model, features, logits: sums, hidden: hidden))
        }
        self.gathers = gathers
    }

    deinit {
        sums.deallocate()
        hidden.deallocate()
    }

    /// Whether the bare loop comes to the logits of the classifier, request by request.
    ///
    /// Holds for a linear model, whose logits are sums of weights and a bias; true for others.
    func gathersAreWhole() -> Bool {
        guard let linear = classifier.model.linear, classifier.model.perceptron == nil else { return true }
        for (request, gather) in zip(requests, gathers) {
            let text = String(decoding: request.text, as: UTF8.self)
            guard let logits = classifier.classifyWithLogits(.text(text)).logits else { continue }
            sums.update(repeating: 0, count: logits.count)
            gather.run()
            for label in logits.indices where abs(sums[label] + linear.bias[label] - logits[label]) > 1e-3 {
                return false
            }
        }
        return true
    }

    @inline(__always)
    private mutating func run(_ stage: Stage, _ index: Int) {
        let request = requests[index]
        switch stage {
        case .clock: break
        case .bytes:
            checksum &+= request.text.withUnsafeBufferPointer { text in
                text.baseAddress.map { roofline_sum_bytes($0, text.count) } ?? 0
            }
        case .gather:
            gathers[index].run()
        case .ask:
            request.text.withUnsafeBufferPointer { text in
                if classifier.askExtractor.mayDivide(text.span) {
                    let ask = classifier.askExtractor.ask(of: .text(String(decoding: text, as: UTF8.self)))
                    checksum &+= UInt64(ask.text.utf8.count)
                } else {
                    checksum &+= UInt64(classifier.askExtractor.askedRange(of: text.span).count)
                }
            }
        case .extraction:
            request.extract(classifier, extractor, into: &features)
            checksum &+= UInt64(features.tokenCount)
        case .whole:
            request.text.withUnsafeBufferPointer {
                checksum &+= UInt64(classifier.score($0, scratch: &scratch).label)
            }
        }
    }

    /// Nanoseconds of one round over all requests.
    private mutating func round(_ stage: Stage) -> Double {
        let start = roofline_now()
        for index in requests.indices { run(stage, index) }
        return Double(roofline_now() - start)
    }

    /// Nanoseconds a request, with caches as a service has them that does nothing else.
    mutating func warm(seconds: Double) -> [Stage: Double] {
        var times: [Stage: [Double]] = [:]
        for stage in Stage.allCases { _ = round(stage) }
        let end = roofline_now() + UInt64(seconds * 1e9) * UInt64(Stage.allCases.count)
        repeat {
            for stage in Stage.allCases where stage != .clock { times[stage, default: []].append(round(stage)) }
        } while roofline_now() < end
        return times.mapValues { Statistics($0).median / Double(requests.count) }
    }

    /// Nanoseconds a request that finds neither its text nor any weight in a cache.
    mutating func cold(seconds: Double) -> [Stage: Double] {
        let buffer = [UInt8](repeating: 1, count: 2 * max(roofline_last_cache(), 32 << 20))
        var times: [Stage: [Double]] = [:]
        var next = 0
        let end = roofline_now() + UInt64(seconds * 1e9) * UInt64(Stage.allCases.count)
        repeat {
            for stage in Stage.allCases {
                checksum &+= buffer.withUnsafeBufferPointer { buffer in
                    buffer.baseAddress.map { roofline_walk($0, buffer.count) } ?? 0
                }
                // The first reading brings the clock itself back.
                _ = roofline_now()
                let start = roofline_now()
                run(stage, next)
                times[stage, default: []].append(Double(roofline_now() - start))
            }
            next = (next + 1) % requests.count
        } while roofline_now() < end
        return times.mapValues { Statistics($0).median }
    }
}
