import Foundation
import TestSupport
import Testing

/// A sidecar with a policy, as a gateway sees it.
final class ServedPolicy {
    static let text = """
        version: 1
        tiers: [small, large]
        defaults: {task_type: simple, mode_header: x-mode}
        modes: [eco, balanced, sport]
        models:
          mini: {provider: a, tier: small, input_price: 0.1, output_price: 0.4, context_window: 8000, capabilities: tools}
          other: {provider: b, tier: small, input_price: 0.2, output_price: 0.8, context_window: 8000}
          maxi: {provider: b, tier: large, input_price: 2, output_price: 8, context_window: 90000}
        table:
          simple: {eco: mini, balanced: mini, sport: maxi}
          code: {eco: mini, balanced: maxi, sport: maxi}
        rules:
        - {name: secret, when: {literal: top secret, ignore_case: true}, then: {model: other}}
        - {name: team, when: {headers: {x-team: red}}, then: {model: maxi}}
        - {name: tag, when: {tags: bulk}, then: {model: other}}
        budgets:
        - {name: daily, period: day, per: project, limit: 10, steps: [{at: 0.5, tier_ceiling: small}], hard_stop: true}
        sessions: {idle_seconds: 1800}
        """

    let sidecar: RunningProgram
    /// What talks to it, from any thread.
    let client: Client

    struct Client: Sendable {
        let socket: String
    }

    /// Starts the program; it is at work when this returns.
    init(_ folder: ScratchFolder, policy: String, options: [String] = [], name: String = "socket") throws {
        let socket = folder(name)
        client = Client(socket: socket)
        sidecar = try ProgramRunner.start(
            [
                "serve", "--policy", policy, "--listen-unix-socket", socket, "--listen-port", "none", "--log-level",
                "notice", "--routing-watch-interval", "0.05",
            ] + options)
        guard try sidecar.wait(timeLimit: 60, until: { (try? RawConnection(unixSocket: socket)) != nil }) else {
            throw ProgramFailure(description: "it did not start: \(sidecar.errorsSoFar)")
        }
    }

    func ask(
        _ path: String, _ body: String? = nil, headers: [String] = []
    ) throws -> (status: Int, headers: [String: String], json: [String: Any]) {
        try client.ask(path, body, headers: headers)
    }

    @discardableResult
    func spend(_ id: String, _ cost: Double, project: String = "p") throws -> Bool {
        try client.spend(id, cost, project: project)
    }

    /// The model that a request goes to.
    func model(_ body: String, headers: [String] = []) throws -> String? {
        try ask("/v1/route", body, headers: headers).json["model"] as? String
    }

    /// The digest of the policy that decides.
    func digest() throws -> String? { try ask("/v1/policy").json["policy"] as? String }

    /// Ends it in good order.
    func stop() throws {
        sidecar.send(SIGTERM)
        let result = try sidecar.wait(timeLimit: 60)
        #expect(result.status == 0, "\(result.errors)")
    }
}

extension ServedPolicy.Client {
    /// Asks, and gives the status, the headers and the body.
    func ask(
        _ path: String, _ body: String? = nil, headers: [String] = []
    ) throws -> (status: Int, headers: [String: String], json: [String: Any]) {
        let connection = try RawConnection(unixSocket: socket)
        var lines = ["\(body == nil ? "GET" : "POST") \(path) HTTP/1.1", "Host: x"] + headers
        if let body { lines += ["Content-Type: application/json", "Content-Length: \(body.utf8.count)"] }
        connection.send(lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? ""))
        guard let response = connection.response() else { throw ProgramFailure(description: "no answer") }
        let json = try? JSONSerialization.jsonObject(with: Data(response.body.utf8)) as? [String: Any]
        return (response.status, response.headers, json ?? [:])
    }

    /// Reports what a call cost; whether it was new.
    @discardableResult
    func spend(_ id: String, _ cost: Double, project: String = "p") throws -> Bool {
        let answer = try ask(
            "/v1/usage", #"{"id":"\#(id)","cost":\#(cost),"metadata":{"project":"\#(project)"}}"#)
        guard answer.status == 200 else { throw ProgramFailure(description: "\(answer.json)") }
        return answer.json["recorded"] as? Int == 1
    }
}
