#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Bytes set aside in a temporary file that has no name, so that texts need no memory and files are read once: what
/// was checked is what is written, even where a file changes meanwhile, and pipes can be read.
///
/// The file is in `$TMPDIR`, or `/tmp`; it goes with the process, however that ends.
package final class Spool: @unchecked Sendable {
    // Sendable: one thread appends; after `finish`, reading is all that happens, by `pread`.
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var flushed: UInt64 = 0

    /// A piece of the spool.
    package struct Slice: Sendable {
        package var offset: UInt64
        package var count: UInt32
    }

    package init() throws(DataCareError) {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array((folder + "/tasktype-XXXXXX").utf8CString)
        descriptor = mkstemp(&template)
        guard descriptor >= 0 else {
            throw DataCareError(
                "no temporary file can be made in \(folder): \(Self.cause(errno)); name another folder in TMPDIR")
        }
        unlink(template)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Appends `bytes`, at most 4 GiB of them.
    package func append(_ bytes: some Collection<UInt8>) throws(DataCareError) -> Slice {
        let slice = Slice(offset: flushed + UInt64(buffer.count), count: UInt32(bytes.count))
        buffer.append(contentsOf: bytes)
        if buffer.count >= 1 << 20 { try flush() }
        return slice
    }

    /// Makes everything that was appended readable.
    package func finish() throws(DataCareError) { try flush() }

    private func flush() throws(DataCareError) {
        var start = 0
        while start < buffer.count {
            let written = buffer.withUnsafeBytes {
                write(descriptor, $0.baseAddress?.advanced(by: start), $0.count - start)
            }
            if written >= 0 {
                start += written
            } else if errno != EINTR {
                throw DataCareError(
                    "the temporary file cannot be written: \(Self.cause(errno)); free space or name another folder in TMPDIR"
                )
            }
        }
        flushed += UInt64(buffer.count)
        buffer.removeAll(keepingCapacity: true)
    }

    /// The bytes of a slice.
    package func read(_ slice: Slice) throws(DataCareError) -> [UInt8] {
        var done = 0
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(slice.count)) { memory, count in
            while done < Int(slice.count) {
                let got = pread(
                    descriptor, memory.baseAddress?.advanced(by: done), Int(slice.count) - done,
                    off_t(slice.offset) + off_t(done))
                if got > 0 {
                    done += got
                } else if got == 0 || errno != EINTR {
                    failure = got == 0 ? EIO : errno
                    break
                }
            }
            count = done
        }
        guard done == Int(slice.count) else {
            throw DataCareError("the temporary file cannot be read back: \(Self.cause(failure)); check the disk")
        }
        return bytes
    }

    private static func cause(_ number: Int32) -> String { String(cString: strerror(number)) }
}
