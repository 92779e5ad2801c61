import ServiceLifecycle
import UnixSignals

/// Looks at all model files when the process gets SIGHUP.
struct ReloadOnHangup: ServiceLifecycle.Service {
    let store: ModelStore

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            await store.reload()
        }
    }
}
