import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Writes log lines to a file descriptor from a thread of its own.
///
/// Who logs only puts a line into a bounded buffer: a reader of standard error that is slow, or has stopped, never
/// holds up an event loop. Lines that find the buffer full are dropped and counted, and a line says so as soon as
/// there is room. Each line is one `write(2)`, so that lines of several programs on one pipe do not mix.
public final class LogSink: Sendable {
    /// How lines look.
    public let format: LogFormat

    private let buffer: LineBuffer
    private let descriptor: Int32

    /// Starts the thread; it ends with `close()`.
    ///
    /// - Parameter capacity: bytes that may wait; a longer line is always dropped.
    public init(fileDescriptor: Int32 = 2, format: LogFormat = .json, capacity: Int = 4 << 20) {
        self.format = format
        descriptor = fileDescriptor
        buffer = LineBuffer(capacity: capacity)
        let context = Unmanaged.passRetained(self)
        #if canImport(Glibc) || canImport(Musl)
            var thread = pthread_t()
        #else
            var thread: pthread_t?
        #endif
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let result = pthread_create(&thread, &attributes, logThread, context.toOpaque())
        pthread_attr_destroy(&attributes)
        if result != 0 {
            context.release()
            // Without a thread nobody would ever write: lines are then dropped and counted.
            buffer.close(thereIsNoReader: true)
        }
    }

    /// Lines that were left out so far.
    public var droppedLines: Int { buffer.droppedLines }

    /// Hands over a line, which ends in a line feed; never waits for the reader.
    public func write(_ line: [UInt8]) { buffer.append(line) }

    /// Waits until every line handed over so far has been written, at most `seconds`.
    ///
    /// - Returns: whether all were written.
    @discardableResult
    public func flush(within seconds: Double = 2) -> Bool { buffer.waitUntilEmpty(seconds: seconds) }

    /// Takes no more lines and ends the thread once those that wait are written.
    ///
    /// The descriptor may be closed when `flush` has returned true after this.
    public func close() { buffer.close() }

    /// Has the lines that still wait written when the program calls `exit` or returns from `main`.
    public func flushAtExit() {
        let isFirst = flushedAtExit.withLock { sinks in
            sinks.append(self)
            return sinks.count == 1
        }
        if isFirst {
            atexit { for sink in flushedAtExit.withLock({ $0 }) { sink.flush() } }
        }
    }

    /// What the thread does.
    fileprivate func drain() {
        // A reader that has gone is an error from write(2), not the end of the program.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        while let (lines, dropped) = buffer.next() {
            if dropped > 0 { writeNow(format.notice(ofDropped: dropped, total: droppedLines)) }
            for line in lines {
                writeNow(line)
                buffer.wrote(line.count)
            }
            buffer.wroteAll()
        }
    }

    private func writeNow(_ line: [UInt8]) {
        line.withUnsafeBytes { bytes in
            var start = 0
            while start < bytes.count {
                #if canImport(Darwin)
                    let count = Darwin.write(descriptor, bytes.baseAddress.map { $0 + start }, bytes.count - start)
                #elseif canImport(Musl)
                    let count = Musl.write(descriptor, bytes.baseAddress.map { $0 + start }, bytes.count - start)
                #else
                    let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + start }, bytes.count - start)
                #endif
                if count > 0 {
                    start += count
                } else if errno == EAGAIN {
                    // Somebody who shares the descriptor made it non-blocking.
                    var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&wanted, 1, 1000)
                } else if errno != EINTR {
                    buffer.lost()
                    return
                }
            }
        }
    }
}

private let flushedAtExit = Mutex<[LogSink]>([])

#if canImport(Darwin)
    private func logThread(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        Unmanaged<LogSink>.fromOpaque(context).takeRetainedValue().drain()
        return nil
    }
#else
    private func logThread(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        if let context { Unmanaged<LogSink>.fromOpaque(context).takeRetainedValue().drain() }
        return nil
    }
#endif
