internal import Crypto

extension ModelBytes {
    /// The revision of a model with these bytes: `sha256:` and 64 lower-case hexadecimal digits.
    ///
    /// - Complexity: O(`count`): reads every byte; keep the result.
    public func revision() -> String {
        var hash = SHA256()
        withUnsafeBytes { hash.update(bufferPointer: $0) }
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
