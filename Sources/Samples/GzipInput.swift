import CZlib

/// Decompresses gzip (RFC 1952), one member after another.
///
/// Zero bytes after a member are padding, as in tar archives; anything else there must be a further member.
///
/// Unsafe inside: `stream` is allocated and initialised in `init` and freed in `deinit`, because zlib keeps a
/// pointer to it. `next_in` points into `compressed`, which never moves; `next_out` is set anew for each call.
final class GzipInput: ByteInput {
    private let source: any ByteInput
    private let name: String
    private let stream: UnsafeMutablePointer<z_stream>
    private let compressed: UnsafeMutableRawBufferPointer
    private var isInsideMember = false
    private var hasSeenMember = false

    /// Decompresses what `source` gives, reading `bufferSize` bytes at a time; `name` is for errors.
    init(_ source: any ByteInput, name: String, bufferSize: Int) throws(SampleError) {
        self.source = source
        self.name = name
        compressed = .allocate(byteCount: max(1, bufferSize), alignment: 16)
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15 bits of window, which gzip may use; 16 more ask for its header and check sum.
        let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            throw SampleError(
                .corruptArchive, file: name, problem: "zlib cannot start (status \(status))",
                remedy: "free some memory")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        compressed.deallocate()
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(SampleError) -> Int {
        // zlib counts in 32 bits.
        let room = min(buffer.count, Int(UInt32.max))
        while true {
            if stream.pointee.avail_in == 0 {
                let count = try source.read(into: compressed)
                stream.pointee.next_in = compressed.baseAddress?.assumingMemoryBound(to: UInt8.self)
                stream.pointee.avail_in = UInt32(count)
                if count == 0 {
                    guard !isInsideMember && hasSeenMember else { throw truncated }
                    return 0
                }
            }
            guard isInsideMember || beginMember() else { continue }
            stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(room)
            let status = inflate(stream, Z_NO_FLUSH)
            if status == Z_STREAM_END { isInsideMember = false }
            guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else { throw corrupt }
            let produced = room - Int(stream.pointee.avail_out)
            if produced > 0 { return produced }
        }
    }

    /// Starts the next member; false if all the bytes at hand were padding.
    private func beginMember() -> Bool {
        while hasSeenMember, stream.pointee.avail_in > 0, stream.pointee.next_in.pointee == 0 {
            stream.pointee.next_in += 1
            stream.pointee.avail_in -= 1
        }
        guard stream.pointee.avail_in > 0 else { return false }
        if hasSeenMember { inflateReset(stream) }
        hasSeenMember = true
        isInsideMember = true
        return true
    }

    private var truncated: SampleError {
        SampleError(
            .corruptArchive, file: name, problem: "the gzip data ends too early",
            remedy: "copy or compress the file again")
    }

    private var corrupt: SampleError {
        let reason = stream.pointee.msg.map { " (\(String(cString: $0)))" } ?? ""
        return SampleError(
            .corruptArchive, file: name, problem: "the gzip data is corrupt\(reason)",
            remedy: "copy or compress the file again")
    }
}
