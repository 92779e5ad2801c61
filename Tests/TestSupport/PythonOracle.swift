import Foundation

/// Runs independent implementations (NumPy, SciPy, scikit-learn, safetensors) that tests compare against.
///
/// `make test` creates the virtual environment and names its interpreter in `TASKTYPE_PYTHON`. Where that
/// is missing, differential tests are disabled with `.enabled(if: PythonOracle.isAvailable, …)`.
public enum PythonOracle {
    /// Path of the interpreter, if the environment names one that exists.
    public static let interpreter: String? = {
        guard let path = ProcessInfo.processInfo.environment["TASKTYPE_PYTHON"],
            FileManager.default.isExecutableFile(atPath: path)
        else { return nil }
        return path
    }()

    /// Whether differential tests can run.
    public static var isAvailable: Bool { interpreter != nil }

    /// The line that skipped tests show.
    public static let skipReason = "TASKTYPE_PYTHON names no Python: run through `make test`"

    /// An oracle that could not answer.
    public struct Failure: Error, CustomStringConvertible {
        /// What the interpreter wrote to standard error.
        public let description: String
    }

    /// Runs `script` with `input` on its standard input and returns what it prints.
    public static func run(_ script: String, input: Data = Data(), arguments: [String] = []) throws -> Data {
        guard let interpreter else { throw Failure(description: skipReason) }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "oracle-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let inputFile = folder.appendingPathComponent("in")
        let outputFile = folder.appendingPathComponent("out")
        let errorFile = folder.appendingPathComponent("err")
        try input.write(to: inputFile)
        _ = FileManager.default.createFile(atPath: outputFile.path, contents: nil)
        _ = FileManager.default.createFile(atPath: errorFile.path, contents: nil)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: interpreter)
        process.arguments = ["-c", script] + arguments
        process.standardInput = try FileHandle(forReadingFrom: inputFile)
        process.standardOutput = try FileHandle(forWritingTo: outputFile)
        process.standardError = try FileHandle(forWritingTo: errorFile)
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: try String(contentsOf: errorFile, encoding: .utf8))
        }
        return try Data(contentsOf: outputFile)
    }

    /// Runs `script` on a JSON value and decodes the JSON it prints.
    public static func run<Input: Encodable, Output: Decodable>(
        _ script: String, json input: Input, returning: Output.Type = Output.self
    ) throws -> Output {
        try JSONDecoder().decode(Output.self, from: run(script, input: JSONEncoder().encode(input)))
    }
}
