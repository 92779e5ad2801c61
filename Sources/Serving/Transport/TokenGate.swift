/// Lets calls in that carry a bearer token (RFC 6750).
struct TokenGate: Sendable {
    private let token: [UInt8]

    /// A gate that opens to `token`, which is not empty.
    init(_ token: String) { self.token = Array(token.utf8) }

    /// Whether an `Authorization` header's value holds the token.
    ///
    /// The time it takes depends on the lengths alone, not on how much of a wrong token is right.
    func admits(_ value: Span<UInt8>) -> Bool {
        let scheme: StaticString = "bearer "
        let start = scheme.utf8CodeUnitCount
        guard value.count >= start, value.hasBytesIgnoringCase(scheme, at: 0..<start) else { return false }
        var difference: UInt8 = value.count - start == token.count ? 0 : 1
        for index in token.indices {
            let place = start + index
            difference |= token[index] ^ (place < value.count ? value[place] : 0)
        }
        return difference == 0
    }
}
