import ServiceLifecycle
import Synchronization

/// Looks after the routing service: at the policy's file and at what may be forgotten, until the service stops.
struct PolicyWatcher: Service {
    let routing: RoutingService
    /// Seconds between two looks at the policy; 0 never looks.
    let interval: Double

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: .seconds(interval > 0 ? interval : 60))
                if interval > 0 { routing.policy.look(.watch) }
                routing.tidy()
            }
        }
    }
}
