#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Results.
///
/// A reader that went away (`| head`) ends the program quietly, as other tools do.
enum StandardOutput {
    static func write(_ text: String) { write(Array(text.utf8)) }

    /// Writes all of `bytes`, however many calls that takes.
    static func write(_ bytes: [UInt8]) {
        guard let cause = writeAll(bytes, to: STDOUT_FILENO) else { return }
        if cause != EPIPE {
            StandardError.write("tasktype: the results cannot be written: \(String(cString: strerror(cause)))\n")
        }
        _exit(cause == EPIPE ? 0 : 2)
    }
}

/// Progress and messages.
enum StandardError {
    static func write(_ text: String) { _ = writeAll(Array(text.utf8), to: STDERR_FILENO) }
}

/// Writes all bytes and returns nil, or the error number.
private func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
    var start = 0
    while start < bytes.count {
        let written = bytes.withUnsafeBytes { buffer in
            #if canImport(Darwin)
                Darwin.write(descriptor, buffer.baseAddress?.advanced(by: start), bytes.count - start)
            #elseif canImport(Musl)
                Musl.write(descriptor, buffer.baseAddress?.advanced(by: start), bytes.count - start)
            #else
                Glibc.write(descriptor, buffer.baseAddress?.advanced(by: start), bytes.count - start)
            #endif
        }
        if written >= 0 { start += written } else if errno != EINTR { return errno }
    }
    return nil
}
