import ModelFormat
import Routing
import RoutingPolicyFile
import Synchronization
import Telemetry

/// The policy in service: everybody reads it, its file replaces it.
///
/// A decision takes the policy once and keeps to it; the next one may find another. A file that cannot be used changes
/// nothing but what is told of it.
final class PolicyStore: Sendable {
    /// What set off a look at the file.
    enum Cause: String, Sendable { case start, watch, reload }

    /// What happened to the policy.
    enum Event: Sendable {
        /// It decides from now on; the warnings are about what has no effect in it.
        case activated(digest: String, previous: String?, cause: Cause, warnings: [String])
        /// The file was refused; what decided before goes on.
        case rejected(message: String)
    }

    /// What is told of the policy.
    struct Status: Sendable {
        var loaded: UTCTime
        var failure: (message: String, time: UTCTime)?
    }

    private struct Looking: Sendable {
        /// The file that was last taken or refused.
        var settled: FileIdentity?
        /// The file as the last look saw it.
        var seen: FileIdentity?
    }

    let path: String
    private let active: Mutex<CompiledPolicy>
    private let looking = Mutex(Looking())
    private let shown: Mutex<Status>
    private let onEvent: @Sendable (Event) -> Void
    /// Prepares what a policy needs before it decides.
    private let prepare = Mutex<@Sendable (CompiledPolicy) throws(ServiceError) -> Void>({ _ in })

    /// Reads the policy that the service starts with.
    init(path: String, onEvent: @escaping @Sendable (Event) -> Void) throws(ServiceError) {
        self.path = path
        self.onEvent = onEvent
        let identity = FileIdentity(of: path)
        let (policy, warnings) = try Self.read(path)
        active = Mutex(policy)
        shown = Mutex(Status(loaded: .now()))
        looking.withLock { $0 = Looking(settled: identity, seen: identity) }
        onEvent(.activated(digest: policy.digest, previous: nil, cause: .start, warnings: warnings))
    }

    /// The policy that decides.
    var current: CompiledPolicy { active.withLock { $0 } }
    /// What is told of it.
    var status: Status { shown.withLock { $0 } }

    /// Has `body` called with each policy before it decides; it is refused where that fails.
    func beforeActivation(_ body: @escaping @Sendable (CompiledPolicy) throws(ServiceError) -> Void) {
        prepare.withLock { $0 = body }
    }

    /// Looks at the file.
    ///
    /// The watcher takes one only when it was the same at two looks in a row, since somebody may be writing it; who asks
    /// for a look has it taken as it is.
    func look(_ cause: Cause) {
        looking.withLock { looking in
            let identity = FileIdentity(of: path)
            if cause == .watch {
                let isSteady = identity == looking.seen
                looking.seen = identity
                // A file that is gone for a moment is being replaced; one that stays away changes nothing.
                guard isSteady, let identity, identity != looking.settled else { return }
            }
            looking.seen = identity
            looking.settled = identity
            take(cause)
        }
    }

    private func take(_ cause: Cause) {
        do throws(ServiceError) {
            let (policy, warnings) = try Self.read(path)
            let previous = current.digest
            guard policy.digest != previous else {
                shown.withLock { $0.failure = nil }
                return
            }
            try prepare.withLock { $0 }(policy)
            active.withLock { $0 = policy }
            shown.withLock { $0 = Status(loaded: .now()) }
            onEvent(.activated(digest: policy.digest, previous: previous, cause: cause, warnings: warnings))
        } catch {
            shown.withLock { $0.failure = (error.description, .now()) }
            onEvent(.rejected(message: error.description))
        }
    }

    /// Reads and compiles a file.
    static func read(_ path: String) throws(ServiceError) -> (CompiledPolicy, warnings: [String]) {
        do throws(PolicyIssue) {
            let file = try PolicyFile(path: path)
            if let policy = file.policy {
                return (try CompiledPolicy(policy, digest: file.digest), file.issues.map { "\($0)" })
            }
            let errors = file.issues.filter { $0.severity == .error }
            var first = errors.first ?? PolicyIssue(.error, at: "", "the policy cannot be used")
            if errors.count > 1 { first.message += " (and \(errors.count - 1) more; see `tasktype policy check`)" }
            throw first
        } catch {
            throw ServiceError("\(error)")
        }
    }
}
