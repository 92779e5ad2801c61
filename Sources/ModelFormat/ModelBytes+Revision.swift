internal import Crypto

extension ModelBytes {
    /// The revision of a model with these bytes: `sha256:` and 64 lower-case hexadecimal digits.
    ///
    /// - Complexity: O(`count`): reads every byte; keep the result.
    public func revision() -> String {
        withUnsafeBytes { Self.digest(of: $0) }
    }

    /// `sha256:` and the digest of other bytes, such as those of a small file.
    package static func digest(of bytes: [UInt8]) -> String { bytes.withUnsafeBytes { digest(of: $0) } }

    private static func digest(of bytes: UnsafeRawBufferPointer) -> String {
        var hash = SHA256()
        hash.update(bufferPointer: bytes)
        let digits = Array("0123456789abcdef".utf8)
        let text = hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return "sha256:" + String(decoding: text, as: UTF8.self)
    }
}

extension SafetensorsFile {
    /// The SHA-256 of the whole file, as `sha256:` and hexadecimal digits.
    ///
    /// - Complexity: O(length of the file): keep the result.
    public func revision() -> String { bytes.revision() }
}
