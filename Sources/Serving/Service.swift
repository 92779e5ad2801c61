/// The sidecar.
public enum Service {
    /// Serves until the process is told to stop.
    public static func run(_ configuration: ServiceConfiguration, version: String) async throws {
        struct NotBuilt: Error, CustomStringConvertible {
            var description: String { "this program was built without its server; build it from a later revision" }
        }
        throw NotBuilt()
    }
}
