/// Where a model comes from: `tasktype.provenance` in its weights file, without clock times.
public struct Provenance: Sendable, Equatable, Codable {
    /// What the caller of the trainer knows.
    public struct Origin: Sendable, Equatable, Codable {
        /// Program and version.
        public var program: String
        /// `sha256:` digests of the files trained on, in their order.
        public var data: [String]
        /// `sha256:` digests of the files that settings were chosen on.
        public var validation: [String]

        /// An origin; all parts may be empty.
        public init(program: String = "", data: [String] = [], validation: [String] = []) {
            self.program = program
            self.data = data
            self.validation = validation
        }
    }

    /// Program and data.
    public var origin: Origin
    /// What was done and how good the result is.
    public var training: TrainingReport
    /// How the model was made smaller since; absent where it was not.
    public var shrunk: [ModelShrinker.Record]?
}
