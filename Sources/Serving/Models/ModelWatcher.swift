import ServiceLifecycle

/// Looks at the models' files again and again, until the service stops.
struct ModelWatcher: Service {
    let store: ModelStore
    /// Seconds between two looks; 0 never looks.
    let interval: Double

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                // Without looks it only waits for the end: a service that returns would end the others.
                try await Task.sleep(for: .seconds(interval > 0 ? interval : 3600))
                if interval > 0 { await store.watch() }
            }
        }
    }
}
