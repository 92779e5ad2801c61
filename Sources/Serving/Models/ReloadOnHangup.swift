import ServiceLifecycle
import UnixSignals

/// Looks at all model files and at the policy when the process gets SIGHUP.
struct ReloadOnHangup: ServiceLifecycle.Service {
    let store: ModelStore
    let routing: RoutingService?

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            await store.reload()
            routing?.policy.look(.reload)
        }
    }
}
