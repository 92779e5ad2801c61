#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Bytes of memory that the process may use: the machine's, or less where a container says so.
var memorySize: Int {
    let machine = Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE)))
    // Versions 2 and 1 of control groups; a group without a limit says "max" or a very large number.
    let limits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"].compactMap(number(in:))
    return ([machine] + limits).filter { $0 > 0 }.min() ?? 1 << 32
}

/// The number that a file begins with.
private func number(in path: String) -> Int? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 32)
    guard fgets(&line, Int32(line.count), file) != nil else { return nil }
    return Int(String(decoding: line.prefix { (48...57).contains($0) }.map { UInt8($0) }, as: UTF8.self))
}
