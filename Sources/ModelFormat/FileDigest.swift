internal import Crypto

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The digest of a file of any length, such as training data.
public enum FileDigest {
    /// `sha256:` and 64 lower-case hexadecimal digits, as for a model's revision.
    ///
    /// Reads the file in pieces: memory does not grow with its length, as a mapping's would.
    public static func sha256(ofFileAt path: String) throws(ModelFileError) -> String {
        var hash = SHA256()
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        do throws(FileFailure) {
            let file = try OpenFile(path, flags: O_RDONLY | O_NONBLOCK)
            while true {
                // Typed throws do not pass through the closure, so the result does.
                let outcome = buffer.withUnsafeMutableBytes { buffer -> Result<Int, FileFailure> in
                    do throws(FileFailure) { return .success(try file.read(into: buffer)) } catch {
                        return .failure(error)
                    }
                }
                let count = try outcome.get()
                if count == 0 { break }
                buffer.withUnsafeBytes { hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            }
        } catch {
            throw ModelFileError(.unreadable, "\(quoted(path)) cannot be read: \(error.cause)")
        }
        let digits = Array("0123456789abcdef".utf8)
        let text = hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return "sha256:" + String(decoding: text, as: UTF8.self)
    }
}
