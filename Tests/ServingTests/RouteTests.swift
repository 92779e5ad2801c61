import Foundation
import TestSupport
import Testing
import Yams

@testable import Serving

@Suite struct RouteTests {
    @Test func `every route is found by its own path`() {
        for route in Route.allCases where route != .unknown {
            #expect(Route.matching(route.template.replacingOccurrences(of: "{name}", with: "m")) == route)
        }
        for path in ["/v1", "/v1/classify/x", "/v2/models/a/b", "/models", "/v1/models/a/b/activate"] {
            #expect(Route.matching(path) == nil, "\(path)")
        }
    }

    @Test func `the OpenAPI document describes exactly the routes there are`() throws {
        let text = String(decoding: ServiceDescription.bytes, as: UTF8.self)
        let document = try #require(try Yams.load(yaml: text) as? [String: Any])
        let paths = try #require(document["paths"] as? [String: Any])
        var described: Set<String> = []
        for (path, item) in paths {
            let plain = path.replacingOccurrences(of: #"\{[^}]*\}"#, with: "{name}", options: .regularExpression)
            for method in (item as? [String: Any] ?? [:]).keys where ["get", "post", "head", "put"].contains(method) {
                described.insert("\(method) \(plain)")
            }
        }
        let routes = Set(
            Route.allCases.filter { $0 != .unknown }.map { "\($0.isPost ? "post" : "get") \($0.template)" })
        #expect(described.subtracting(["head"]) == routes)
    }

    @Test func `the service serves its description and answers HEAD as GET, without a body`() async throws {
        try await withSidecar { port in
            let connection = try RawConnection(port: port)
            connection.send(get("/openapi.yaml"))
            #expect(connection.response()?.body.hasPrefix("openapi: 3.1") == true)
            connection.send(get("/healthz", method: "HEAD", headers: ["Connection: close"]))
            let answer = connection.rest() ?? ""
            #expect(answer.hasPrefix("HTTP/1.1 200") && answer.hasSuffix("\r\n\r\n"))
        }
    }
}
