import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A server on loopback that answers chat completions as a test wants: well, badly, late, or not at all.
public final class FakeEndpoint: Sendable {
    /// A request as it came.
    public struct Call: Sendable {
        /// The path, with what follows a question mark.
        public var path: String
        /// Header fields by name in lower case.
        public var headers: [String: String]
        /// The request to be labelled, without its marks.
        public var text: String
        /// The whole message that holds it.
        public var message: String
        /// The instructions.
        public var instructions: String
        /// The body.
        public var body: Data
        /// How often the text had come before.
        public var earlier: Int
        /// Seconds since the server's start.
        public var time: Double
    }

    /// What a test wants done.
    public enum Action: Sendable {
        /// An answer of the model, with what it cost.
        case content(String, input: Int = 100, output: Int = 10)
        /// Any reply.
        case reply(status: Int, headers: [String: String] = [:], body: Data = Data())
        /// Nothing, for as long as the server is there.
        case stall
        /// The end of the connection, after `part` of a reply.
        case close(part: String = "")
    }

    private let server: Server

    /// Starts a server.
    public init(_ behave: @escaping @Sendable (Call) -> Action) throws { server = try Server(behave) }

    deinit { server.stop() }

    /// The port on 127.0.0.1.
    public var port: Int { server.port }
    /// The address, as `--endpoint` takes it.
    public var url: String { "http://127.0.0.1:\(port)/v1" }
    /// All requests so far.
    public var calls: [Call] { server.calls }
    /// How often each text was answered with status 200.
    public var answered: [String: Int] { server.answered }
    /// The most requests that were being answered at one time.
    public var largestInFlight: Int { server.largestInFlight }
}

/// What the threads of a fake endpoint share; it outlives the endpoint by a moment.
private final class Server: Sendable {
    private struct State {
        var calls: [FakeEndpoint.Call] = []
        var answered: [String: Int] = [:]
        var ends = false
        var largestInFlight = 0
        var inFlight = 0
    }

    private let state = Mutex(State())
    private let start = Date()
    private let behave: @Sendable (FakeEndpoint.Call) -> FakeEndpoint.Action
    let port: Int

    init(_ behave: @escaping @Sendable (FakeEndpoint.Call) -> FakeEndpoint.Action) throws {
        self.behave = behave
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isReady = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 64) == 0 && getsockname(listener, $0, &size) == 0
            }
        }
        guard isReady else { throw ProgramFailure(description: "no port for a fake endpoint") }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [self] in
            while Self.isReadable(listener, while: { goesOn }) {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { continue }
                Thread.detachNewThread {
                    self.serve(connection)
                    close(connection)
                }
            }
            close(listener)
        }
    }

    func stop() { state.withLock { $0.ends = true } }

    var calls: [FakeEndpoint.Call] { state.withLock { $0.calls } }
    var answered: [String: Int] { state.withLock { $0.answered } }
    var largestInFlight: Int { state.withLock { $0.largestInFlight } }
    private var goesOn: Bool { !state.withLock { $0.ends } }

    /// Whether there is something to read before `condition` ends.
    private static func isReadable(_ descriptor: Int32, while condition: () -> Bool) -> Bool {
        while condition() {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            if poll(&waiting, 1, 50) > 0 { return true }
        }
        return false
    }

    private func serve(_ connection: Int32) {
        var received = Data()
        while true {
            guard let head = received.range(of: Data("\r\n\r\n".utf8)) else {
                guard Self.receive(connection, &received, while: { goesOn }) else { return }
                continue
            }
            let lines = String(decoding: received[..<head.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
            var headers: [String: String] = [:]
            for line in lines.dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                if parts.count == 2 { headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces) }
            }
            let length = headers["content-length"].flatMap { Int($0) } ?? 0
            while received.count < head.upperBound + length {
                guard Self.receive(connection, &received, while: { goesOn }) else { return }
            }
            let body = Data(received[head.upperBound..<head.upperBound + length])
            received = Data(received[(head.upperBound + length)...])
            let path = lines[0].split(separator: " ").dropFirst().first.map(String.init) ?? ""
            guard answer(note(path, headers, body), connection) else { return }
        }
    }

    private static func receive(_ connection: Int32, _ received: inout Data, while condition: () -> Bool) -> Bool {
        guard isReadable(connection, while: condition) else { return false }
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(connection, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        received.append(contentsOf: buffer[..<count])
        return true
    }

    private func note(_ path: String, _ headers: [String: String], _ body: Data) -> FakeEndpoint.Call {
        let object = (try? JSONSerialization.jsonObject(with: body)) as? [String: Any]
        let messages = object?["messages"] as? [[String: String]] ?? []
        let message = messages.last?["content"] ?? ""
        var text = message
        if let start = message.range(of: "<<<REQUEST "),
            let lineEnd = message.range(of: "\n", range: start.upperBound..<message.endIndex),
            case let mark = message[start.upperBound..<lineEnd.lowerBound],
            let end = message.range(of: "\n\(mark)>>>", range: start.upperBound..<message.endIndex)
        {
            text = String(message[message.index(after: lineEnd.lowerBound)..<end.lowerBound])
        }
        return state.withLock { state in
            let call = FakeEndpoint.Call(
                path: path, headers: headers, text: text, message: message,
                instructions: messages.first?["content"] ?? "", body: body,
                earlier: state.calls.count { $0.text == text }, time: Date().timeIntervalSince(start))
            state.calls.append(call)
            state.inFlight += 1
            state.largestInFlight = max(state.largestInFlight, state.inFlight)
            return call
        }
    }

    /// Answers; false where the connection is to end.
    private func answer(_ call: FakeEndpoint.Call, _ connection: Int32) -> Bool {
        defer { state.withLock { $0.inFlight -= 1 } }
        switch behave(call) {
        case .content(let content, let input, let output):
            let object: [String: Any] = [
                "id": "x", "object": "chat.completion",
                "choices": [
                    ["index": 0, "message": ["role": "assistant", "content": content], "finish_reason": "stop"]
                ], "usage": ["prompt_tokens": input, "completion_tokens": output, "total_tokens": input + output],
            ]
            guard let body = try? JSONSerialization.data(withJSONObject: object) else { return false }
            return reply(200, [:], body, call, connection)
        case .reply(let status, let headers, let body): return reply(status, headers, body, call, connection)
        case .close(let part):
            _ = Self.send(Data(part.utf8), connection)
            return false
        case .stall:
            while goesOn { usleep(20_000) }
            return false
        }
    }

    private func reply(
        _ status: Int, _ headers: [String: String], _ body: Data, _ call: FakeEndpoint.Call, _ connection: Int32
    ) -> Bool {
        var head = "HTTP/1.1 \(status) Some reason\r\ncontent-length: \(body.count)\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        guard Self.send(Data((head + "\r\n").utf8) + body, connection) else { return false }
        if status == 200 { state.withLock { $0.answered[call.text, default: 0] += 1 } }
        return true
    }

    private static func send(_ bytes: Data, _ connection: Int32) -> Bool {
        var start = 0
        while start < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(
                    connection, $0.baseAddress?.advanced(by: start), bytes.count - start, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            start += count
        }
        return true
    }
}
