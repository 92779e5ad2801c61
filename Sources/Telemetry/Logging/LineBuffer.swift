#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Lines on their way from many threads to one, bounded in bytes.
final class LineBuffer: @unchecked Sendable {
    // Sendable: every access to the state below is made while `mutex` is held.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let hasWork: UnsafeMutablePointer<pthread_cond_t>
    private let isEmpty: UnsafeMutablePointer<pthread_cond_t>

    private let capacity: Int
    private var lines: [[UInt8]] = []
    /// Bytes of lines that wait or are being written.
    private var bytes = 0
    private var dropped = 0
    /// How many of `dropped` a line has told of.
    private var reported = 0
    private var isWriting = false
    private var isClosed = false
    /// Whether the thread that writes has taken its last lines, or never began.
    private var hasEnded = false

    init(capacity: Int) {
        self.capacity = capacity
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
        hasWork = .allocate(capacity: 1)
        hasWork.initialize(to: pthread_cond_t())
        pthread_cond_init(hasWork, nil)
        isEmpty = .allocate(capacity: 1)
        isEmpty.initialize(to: pthread_cond_t())
        pthread_cond_init(isEmpty, nil)
    }

    deinit {
        pthread_cond_destroy(isEmpty)
        pthread_cond_destroy(hasWork)
        pthread_mutex_destroy(mutex)
        isEmpty.deallocate()
        hasWork.deallocate()
        mutex.deallocate()
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }

    /// Lines that were not written and never will be.
    var droppedLines: Int { locked { dropped } }

    /// Adds a line, or drops it where there is no room.
    func append(_ line: [UInt8]) {
        locked {
            guard !isClosed, bytes + line.count <= capacity else {
                dropped += 1
                if lines.isEmpty { pthread_cond_signal(hasWork) }
                return
            }
            lines.append(line)
            bytes += line.count
            if lines.count == 1 { pthread_cond_signal(hasWork) }
        }
    }

    /// Waits for lines and takes them all, with the number of lines dropped since the last time; nil at the end.
    func next() -> (lines: [[UInt8]], dropped: Int)? {
        locked {
            while lines.isEmpty && reported == dropped && !isClosed { pthread_cond_wait(hasWork, mutex) }
            if lines.isEmpty && reported == dropped {
                hasEnded = true
                pthread_cond_broadcast(isEmpty)
                return nil
            }
            let new = (lines, dropped - reported)
            lines = []
            reported = dropped
            isWriting = true
            return new
        }
    }

    /// A line of the ones taken is written, and there is room for others.
    func wrote(_ count: Int) { locked { bytes -= count } }

    /// All lines that were taken are written.
    func wroteAll() {
        locked {
            isWriting = false
            if isIdle { pthread_cond_broadcast(isEmpty) }
        }
    }

    /// A line that was taken could not be written; there is nobody to tell but the count.
    func lost() {
        locked {
            dropped += 1
            reported += 1
        }
    }

    /// Whether everything was written in at most so many seconds.
    func waitUntilEmpty(seconds: Double) -> Bool {
        var deadline = timespec()
        clock_gettime(CLOCK_REALTIME, &deadline)
        let whole = seconds.rounded(.down)
        deadline.tv_sec += Int(whole)
        deadline.tv_nsec += Int((seconds - whole) * 1e9)
        if deadline.tv_nsec >= 1_000_000_000 {
            deadline.tv_sec += 1
            deadline.tv_nsec -= 1_000_000_000
        }
        return locked {
            // Once closed, the descriptor may be somebody else's soon: wait until nobody will write to it any more.
            while !hasEnded && (isClosed || !isIdle) {
                if pthread_cond_timedwait(isEmpty, mutex, &deadline) != 0 { break }
            }
            return isIdle
        }
    }

    /// Takes no more lines; `thereIsNoReader` where no thread will ever take those that wait.
    func close(thereIsNoReader: Bool = false) {
        locked {
            isClosed = true
            if thereIsNoReader { hasEnded = true }
            pthread_cond_signal(hasWork)
        }
    }

    /// Whether nothing is left to write.
    private var isIdle: Bool { lines.isEmpty && !isWriting && reported == dropped }
}
