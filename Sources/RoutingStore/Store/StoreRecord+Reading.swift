internal import JSONCoding

extension StoreRecord {
    /// What a record of a kind says; nil for one of another kind, and for one that this program cannot read.
    func read<Content>(
        _ kind: String,
        by decode: (Span<UInt8>, inout JSONCursor) throws(RequestDecodingError) -> Content
    ) -> Content? {
        guard self.kind == kind else { return nil }
        let bytes = Array(body.utf8)
        var cursor = JSONCursor(invalidUnicode: .repair)
        do throws(RequestDecodingError) {
            return try decode(bytes.span, &cursor)
        } catch {
            return nil
        }
    }
}
