#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Texts to measure with, as the scripts write them.
public enum Texts {
    /// The texts of a file: separated by zero bytes where it has any, else one a line; empty ones are left out.
    ///
    /// Ends the program with a sentence on standard error where there is none.
    public static func read(_ path: String) -> [[UInt8]] {
        guard let file = fopen(path, "rb") else { fail("\(path) cannot be opened") }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = fread(&block, 1, block.count, file)
            if count == 0 { break }
            bytes += block[..<count]
        }
        let separator: UInt8 = bytes.contains(0) ? 0 : 0x0A
        let texts = bytes.split(separator: separator).map(Array.init)
        guard !texts.isEmpty else { fail("\(path) holds no text") }
        return texts
    }
}

/// Ends the program with a sentence on standard error.
public func fail(_ message: String) -> Never {
    let line = message + "\n"
    _ = line.withCString { write(STDERR_FILENO, $0, strlen($0)) }
    exit(1)
}
