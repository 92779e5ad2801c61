/// The routes, as metrics and refusals name them.
enum Route: Int, CaseIterable, Sendable {
    case classify, systemOne, vllmClassify, intent, intentBatch, huggingFaceRoot, huggingFaceModel, predict, info
    case serverMetadata, live, ready, modelList, model, modelReady, infer
    case route, usage, healthReport, policy, check, outcomes, rollout
    case healthz, readyz, startupz, metrics, models, activate, rollback, openAPI
    /// Everything else.
    case unknown

    /// The path, with `{…}` for a part that varies.
    var template: String {
        switch self {
        case .classify: "/v1/classify"
        case .systemOne: "/v1/systemone"
        case .vllmClassify: "/classify"
        case .intent: "/api/v1/classify/intent"
        case .intentBatch: "/api/v1/classify/batch"
        case .huggingFaceRoot: "/"
        case .huggingFaceModel: "/models/{name}"
        case .predict: "/predict"
        case .info: "/info"
        case .serverMetadata: "/v2"
        case .live: "/v2/health/live"
        case .ready: "/v2/health/ready"
        case .modelList: "/v2/models"
        case .model: "/v2/models/{name}"
        case .modelReady: "/v2/models/{name}/ready"
        case .infer: "/v2/models/{name}/infer"
        case .route: "/v1/route"
        case .usage: "/v1/usage"
        case .healthReport: "/v1/health-report"
        case .policy: "/v1/policy"
        case .check: "/v1/check"
        case .outcomes: "/v1/outcomes"
        case .rollout: "/v1/rollout"
        case .healthz: "/healthz"
        case .readyz: "/readyz"
        case .startupz: "/startupz"
        case .metrics: "/metrics"
        case .models: "/v1/models"
        case .activate: "/v1/models/{name}/activate"
        case .rollback: "/v1/models/{name}/rollback"
        case .openAPI: "/openapi.yaml"
        case .unknown: "other"
        }
    }

    /// Whether the route is asked with `POST`; the others with `GET`.
    var isPost: Bool {
        switch self {
        case .classify, .systemOne, .vllmClassify, .intent, .intentBatch, .huggingFaceRoot, .huggingFaceModel, .predict,
            .infer, .activate, .rollback, .route, .usage, .healthReport, .check,
            .outcomes:
            true
        default: false
        }
    }

    /// Who may ask.
    enum Guard { case nobody, classify, admin }

    /// The token that the route asks for, where one is configured.
    ///
    /// Health, metrics and the description stay open, as probes and scrapers have no token.
    var needs: Guard {
        switch self {
        case .activate, .rollback: .admin
        case .live, .ready, .healthz, .readyz, .startupz, .metrics, .openAPI, .unknown, .serverMetadata: .nobody
        default: .classify
        }
    }

    /// The route that `path` belongs to, whatever the method.
    static func matching(_ path: String) -> Route? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: true)
        return allCases.first { route in
            guard route != .unknown else { return false }
            let template = route.template.split(separator: "/", omittingEmptySubsequences: true)
            return template.count == parts.count && zip(template, parts).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }
    }
}

extension HotRoute {
    var route: Route {
        switch self {
        case .classify: .classify
        case .route: .route
        case .systemOne: .systemOne
        case .predict: .predict
        }
    }
}
