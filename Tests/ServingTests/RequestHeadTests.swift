import TestSupport
import Testing

@testable import Serving

@Suite struct RequestHeadTests {
    private func scan(_ text: String) -> RequestHeadScan {
        var searched = 0
        return RequestHead.scan(Array(text.utf8).span, searched: &searched)
    }

    private func head(_ lines: String..., line: String = "POST /v1/classify HTTP/1.1") -> RequestHead? {
        let text = ([line, "Host: a"] + lines + ["", "body"]).joined(separator: "\r\n")
        guard case .head(let head) = scan(text) else { return nil }
        return head
    }

    @Test func `a plain call to a hot route is read`() throws {
        let text =
            "POST /v1/classify HTTP/1.1\r\nHost: 127.0.0.1:1\r\ncontent-TYPE: Application/JSON; charset=utf-8\r\n"
            + "Content-Length:  12 \r\nX-Request-Id: r-1\r\nAuthorization: Bearer t\r\ntraceparent:00-1\r\n\r\n"
        guard case .head(let head) = scan(text + "{}") else {
            Issue.record("not read")
            return
        }
        #expect(head.route == .classify && head.bodyLength == 12 && head.isJSON && !head.closes)
        #expect(head.length == text.utf8.count)
        let bytes = Array(text.utf8)
        #expect(String(decoding: bytes[head.requestID!], as: UTF8.self) == "r-1")
        #expect(String(decoding: bytes[head.authorization!], as: UTF8.self) == "Bearer t")
        #expect(String(decoding: bytes[head.traceparent!], as: UTF8.self) == "00-1")
    }

    @Test func `the headers that a policy asks for are read from the bytes`() throws {
        let text =
            "POST /v1/route HTTP/1.1\r\nHost: a\r\nX-Team:  red \r\nAuthorization: s\r\nx-TEAM: blue\r\nX-Teams: x\r\n"
            + "Cookie: c\r\nX-Name: \u{00FC}\r\nX-Empty:\r\nContent-Length: 11\r\n\r\nx-mode: no\r\n"
        guard case .head(let head) = scan(text) else {
            Issue.record("not read")
            return
        }
        #expect(head.route == .route)
        let bytes = Array(text.utf8)
        let names: Set = ["x-team", "authorization", "cookie", "host", "x-name", "x-empty", "x-mode", "none"]
        #expect(
            head.fields(named: names, in: bytes.span) == ["x-team": "red, blue", "x-name": "\u{00FC}", "x-empty": ""])
        #expect(head.fields(named: [], in: bytes.span) == [:])
    }

    @Test func `other requests are framed without a route`() {
        #expect(head(line: "GET /healthz HTTP/1.1")?.route == nil)
        #expect(head(line: "GET /healthz HTTP/1.1") != nil)
        #expect(head(line: "GET /v1/classify HTTP/1.1")?.route == nil)
        #expect(head(line: "POST /v1/classify?x=1 HTTP/1.1")?.route == nil)
        #expect(head("Connection: close")?.closes == true)
        #expect(head("Content-Type: text/plain")?.isJSON == false)
        #expect(head("Content-Type: application/jsonp")?.isJSON == false)
    }

    @Test(arguments: [
        "POST /v1/classify HTTP/1.0", "POST  /v1/classify HTTP/1.1", "POST /v1/classify HTTP/1.1 ",
        "CONNECT a:1 HTTP/1.1",
        "post /v1/classify HTTP/1.1", " POST / HTTP/1.1", "POST /a b HTTP/1.1", "\r\nPOST / HTTP/1.1",
        "POST / HTTP/2.0",
        "POST /\u{E9} HTTP/1.1",
    ])
    func `an unusual request line is left to the general decoder`(_ line: String) {
        #expect(scan(line + "\r\nHost: a\r\n\r\n") == .opaque)
    }

    @Test(arguments: [
        "Transfer-Encoding: chunked", "Content-Length: 1\r\nContent-Length: 1", "Content-Length: +1",
        "Content-Length: 1, 1",
        "Content-Length: ", "Content-Length: 0x1", "Content-Length: 99999999999", "A: b\r\n folded", "Upgrade: h2c",
        "Connection: upgrade", "Expect: 100-continue", "Bad name: x", "Name : x", ": x", "A: \u{1}", "A: b\rc",
        "Content-Encoding: gzip", "Host: again", "A b", "Authorization: a\r\nAuthorization: b",
    ])
    func `an unusual header is left to the general decoder`(_ header: String) {
        #expect(scan("POST /v1/classify HTTP/1.1\r\nHost: a\r\n\(header)\r\n\r\n") == .opaque)
    }

    @Test func `a request without a host is left to the general decoder`() {
        #expect(scan("POST /v1/classify HTTP/1.1\r\n\r\n") == .opaque)
    }

    @Test func `bare line feeds are left to the general decoder at once`() {
        #expect(scan("POST /v1/classify HTTP/1.1\n") == .opaque)
        #expect(scan("POST /v1/classify HTTP/1.1\r\nHost: a\n\n") == .opaque)
    }

    @Test func `a head that comes byte by byte is the same as one that comes at once`() {
        let bytes = Array("POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc".utf8)
        var searched = 0
        var found: [Int] = []
        for count in 0...bytes.count {
            if case .head(let head) = RequestHead.scan(bytes.span.extracting(0..<count), searched: &searched) {
                #expect(head.bodyLength == 3 && head.route == .predict)
                found.append(count)
            }
        }
        #expect(found == Array(bytes.count - 3...bytes.count))
    }

    @Test func `no bytes make the reader fail`() {
        var generator = SplitMix64(seed: 20_261_121)
        let pieces: [String] = [
            "POST ", "/v1/classify", " HTTP/1.1", "\r\n", "\n", "\r", "Host: a", "Content-Length: ", "9", ":", " ",
            "\t",
            "Connection", "\u{0}", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "é",
        ]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                pieces.randomElement(using: &generator)!
            }.joined()
            if case .head(let head) = scan(text) {
                #expect(head.length <= text.utf8.count && text.utf8.count >= 18, "\(text.debugDescription)")
            }
        }
    }
}
