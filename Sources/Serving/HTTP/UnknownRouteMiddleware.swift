import HTTPTypes
import Hummingbird

/// Answers paths that there are not, and methods that a path has not, in the project's own words.
struct UnknownRouteMiddleware: RouterMiddleware {
    let table: RouteTable

    func handle(
        _ request: Request, context: BasicRequestContext,
        next: (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            guard let route = Route.matching(request.uri.path) else {
                return await Exchange(core: table.core, route: .unknown).respond(to: request) { _ throws(WireError) in
                    throw WireError(
                        404, "not_found", "there is no such route; GET /openapi.yaml describes those there are")
                }
            }
            let allowed = route.isPost ? "POST" : "GET, HEAD"
            var response = await Exchange(core: table.core, route: .unknown).respond(to: request) {
                _ throws(WireError) in
                throw WireError(405, "method_not_allowed", "this route is asked with \(allowed)")
            }
            response.headers[.allow] = allowed
            return response
        }
    }
}
