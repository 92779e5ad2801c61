import JSONCoding

/// A route that the event loop answers in place.
enum HotRoute: Int, CaseIterable, Sendable {
    case classify, route, systemOne, predict

    /// The path, which must be the whole request target.
    var path: StaticString {
        switch self {
        case .classify: "/v1/classify"
        case .route: "/v1/route"
        case .systemOne: "/v1/systemone"
        case .predict: "/predict"
        }
    }
}

/// What the head of an HTTP/1.1 request says, as far as it matters to find the request's end and to answer hot routes.
struct RequestHead: Equatable {
    /// Bytes of the head, the blank line included.
    var length: Int
    /// Bytes of the body, as Content-Length has it; 0 without one.
    var bodyLength = 0
    /// The route, where the request is `POST` to one that the event loop answers.
    var route: HotRoute?
    /// Whether the body is declared as JSON, uncompressed.
    var isJSON = false
    /// Whether the body's media type is declared at all.
    var hasContentType = false
    /// Whether the client asked for the connection to be closed after the answer.
    var closes = false
    /// Places of the values that an answer needs.
    var authorization: Range<Int>?
    var requestID: Range<Int>?
    var traceparent: Range<Int>?
}

/// What stands at the beginning of a connection's unread bytes.
enum RequestHeadScan: Equatable {
    /// The blank line has not come yet.
    case incomplete
    /// A head whose request ends at a place that every reader of HTTP agrees on.
    case head(RequestHead)
    /// Anything else, valid or not: only the full HTTP decoder may judge it.
    case opaque
}

extension RequestHead {
    /// Reads a head, strictly.
    ///
    /// Two readers of one connection must never disagree about where a request ends, or a client could smuggle one
    /// past the other. So everything unusual is left to the general decoder, together with all that follows:
    /// transfer codings, repeated or odd lengths, folded lines, bare line feeds, other versions, upgrades, expectations.
    ///
    /// - Parameter searched: bytes that earlier calls found to hold no end of the head; moved on by this one.
    static func scan(_ bytes: Span<UInt8>, searched: inout Int) -> RequestHeadScan {
        guard let end = endOfHead(bytes, from: &searched) else { return .incomplete }
        guard end > 0 else { return .opaque }
        var head = RequestHead(length: end)
        guard var position = head.readRequestLine(bytes) else { return .opaque }
        var hasLength = false
        var hasHost = false
        while position < end - 2 {
            guard let line = HeaderLine(bytes, at: position), head.take(line, bytes, &hasLength, &hasHost) else {
                return .opaque
            }
            position = line.next
        }
        return hasHost && position == end - 2 ? .head(head) : .opaque
    }

    /// The end of the head; 0 for one with bare line feeds, nil if it has not come.
    private static func endOfHead(_ bytes: Span<UInt8>, from searched: inout Int) -> Int? {
        var position = searched
        while let feed = ByteSearch.firstIndex(of: 0x0A, in: bytes, from: position) {
            guard feed > 0, bytes[feed - 1] == 0x0D else { return 0 }
            if feed >= 3, bytes[feed - 2] == 0x0A { return feed + 1 }
            // A request that begins with an empty line is for the general decoder.
            if feed == 1 { return 0 }
            position = feed + 1
        }
        searched = bytes.count
        return nil
    }

    /// Reads `METHOD target HTTP/1.1`; the place after its line end.
    private mutating func readRequestLine(_ bytes: Span<UInt8>) -> Int? {
        var position = 0
        while position < length, (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(bytes[position]) { position += 1 }
        guard position > 0, bytes[position] == UInt8(ascii: " ") else { return nil }
        let method = 0..<position
        // CONNECT makes a tunnel of the connection.
        guard !bytes.hasBytes("CONNECT", at: method) else { return nil }
        let start = position + 1
        position = start
        while position < length, (0x21..<0x7F).contains(bytes[position]) { position += 1 }
        let target = start..<position
        guard !target.isEmpty, bytes.hasBytes(" HTTP/1.1\r\n", at: position..<position + 11) else { return nil }
        if bytes.hasBytes("POST", at: method) {
            route = HotRoute.allCases.first { bytes.hasBytes($0.path, at: target) }
        }
        return position + 11
    }

    /// Takes over what a header says; false for one that only the general decoder may judge.
    private mutating func take(
        _ line: HeaderLine, _ bytes: Span<UInt8>, _ hasLength: inout Bool, _ hasHost: inout Bool
    ) -> Bool {
        switch line.name.count {
        case 4 where line.isNamed("host", bytes):
            guard !hasHost else { return false }
            hasHost = true
        case 6 where line.isNamed("expect", bytes): return false
        case 7 where line.isNamed("upgrade", bytes): return false
        case 10 where line.isNamed("connection", bytes):
            if bytes.hasBytesIgnoringCase("close", at: line.value) {
                closes = true
            } else if !bytes.hasBytesIgnoringCase("keep-alive", at: line.value) {
                return false
            }
        case 11 where line.isNamed("traceparent", bytes):
            guard traceparent == nil else { return false }
            traceparent = line.value
        case 12 where line.isNamed("content-type", bytes):
            guard !hasContentType else { return false }
            hasContentType = true
            isJSON = bytes.isJSONMediaType(at: line.value)
        case 12 where line.isNamed("x-request-id", bytes):
            guard requestID == nil else { return false }
            requestID = line.value
        case 13 where line.isNamed("authorization", bytes):
            guard authorization == nil else { return false }
            authorization = line.value
        case 14 where line.isNamed("content-length", bytes):
            // Not every reader takes a tab beside the number for white space.
            guard !hasLength, !line.hasTab(bytes), let value = bytes.decimal(at: line.value) else { return false }
            hasLength = true
            bodyLength = value
        case 16 where line.isNamed("content-encoding", bytes): return false
        case 17 where line.isNamed("transfer-encoding", bytes): return false
        default: break
        }
        return true
    }
}

/// One `name: value` line.
struct HeaderLine {
    let name: Range<Int>
    /// Without white space around it.
    let value: Range<Int>
    /// First byte of the next line.
    let next: Int

    /// Reads the line at `start`; nil if it is folded, or has bytes that a header may not have.
    init?(_ bytes: Span<UInt8>, at start: Int) {
        var position = start
        while HeaderLine.isToken(bytes[position]) { position += 1 }
        guard position > start, bytes[position] == UInt8(ascii: ":") else { return nil }
        name = start..<position
        position += 1
        while bytes[position] == 0x20 || bytes[position] == 0x09 { position += 1 }
        let first = position
        while bytes[position] >= 0x20 && bytes[position] != 0x7F || bytes[position] == 0x09 { position += 1 }
        guard bytes[position] == 0x0D, bytes[position + 1] == 0x0A else { return nil }
        next = position + 2
        while position > first, bytes[position - 1] == 0x20 || bytes[position - 1] == 0x09 { position -= 1 }
        value = first..<position
    }

    /// Whether a tab stands anywhere behind the name.
    func hasTab(_ bytes: borrowing Span<UInt8>) -> Bool { (name.upperBound..<next).contains { bytes[$0] == 0x09 } }

    func isNamed(_ name: StaticString, _ bytes: Span<UInt8>) -> Bool { bytes.hasBytesIgnoringCase(name, at: self.name) }

    /// Whether a header's name may hold `byte` (RFC 9110, section 5.6.2).
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "!"),
            UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "'"),
            UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "`"),
            UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}

extension Span<UInt8> {
    /// Whether the bytes in `range` are those of `text`; false where the range runs past the end.
    func hasBytes(_ text: StaticString, at range: Range<Int>) -> Bool {
        guard range.count == text.utf8CodeUnitCount, range.upperBound <= count else { return false }
        return text.withUTF8Buffer { expected in
            for index in 0..<expected.count where self[range.lowerBound + index] != expected[index] { return false }
            return true
        }
    }

    /// As `hasBytes`, with ASCII letters of the range in either case; `text` is in lower case.
    func hasBytesIgnoringCase(_ text: StaticString, at range: Range<Int>) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { expected in
            for index in 0..<expected.count where self[range.lowerBound + index].asciiLowercased != expected[index] {
                return false
            }
            return true
        }
    }

    /// The number in `range`: one to ten digits and nothing else.
    func decimal(at range: Range<Int>) -> Int? {
        guard (1...10).contains(range.count) else { return nil }
        var value = 0
        for index in range {
            let digit = self[index]
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return value
    }

    /// Whether a Content-Type is `application/json`, whatever its parameters.
    func isJSONMediaType(at range: Range<Int>) -> Bool {
        let type: StaticString = "application/json"
        let end = range.lowerBound + type.utf8CodeUnitCount
        guard end <= range.upperBound, hasBytesIgnoringCase(type, at: range.lowerBound..<end) else { return false }
        return end == range.upperBound || self[end] == UInt8(ascii: ";") || self[end] == UInt8(ascii: " ")
    }
}

extension UInt8 {
    var asciiLowercased: UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
    }
}
