import Synchronization
import Training

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Ends the process.
func exitProcess(_ status: Int32) -> Never {
    exit(status)
}

/// Makes writing to a closed pipe, or beyond a limit on the size of files, an error instead of a signal that ends the
/// process.
func ignoreWriteSignals() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
}

/// Number of processors that may be used.
var processorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

/// Most memory that the process has held, in bytes.
var peakMemory: Int {
    var usage = rusage()
    guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
    return Int(usage.ru_maxrss) * 1024
}

/// Whether standard error is a terminal that can redraw a line.
var standardErrorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

/// Value of an environment variable.
func environmentVariable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

/// All environment variables; of a name that is there twice, the first counts, as it does for `getenv`.
func environmentVariables() -> [String: String] {
    #if canImport(Darwin)
        var entry: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = _NSGetEnviron().pointee
    #else
        var entry: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = environ
    #endif
    var variables: [String: String] = [:]
    while let text = entry?.pointee {
        let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2, variables[String(parts[0])] == nil { variables[String(parts[0])] = String(parts[1]) }
        entry = entry?.successor()
    }
    return variables
}

/// Ctrl-C: noted, so that a long run can end by itself; a second one ends the process.
enum Interruption {
    private static let count = Atomic<Int>(0)
    private static let endsAtOnce = Atomic<Bool>(false)

    /// Whether Ctrl-C was pressed.
    static var isRequested: Bool { count.load(ordering: .relaxed) > 0 }

    /// Starts noting.
    static func watch() {
        signal(SIGINT) { _ in
            if Interruption.endsAtOnce.load(ordering: .relaxed) { Interruption.sayStopped() }
            if Interruption.count.wrappingAdd(1, ordering: .relaxed).oldValue > 0
                || Interruption.endsAtOnce.load(ordering: .relaxed)
            {
                _exit(130)
            }
        }
    }

    /// Runs `body`, in which Ctrl-C ends the process at once: it may wait for input that never comes, and has made
    /// nothing that would have to be removed.
    static func endingAtOnce<Result>(_ body: () throws -> Result) rethrows -> Result {
        endsAtOnce.store(true, ordering: .relaxed)
        defer { endsAtOnce.store(false, ordering: .relaxed) }
        return try body()
    }

    /// Called in a signal handler, where no memory may be allocated.
    private static func sayStopped() {
        let redraw: StaticString = "\r\u{1B}[K"
        if isatty(STDERR_FILENO) == 1 { _ = write(STDERR_FILENO, redraw.utf8Start, redraw.utf8CodeUnitCount) }
        let message: StaticString = "tasktype: stopped; nothing was written\n"
        _ = write(STDERR_FILENO, message.utf8Start, message.utf8CodeUnitCount)
    }
}

/// Whether `path` is a file that can be read more than once, not a pipe or a device.
func isRegularFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
}

/// Whether `path` names a folder.
func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// The text of a small file.
func readText(_ path: String, limit: Int) throws -> String {
    guard let file = fopen(path, "r") else {
        throw Failure("\(path) cannot be opened: \(String(cString: strerror(errno))); check the path")
    }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: limit + 1)
    let count = fread(&bytes, 1, bytes.count, file)
    guard ferror(file) == 0 else {
        throw Failure("\(path) cannot be read: \(String(cString: strerror(errno))); name a text file")
    }
    guard count <= limit else { throw Failure("\(path) has more than \(limit) bytes; shorten it") }
    guard let text = String(validating: bytes[..<count], as: UTF8.self) else {
        throw Failure("\(path) is no UTF-8; encode the text as UTF-8")
    }
    return text
}

/// Loads OpenBLAS with its threads and its kernel pinned, both of which it reads from the environment at that moment.
///
/// One thread, because parallelism sits above BLAS; one kernel, because kernels differ in the last bits and a model
/// must not depend on the processor it was trained on. Where the processor lacks AVX2, the library's own choice stays.
/// Called before there are other threads, since these may read the environment.
func pinLinearAlgebra() throws {
    setenv("OPENBLAS_NUM_THREADS", "1", 1)
    #if arch(x86_64)
        if environmentVariable("OPENBLAS_CORETYPE") == nil, processorHasAVX2 {
            setenv("OPENBLAS_CORETYPE", "Haswell", 1)
        }
    #endif
    do throws(TrainingError) {
        try TrainingLibraries.load()
    } catch {
        throw Failure(error.message)
    }
}

private var processorHasAVX2: Bool {
    guard let file = fopen("/proc/cpuinfo", "r") else { return false }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 8192)
    while fgets(&line, Int32(line.count), file) != nil {
        let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if text.hasPrefix("flags") { return text.contains(" avx2 ") && text.contains(" fma ") }
    }
    return false
}
