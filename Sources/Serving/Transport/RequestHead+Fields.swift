import JSONCoding

extension RequestHead {
    /// The values of the headers that have one of these names, in lower case; several of one name are joined.
    ///
    /// What lets a caller in is left out, and so is the host: neither is for the rules of a policy to look at.
    ///
    /// - Parameter bytes: those that the head was read from.
    func fields(named names: Set<String>, in bytes: Span<UInt8>) -> [String: String] {
        guard !names.isEmpty, let line = ByteSearch.firstIndex(of: 0x0A, in: bytes, from: 0) else { return [:] }
        var fields: [String: String] = [:]
        var position = line + 1
        while position < length - 2, let line = HeaderLine(bytes, at: position) {
            position = line.next
            guard let name = names.first(where: { line.isNamed($0, bytes) }), !Self.hidden.contains(name) else {
                continue
            }
            let value = bytes.extracting(line.value).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
            fields[name] = fields[name].map { $0 + ", " + value } ?? value
        }
        return fields
    }

    private static let hidden: Set = ["authorization", "cookie", "host"]
}

extension HeaderLine {
    /// Whether its name is `name`, which is in lower case.
    fileprivate func isNamed(_ name: String, _ bytes: Span<UInt8>) -> Bool {
        guard name.utf8.count == self.name.count else { return false }
        var index = self.name.lowerBound
        for byte in name.utf8 {
            guard bytes[index].asciiLowercased == byte else { return false }
            index += 1
        }
        return true
    }
}
