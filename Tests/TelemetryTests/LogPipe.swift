import Foundation
import Telemetry

/// A pipe that a sink writes to, and a sink.
final class LogPipe {
    let pipe = Pipe()
    let sink: LogSink

    init(format: LogFormat = .json, capacity: Int = 4 << 20) {
        sink = LogSink(fileDescriptor: pipe.fileHandleForWriting.fileDescriptor, format: format, capacity: capacity)
    }

    /// The sink's thread must have ended before the descriptor's number is free for somebody else's file.
    deinit {
        sink.close()
        sink.flush(within: 10)
    }

    /// Leaves no room in the pipe: line feeds, which `finish` and the tests pass over.
    func fill() {
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        let flags = fcntl(descriptor, F_GETFL)
        _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK)
        let feeds = [UInt8](repeating: UInt8(ascii: "\n"), count: 4096)
        while feeds.withUnsafeBytes({ write(descriptor, $0.baseAddress, $0.count) }) > 0 {}
        while feeds.withUnsafeBytes({ write(descriptor, $0.baseAddress, 1) }) > 0 {}
        _ = fcntl(descriptor, F_SETFL, flags)
    }

    /// Everything written, once the sink has nothing left; the pipe holds 64 KiB, so that is the most.
    func finish() throws -> [String] {
        sink.close()
        _ = sink.flush(within: 30)
        try pipe.fileHandleForWriting.close()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        return String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .dropLast().map(String.init)
    }
}

/// A line as JSON.
func object(_ line: String) throws -> [String: Any] {
    try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
}
