internal import Crypto

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension ModelBytes {
    /// The SHA-256 of a file of any size, as `sha256:` and hexadecimal digits, without mapping it.
    ///
    /// A file that others cut short while it is mapped ends the process; here it is read instead.
    ///
    /// - Complexity: O(size of the file), in constant memory.
    public static func revision(ofFile path: String) throws(ModelFileError) -> String {
        do throws(FileFailure) {
            let file = try OpenFile(path, flags: O_RDONLY)
            let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
            defer { chunk.deallocate() }
            var hash = SHA256()
            while true {
                let count = try file.read(into: chunk)
                hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: chunk[..<count]))
                if count < chunk.count { break }
            }
            let digits = Array("0123456789abcdef".utf8)
            let text = hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
            return "sha256:" + String(decoding: text, as: UTF8.self)
        } catch {
            throw ModelFileError(.unreadable, "\(quoted(path)) cannot be read: \(error.cause)")
        }
    }
}
