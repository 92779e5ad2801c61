#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The `process_…` metrics that every Prometheus client library has, read at each scrape.
///
/// What the system does not tell (all but processor time and the limit of open files, where there is no /proc) is
/// left out.
public enum ProcessMetrics {
    /// Adds them to a registry.
    public static func register(on registry: PrometheusRegistry) {
        registry.computedCounter(
            "process_cpu_seconds_total", help: "Processor time spent by the process, in seconds.", value: cpuSeconds)
        registry.computedGauge(
            "process_resident_memory_bytes", help: "Memory of the process that is in RAM, in bytes."
        ) { memoryPages(field: 1) }
        registry.computedGauge(
            "process_virtual_memory_bytes", help: "Address space of the process, in bytes."
        ) { memoryPages(field: 0) }
        registry.computedGauge("process_open_fds", help: "File descriptors that are open.", value: openDescriptors)
        registry.computedGauge(
            "process_max_fds", help: "Most file descriptors that may be open.", value: descriptorLimit)
        let start = startTime()
        registry.computedGauge(
            "process_start_time_seconds", help: "When the process started, in seconds since 1970."
        ) { start }
    }

    private static func cpuSeconds() -> Double? {
        var time = timespec()
        guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return nil }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func memoryPages(field: Int) -> Double? {
        guard let text = contents(of: "/proc/self/statm") else { return nil }
        let fields = text.split(separator: " ")
        guard field < fields.count, let pages = Int(fields[field]) else { return nil }
        return Double(pages * Int(getpagesize()))
    }

    private static func openDescriptors() -> Double? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var entries = 0
        while readdir(folder) != nil { entries += 1 }
        // Not `.`, `..`, nor the descriptor by which the folder is being read.
        return Double(entries - 3)
    }

    private static func descriptorLimit() -> Double? {
        var limit = rlimit()
        #if canImport(Glibc)
            guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        #else
            guard getrlimit(RLIMIT_NOFILE, &limit) == 0 else { return nil }
        #endif
        return Double(limit.rlim_cur)
    }

    /// The machine's start (`btime` in /proc/stat) and, in clock ticks after it, the process's (field 22 of its stat).
    private static func startTime() -> Double? {
        guard let machine = contents(of: "/proc/stat"), let own = contents(of: "/proc/self/stat"),
            let line = machine.split(separator: "\n").first(where: { $0.hasPrefix("btime ") }),
            let boot = Double(line.dropFirst("btime ".count)),
            // The second field is the program's name in parentheses, which may hold anything; count behind it.
            let nameEnd = own.lastIndex(of: ")")
        else { return nil }
        let fields = own[own.index(after: nameEnd)...].split(separator: " ")
        guard fields.count > 19, let ticks = Double(fields[19]) else { return nil }
        return boot + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// A small file of /proc, whose size is unknown before it is read.
    private static func contents(of path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = block.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 { return nil }
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(contentsOf: block[..<count])
        }
    }
}
