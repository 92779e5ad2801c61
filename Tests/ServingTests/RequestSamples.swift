import TestSupport

/// Requests as clients send them, and as nobody should.
enum RequestSamples {
    static func request(_ generator: inout SplitMix64) -> [UInt8] {
        let kind = Int.random(in: 0..<20, using: &generator)
        var bytes: [UInt8]
        switch kind {
        case 0..<8: bytes = Array(wellFormed(&generator).utf8)
        case 8..<13: bytes = Array(odd(&generator).utf8)
        case 13..<16: bytes = Array(chunked(&generator).utf8)
        case 16..<18: bytes = Array(pick(malformed, &generator).utf8)
        default:
            // One byte of a good request is another.
            bytes = Array(wellFormed(&generator).utf8)
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            bytes[place] = UInt8.random(in: 0...255, using: &generator)
        }
        return bytes
    }

    /// The bytes in pieces, some of one byte.
    static func split(_ bytes: [UInt8], _ generator: inout SplitMix64) -> [[UInt8]] {
        guard Bool.random(using: &generator) else { return [bytes] }
        var pieces: [[UInt8]] = []
        var position = 0
        while position < bytes.count {
            let length = Int.random(in: 1...pick([1, 40, 400], &generator), using: &generator)
            pieces.append(Array(bytes[position..<min(bytes.count, position + length)]))
            position += length
        }
        return pieces
    }

    private static func pick<Element>(_ elements: [Element], _ generator: inout SplitMix64) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &generator)]
    }

    // MARK: Kinds

    private static let bodies =
        [
            #"{"text":"Why does my Python loop never end?"}"#, #"{"text":"thanks!","explain":true,"top_k":2}"#,
            #"{"inputs":["a","b"]}"#, #"{"inputs":["a","b","c","d","e","f"]}"#, #"{"inputs":"What is this?"}"#,
            #"{"messages":[{"role":"user","content":"fix this regex"}]}"#, "{", "[]", "", "{}", #"{"text":1}"#,
            #"{"text":"a","model":"none"}"#, #"{"text":"\ud800"}"#, #"{"text":"\#u{00FC}\#u{1F600}"}"#,
            #"{"state":"fix it","model":"x","questions":{"q":{"type":"choice","instructions":"kind?","criteria":{"code":"c","simple":"s"}}}}"#,
            #"{"x":[[[[[[[[[[1]]]]]]]]]],"text":"deep"}"#,
        ] + RoutingSamples.bodies
    private static let paths = [
        "/v1/classify", "/v1/classify", "/v1/route", "/v1/route", "/v1/route", "/v1/route?x=1", "/v1/systemone",
        "/predict", "/predict", "/v1/classify?x=1", "/classify",
        "/api/v1/classify/intent", "/api/v1/classify/batch", "/", "/models/default", "/v2/models/default/infer",
        "//v1/classify", "/v1//classify", "/v1/classify/", "/v1/%63lassify", "http://localhost/v1/classify", "/nowhere",
        "/v1/models/default/rollback", "/v1/classify#f", "*", "/healthz",
    ]
    private static let extraHeaders = [
        "X-Request-Id: r-1", "x-request-id: r 2", "X-Request-Id:", "traceparent: 00-a-b-01", "Accept: */*",
        "Connection: keep-alive", "Authorization: Bearer secret", "authorization: bearer secret",
        "Authorization: Bearer wrong", "Content-Encoding: identity", "X-Long: \(String(repeating: "y", count: 300))",
        "X-Request-Id: \(String(repeating: "z", count: 300))", "X-\u{7E}!: tilde", "X-Empty:   ", "X-Tab:\tvalue\t",
        "X-Mode: sport", "x-mode:eco ", "X-Mode: \u{00E9}", "X-Mode:", "X-TEAM: red", "x-team: red", "X-Team: red, red",
        "Cookie: red", "X-Plan: \u{00FC}-1",
    ]

    private static func headers(_ generator: inout SplitMix64) -> [String] {
        (0..<Int.random(in: 0...3, using: &generator)).map { _ in pick(extraHeaders, &generator) }
    }

    private static func wellFormed(_ generator: inout SplitMix64) -> String {
        if Int.random(in: 0..<4, using: &generator) == 0 {
            let path = pick(
                [
                    "/healthz", "/readyz", "/v2", "/v2/models", "/info", "/nowhere", "/v1/classify", "/v2/models/none",
                ], &generator)
            return get(
                path, method: pick(["GET", "GET", "DELETE", "OPTIONS", "PUT"], &generator),
                headers: headers(&generator))
        }
        return post(
            pick(paths, &generator), pick(bodies, &generator),
            headers: headers(&generator))
    }

    /// Valid, but of a kind that front handlers get wrong.
    private static func odd(_ generator: inout SplitMix64) -> String {
        let body = pick(bodies, &generator)
        let count = body.utf8.count
        let lines: [String] = [
            "Content-Length: 0\(count)", "Content-Length:\(count)", "content-length:   \(count)  ",
            "Content-Length: \(count)\r\nContent-Length: \(count)", "Content-Length: \(count)\r\nConnection: close",
            "Content-Length: \(count)\r\nConnection: Close", "Content-Length: \(count)\r\nConnection: close, x",
            "Content-Length: \(count)\r\nConnection: keep-alive\r\nConnection: close",
            "Content-Length: \(count)\r\nUpgrade: h2c", "Content-Length: \(count)\r\nConnection: Upgrade\r\nUpgrade: x",
            "Content-Length: \(count)\r\nContent-Encoding: gzip",
            "Content-Length: \(count)\r\nContent-Type: text/plain",
            "Content-Length: \(count)\r\nAuthorization: Bearer secret\r\nAuthorization: Bearer secret",
            "Content-Length: \(count)\r\nX-Request-Id: 1\r\nX-Request-Id: 2", "Content-Length: \(count)\r\nHost: b",
            "Content-Length: \(count)\r\nX-Fold: a\r\n b", "Content-Length: \(count)\r\nX-Obs: \u{00E9}",
            "Content-Length: \(count)\r\nExpect: nothing",
        ]
        let type = pick(
            ["application/json", "Application/JSON; charset=utf-8", "application/jsonx", "text/plain"], &generator)
        return "POST \(pick(paths, &generator)) HTTP/1.1\r\nHost: a\r\nContent-Type: \(type)\r\n"
            + pick(lines, &generator) + "\r\n\r\n" + body
    }

    private static func chunked(_ generator: inout SplitMix64) -> String {
        let body = pick(bodies, &generator)
        var text =
            "POST \(pick(paths, &generator)) HTTP/1.1\r\nHost: a\r\n"
            + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        let extensions = pick(["", "", ";a=b", ";x=\"\(String(repeating: "e", count: 500))\""], &generator)
        if !body.isEmpty { text += String(body.utf8.count, radix: 16) + extensions + "\r\n\(body)\r\n" }
        return text + pick(["0\r\n\r\n", "0\r\n\r\n", "0\r\nX-Trailer: t\r\n\r\n"], &generator)
    }

    /// What ends the connection, or must not be read in two ways.
    private static let malformed = [
        "\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", "GET /healthz HTTP/1.0\r\n\r\n",
        "GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "GET /healthz HTTP/1.1\r\n\r\n",
        "GET /healthz HTTP/2.0\r\nHost: a\r\n\r\n", "GET /healthz\r\n\r\n", "FOO /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", "\u{1}\u{2}\u{3}\r\n\r\n",
        "GET /healthz HTTP/1.1\nHost: a\n\n", "GET  /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost : a\r\n\r\n", "GET /healthz HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n",
        "GET /heal\u{7F}thz HTTP/1.1\r\nHost: a\r\n\r\n", "GET /<\"|^`{}> HTTP/1.1\r\nHost: a\r\n\r\n",
        "SOURCE /healthz HTTP/1.1\r\nHost: a\r\n\r\n", "get /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Length: +2\r\n\r\n{}",
        "POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Length: 2, 2\r\n\r\n{}",
        "POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Length: 0x2\r\n\r\n{}",
        "POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Length: 2\t\r\nContent-Type: application/json\r\n\r\n{}",
        "POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n{}",
        "POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n",
        "POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /v1/classify HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "POST /v1/classify HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
        "POST /v1/classify HTTP/1.1\r\nHost: a\r\nTransfer_Encoding: chunked\r\nContent-Length: 0\r\n\r\n",
        "POST /v1/classify HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\nContent-Length: 0\r\n\r\n",
        "POST /v1/classify HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "POST /v1/classify HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
        "POST /v1/classify HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n\r\n",
    ]
}
