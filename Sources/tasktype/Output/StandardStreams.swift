#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Results. A reader that went away (`| head`) ends the program quietly, as other tools do.
enum StandardOutput {
    static func write(_ text: String) { write(Array(text.utf8)) }

    static func write(_ bytes: [UInt8]) {
        let written = fwrite(bytes, 1, bytes.count, stdout)
        if written < bytes.count { endAfterFailedWrite() }
    }

    static func flush() {
        if fflush(stdout) != 0 { endAfterFailedWrite() }
    }

    private static func endAfterFailedWrite() -> Never {
        let cause = errno
        if cause != EPIPE { StandardError.write("tasktype: the results cannot be written: \(String(cString: strerror(cause)))\n") }
        _exit(cause == EPIPE ? 0 : 2)
    }
}

/// Progress and messages.
enum StandardError {
    static func write(_ text: String) {
        let bytes = Array(text.utf8)
        fwrite(bytes, 1, bytes.count, stderr)
    }
}
