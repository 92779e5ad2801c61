import Conversation
import NIOCore
import NIOPosix
import Synchronization

/// Threads that classify what would hold an event loop up: long texts and batches.
///
/// A bounded number of calls is let in; a batch is spread over all threads, and its answers keep their order. A call
/// whose time is up is answered at once with what is there, and with the default label for the rest.
final class ClassificationPool: Sendable {
    private let threads: NIOThreadPool
    private let threadCount: Int
    private let timers: any EventLoopGroup
    private let capacity: Int
    private let timeLimit: TimeAmount
    private let classification: Classification
    private let waiting = Atomic<Int>(0)

    /// - Parameters:
    ///   - asks: finds what is asked, where the operator added rules.
    ///   - timers: event loops that watch the time.
    init(_ configuration: ServiceConfiguration.Classification, asks: AskExtractor? = nil, timers: any EventLoopGroup) {
        threadCount = configuration.threads ?? System.coreCount
        threads = NIOThreadPool(numberOfThreads: threadCount)
        threads.start()
        self.timers = timers
        // Those that run are not waiting.
        capacity = configuration.queue + threadCount
        timeLimit = TimeAmount(fractionalSeconds: configuration.timeLimit)
        classification = Classification(configuration, asks: asks)
    }

    /// Calls that were let in and are not answered yet.
    var depth: Int { waiting.load(ordering: .relaxed) }

    /// Ends the threads once their work is done.
    func shutdown() async throws { try await threads.shutdownGracefully() }

    /// Classifies `inputs` in order.
    ///
    /// - Throws: 503 where too many calls wait already, or, if classification is strict, where the time is up.
    /// - Returns: the outcomes, and how many of them had no time.
    func classify(
        _ inputs: [Request], needs: OutcomeNeeds, model: ServedModel?
    ) async throws(WireError) -> (outcomes: [Outcome], lateCount: Int) {
        guard waiting.wrappingAdd(1, ordering: .relaxed).newValue <= capacity else {
            waiting.wrappingSubtract(1, ordering: .relaxed)
            throw WireError(
                503, "overloaded",
                "too many calls are waiting already; try again in a second, or raise "
                    + "classification.queue", retryAfter: 1)
        }
        defer { waiting.wrappingSubtract(1, ordering: .relaxed) }
        guard !inputs.isEmpty else { return ([], 0) }
        let job = ClassificationJob(inputs, needs: needs, model: model, classification: classification)
        // Several pieces a thread, so that one slow text does not leave the other threads idle.
        let size = max(1, inputs.count / (threadCount * 4))
        let pieces = stride(from: 0, to: inputs.count, by: size).map { $0..<min($0 + size, inputs.count) }
        let timer = timers.any().scheduleTask(in: timeLimit) { job.expire() }
        let outcomes = await withCheckedContinuation { continuation in
            job.start(pieces.count, continuation)
            for piece in pieces {
                threads.submit { state in
                    if state == .active { job.run(piece) } else { job.expire() }
                }
            }
        }
        timer.cancel()
        let lateCount = outcomes.count { $0 == nil }
        if lateCount > 0 && classification.isStrict {
            throw WireError(
                503, "time_limit", "the call took longer than it may; send fewer or shorter texts, or try again later",
                retryAfter: 1)
        }
        return (zip(outcomes, inputs).map { $0 ?? classification.unclassified($1) }, lateCount)
    }
}

/// A call that is being classified on several threads.
private final class ClassificationJob: Sendable {
    private struct State {
        var outcomes: [Outcome?]
        var remaining = 0
        var continuation: CheckedContinuation<[Outcome?], Never>?
    }

    private let inputs: [Request]
    private let needs: OutcomeNeeds
    private let model: ServedModel?
    private let classification: Classification
    private let state: Mutex<State>
    private let isExpired = Atomic<Bool>(false)

    init(_ inputs: [Request], needs: OutcomeNeeds, model: ServedModel?, classification: Classification) {
        self.inputs = inputs
        self.needs = needs
        self.model = model
        self.classification = classification
        state = Mutex(State(outcomes: Array(repeating: nil, count: inputs.count)))
    }

    func start(_ pieces: Int, _ continuation: CheckedContinuation<[Outcome?], Never>) {
        state.withLock {
            $0.remaining = pieces
            $0.continuation = continuation
        }
        // The time may have been up before there was anyone to tell.
        if isExpired.load(ordering: .relaxed) { expire() }
    }

    /// Classifies some of the inputs, unless the time is up.
    func run(_ piece: Range<Int>) {
        var outcomes: [Outcome?] = []
        outcomes.reserveCapacity(piece.count)
        for index in piece {
            if isExpired.load(ordering: .relaxed) { break }
            outcomes.append(classification.outcome(of: inputs[index], needs: needs, model: model))
        }
        finish { state in
            for (offset, outcome) in outcomes.enumerated() { state.outcomes[piece.lowerBound + offset] = outcome }
            state.remaining -= 1
            return state.remaining == 0
        }
    }

    /// Answers with what is there.
    func expire() {
        isExpired.store(true, ordering: .relaxed)
        finish { _ in true }
    }

    private func finish(_ update: (inout State) -> Bool) {
        let (continuation, outcomes) = state.withLock { state in
            guard update(&state), let continuation = state.continuation else {
                return (nil as CheckedContinuation<[Outcome?], Never>?, [Outcome?]())
            }
            state.continuation = nil
            return (continuation, state.outcomes)
        }
        continuation?.resume(returning: outcomes)
    }
}
