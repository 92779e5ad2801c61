import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// How a program ended and what it wrote.
public struct ProgramResult: Sendable {
    /// The exit status; nil where a signal ended the program.
    public var status: Int32?
    /// The signal that ended the program, if one did.
    public var signal: Int32?
    /// What it wrote to standard output.
    public var output: Data
    /// What it wrote to standard error; bytes that are not UTF-8 are repaired.
    public var errors: String

    /// The output as text; bytes that are not UTF-8 are repaired.
    public var text: String { String(decoding: output, as: UTF8.self) }

    /// The output's lines, without their ends.
    public var lines: [String] { text.split(separator: "\n").map(String.init) }
}

/// A program that could not be found or started, or that did not end in time.
public struct ProgramFailure: Error, CustomStringConvertible {
    /// What went wrong.
    public let description: String

    /// A failure that is described in a sentence.
    public init(description: String) { self.description = description }
}

/// Runs the built `tasktype`, or any other program, as a person or a script would.
public enum ProgramRunner {
    /// The program that was built together with the tests; nil where it is not beside them.
    public static let tasktype: String? = {
        var folders: [String] = []
        // On Linux the tests are a program in the build folder; on macOS a bundle in it, loaded by a helper.
        if let own = Bundle.main.executablePath { folders.append(own) }
        folders += Bundle.allBundles.map(\.bundlePath).filter { $0.hasSuffix(".xctest") }
        if let option = CommandLine.arguments.firstIndex(of: "--test-bundle-path"),
            option + 1 < CommandLine.arguments.count
        {
            folders.append(CommandLine.arguments[option + 1])
        }
        folders.append(CommandLine.arguments[0])
        for path in folders {
            var folder = URL(fileURLWithPath: path)
            while folder.path != "/" {
                folder.deleteLastPathComponent()
                let candidate = folder.appendingPathComponent("tasktype").path
                var isFolder: ObjCBool = false
                if FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder),
                    !isFolder.boolValue,
                    FileManager.default.isExecutableFile(atPath: candidate)
                {
                    return candidate
                }
                // The bundle's own folders lie between a program in it and the build folder.
                if !folder.path.contains(".xctest") { break }
            }
        }
        return nil
    }()

    /// Runs a program to its end.
    ///
    /// - Parameters:
    ///   - program: its path; the built `tasktype` where this is left out.
    ///   - environment: variables beside those of the tests; nil removes one.
    ///   - folder: the working directory.
    ///   - timeLimit: seconds after which the program is killed and the test fails.
    public static func run(
        _ arguments: [String], program: String? = nil, input: Data = Data(),
        environment: [String: String?] = [:],
        folder: String? = nil, timeLimit: Double = 120
    ) throws -> ProgramResult {
        try start(arguments, program: program, input: input, environment: environment, folder: folder)
            .wait(timeLimit: timeLimit)
    }

    /// Runs lines of shell in which `$tasktype` is the built program.
    public static func shell(
        _ script: String, input: Data = Data(), environment: [String: String?] = [:], folder: String? = nil,
        timeLimit: Double = 120
    ) throws -> ProgramResult {
        guard let tasktype else { throw ProgramFailure(description: "tasktype is not beside the tests") }
        var environment = environment
        environment["tasktype"] = tasktype
        return try run(
            ["-c", script], program: "/bin/sh", input: input, environment: environment, folder: folder,
            timeLimit: timeLimit)
    }

    /// Starts a program; see `run`.
    public static func start(
        _ arguments: [String], program: String? = nil, input: Data = Data(),
        environment: [String: String?] = [:],
        folder: String? = nil
    ) throws -> RunningProgram {
        guard let program = program ?? tasktype else {
            throw ProgramFailure(description: "tasktype is not beside the tests")
        }
        return try RunningProgram(
            program: program, arguments: arguments, input: input, environment: environment, folder: folder)
    }
}

/// A program at work.
///
/// Its streams are files: whatever it writes, nobody waits for a reader.
public final class RunningProgram {
    /// The number that the system gave it.
    public let identifier: pid_t
    private let command: String
    private let streams: ScratchFolder
    private var result: ProgramResult?

    init(
        program: String, arguments: [String], input: Data, environment: [String: String?], folder: String?
    ) throws {
        command = ([program] + arguments).joined(separator: " ")
        streams = try ScratchFolder()
        try input.write(to: URL(fileURLWithPath: streams("in")))
        var variables = ProcessInfo.processInfo.environment
        for (name, value) in environment { variables[name] = value }
        identifier = try spawn(
            program, arguments, environment: variables, folder: folder,
            streams: [
                (streams("in"), O_RDONLY), (streams("out"), O_WRONLY | O_CREAT),
                (streams("err"), O_WRONLY | O_CREAT),
            ])
    }

    deinit {
        guard result == nil else { return }
        kill(identifier, SIGKILL)
        var status: Int32 = 0
        waitpid(identifier, &status, 0)
    }

    /// Sends a signal; nothing happens where the program has ended.
    public func send(_ signal: Int32) { if result == nil { kill(identifier, signal) } }

    /// What it has written to standard error so far.
    public var errorsSoFar: String {
        String(
            decoding: (try? Data(contentsOf: URL(fileURLWithPath: streams("err")))) ?? Data(), as: UTF8.self)
    }

    /// Whether it has ended.
    public func hasEnded() throws -> Bool {
        if result != nil { return true }
        var status: Int32 = 0
        guard waitpid(identifier, &status, WNOHANG) == identifier else { return false }
        let signal = status & 0x7F
        result = ProgramResult(
            status: signal == 0 ? (status >> 8) & 0xFF : nil, signal: signal == 0 ? nil : signal,
            output: try Data(contentsOf: URL(fileURLWithPath: streams("out"))), errors: errorsSoFar)
        return true
    }

    /// Waits until `condition` holds, or the program has ended.
    ///
    /// - Returns: whether the condition came to hold while the program was at work.
    public func wait(timeLimit: Double = 120, until condition: () throws -> Bool) throws -> Bool {
        let end = Date().addingTimeInterval(timeLimit)
        while Date() < end {
            if try condition() { return true }
            if try hasEnded() { return false }
            usleep(2000)
        }
        throw ProgramFailure(description: "not reached within \(timeLimit) s: \(command)\n\(errorsSoFar)")
    }

    /// Waits for the end.
    public func wait(timeLimit: Double = 120) throws -> ProgramResult {
        let end = Date().addingTimeInterval(timeLimit)
        while try !hasEnded() {
            guard Date() < end else {
                throw ProgramFailure(
                    description: "did not end within \(timeLimit) s: \(command)\n\(errorsSoFar)")
            }
            usleep(2000)
        }
        guard let result else { throw ProgramFailure(description: "no result: \(command)") }
        return result
    }
}

/// Starts a process whose first descriptors are the files of `streams`, and that inherits no other ones.
private func spawn(
    _ program: String, _ arguments: [String], environment: [String: String], folder: String?,
    streams: [(path: String, flags: Int32)]
) throws -> pid_t {
    #if canImport(Darwin)
        var actions: posix_spawn_file_actions_t?
        var attributes: posix_spawnattr_t?
    #else
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
        posix_spawn_file_actions_destroy(&actions)
        posix_spawnattr_destroy(&attributes)
    }
    for (descriptor, stream) in streams.enumerated() {
        posix_spawn_file_actions_addopen(&actions, Int32(descriptor), stream.path, stream.flags, 0o600)
    }
    // Signals that whoever started the tests ignores (SIGINT, in the background) must reach the program.
    var defaults = sigset_t()
    sigemptyset(&defaults)
    for signal in [SIGINT, SIGTERM, SIGPIPE, SIGHUP] { sigaddset(&defaults, signal) }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    // The threads of a pool, on which tests run, block signals, and a program inherits that.
    var blocked = sigset_t()
    sigemptyset(&blocked)
    posix_spawnattr_setsigmask(&attributes, &blocked)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

    // Not every C library can spawn into another folder; a shell can, and gives its place to the program.
    let command =
        folder.map { ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", $0, program] } ?? [program]
    var words = (command + arguments).map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for pointer in words + variables { free(pointer) } }
    var identifier: pid_t = 0
    let code = posix_spawn(&identifier, command[0], &actions, &attributes, &words, &variables)
    guard code == 0 else {
        throw ProgramFailure(description: "\(program) cannot be started: \(String(cString: strerror(code)))")
    }
    return identifier
}
