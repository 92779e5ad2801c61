internal import AsyncHTTPClient
internal import FoundationEssentials
internal import NIOCore
internal import NIOHTTP1

/// Sends one request at a time and says what came of it; retries are somebody else's.
struct ChatClient: Sendable {
    /// What came of a request.
    enum Outcome: Sendable {
        /// A whole answer; `retryAfter` in seconds where the endpoint asks for a pause.
        case reply(status: Int, retryAfter: Double?, body: [UInt8])
        /// The body is larger than any answer.
        case tooLarge
        /// Nothing came within the time limit.
        case timeout
        /// No connection, or one that ended in the middle; the text names the kind of fault.
        case failure(String)
    }

    /// Bytes of an answer that are read.
    static let bodyLimit = 4 << 20

    private let address: EndpointAddress
    private let timeLimit: Duration
    private let client: HTTPClient

    init(_ address: EndpointAddress, timeLimit: Duration, concurrency: Int) {
        self.address = address
        self.timeLimit = timeLimit
        var configuration = HTTPClient.Configuration()
        // The key must not follow to another address.
        configuration.redirectConfiguration = .disallow
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = concurrency
        // Retries are counted and spaced by the labeller.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.connect = .seconds(10)
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Closes all connections; nothing can be sent afterwards.
    func close() async { try? await client.shutdown() }

    /// Sends `body` and waits for the whole answer.
    func send(_ body: [UInt8]) async -> Outcome {
        await withTaskGroup(of: Outcome?.self) { group in
            group.addTask { await exchange(body) }
            group.addTask { [timeLimit] in
                do { try await Task.sleep(for: timeLimit) } catch { return nil }
                return .timeout
            }
            defer { group.cancelAll() }
            while let outcome = await group.next() { if let outcome { return outcome } }
            return .failure("the request was cancelled")
        }
    }

    private func exchange(_ body: [UInt8]) async -> Outcome {
        var request = HTTPClientRequest(url: address.url)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.headers.add(name: "accept", value: "application/json")
        request.headers.add(name: "user-agent", value: "tasktype")
        if let key = address.key { request.headers.add(name: "authorization", value: "Bearer \(key)") }
        request.body = .bytes(ByteBuffer(bytes: body))
        do {
            let response = try await client.execute(request, timeout: .nanoseconds(timeLimit.wholeNanoseconds))
            let buffer = try await response.body.collect(upTo: Self.bodyLimit)
            return .reply(
                status: Int(response.status.code),
                retryAfter: response.headers.first(name: "retry-after").flatMap {
                    RetryAfter.seconds($0, now: Date().timeIntervalSince1970)
                }, body: Array(buffer.readableBytesView))
        } catch is NIOTooManyBytesError {
            return .tooLarge
        } catch let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout {
            return .timeout
        } catch let error as HTTPClientError {
            return .failure(error.shortDescription)
        } catch {
            // Errors of the layers below may quote the address; their kind is enough.
            switch "\(type(of: error))" {
            case "NIOConnectionError", "IOError": return .failure("none could be made, or it broke")
            case let kind where kind.hasPrefix("NIOSSL"):
                return .failure("no encryption was agreed on; check the endpoint's certificate")
            case let kind: return .failure(kind)
            }
        }
    }
}

extension Duration {
    /// The duration in nanoseconds, which hold 292 years.
    fileprivate var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
