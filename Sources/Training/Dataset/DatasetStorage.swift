/// Where the features of rows are kept: in memory up to a limit, then in a temporary file.
///
/// It changes memory and time, never the model.
public struct DatasetStorage: Sendable, Equatable {
    /// Bytes of features that are kept in memory.
    public var memoryLimit: Int
    /// Where the temporary file is made, once the limit is passed; it has no name and goes with the process.
    public var temporaryFolder: String

    /// Storage with a limit; without one, everything is kept in memory.
    public init(memoryLimit: Int = .max, temporaryFolder: String = "/tmp") {
        self.memoryLimit = memoryLimit
        self.temporaryFolder = temporaryFolder
    }
}
