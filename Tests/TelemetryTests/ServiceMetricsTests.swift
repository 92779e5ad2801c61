import Foundation
import Telemetry
import Testing

@Suite struct ServiceMetricsTests {
    private func metrics(routes: [String] = ["/v1/classify", "/metrics"]) -> ServiceMetrics {
        ServiceMetrics(
            registry: PrometheusRegistry(), routes: routes, version: "1.2.3", defaultLabel: "complex")
    }

    @Test func `each status is counted as itself or by its class, each route as itself or as other`() {
        let metrics = metrics()
        let requests = metrics.requests
        let classify = requests.index(of: "/v1/classify")
        for (route, status) in [
            (classify, 200), (classify, 200), (classify, 503), (classify, 418), (classify, 302), (classify, 101),
            (requests.index(of: "/nowhere"), 404), (classify, 0), (classify, 999), (classify, -1), (-1, 200), (99, 200),
        ] {
            requests.answered(route: route, status: status, nanoseconds: 20_000)
        }
        func count(_ route: String, _ status: String) -> String? {
            metrics.registry.value(of: #"tasktype_http_requests_total{route="\#(route)",status="\#(status)"}"#)
        }
        #expect(count("/v1/classify", "200") == "2")
        #expect(count("/v1/classify", "503") == "1")
        #expect(count("/v1/classify", "500") == "0")
        #expect(count("/v1/classify", "418") == nil)
        #expect(count("/v1/classify", "4xx") == "1")
        #expect(count("/v1/classify", "3xx") == "1")
        #expect(count("/v1/classify", "1xx") == "2")
        #expect(count("/v1/classify", "5xx") == "2")
        #expect(count("other", "404") == "1")
        #expect(count("other", "200") == "2")
        let durations = "tasktype_http_request_duration_seconds"
        #expect(metrics.registry.value(of: #"\#(durations)_count{route="/v1/classify"}"#) == "9")
        #expect(metrics.registry.value(of: #"\#(durations)_bucket{route="/v1/classify",le="1e-05"}"#) == "0")
        #expect(metrics.registry.value(of: #"\#(durations)_bucket{route="/v1/classify",le="2.5e-05"}"#) == "9")
    }

    @Test func `every status from 100 to 599 is counted once, under itself or its class`() throws {
        for status in 100..<600 {
            let metrics = metrics(routes: [])
            metrics.requests.answered(route: 0, status: status, nanoseconds: 1)
            let counted = metrics.registry.text.split(separator: "\n").filter {
                $0.hasPrefix("tasktype_http_requests_total{") && !$0.hasSuffix(" 0")
            }
            try #require(counted.count == 1)
            let label = counted[0].split(separator: "\"")[3]
            #expect(label == "\(status)" || label == "\(status / 100)xx")
        }
    }

    @Test func `a model's answers are counted by task type and source, the confidence of its own answers alone`() {
        let metrics = metrics()
        let model = metrics.model("main", labels: ["simple", "code"])
        model.classified(taskType: 1, source: .model, confidence: 0.95, isUncertain: false)
        model.classified(taskType: model.index(of: "code"), source: .rule, confidence: 1, isUncertain: false)
        model.classified(taskType: model.index(of: "complex"), source: .default, confidence: 0, isUncertain: true)
        model.classified(taskType: model.index(of: "unheard"), source: .model, confidence: 0.25, isUncertain: true)
        model.classified(taskType: 400, source: .model, confidence: 0.25, isUncertain: true)
        model.took(nanoseconds: 10_000)
        func count(_ taskType: String, _ source: String) -> String? {
            metrics.registry.value(
                of: #"tasktype_classifications_total{model="main",source="\#(source)",task_type="\#(taskType)"}"#)
        }
        #expect(count("code", "model") == "1")
        #expect(count("code", "rule") == "1")
        #expect(count("complex", "default") == "1")
        #expect(count("simple", "model") == "0")
        #expect(count("other", "model") == "2")
        #expect(count("simple", "default") == nil)
        let prefix = "tasktype_classification_"
        #expect(metrics.registry.value(of: prefix + #"uncertain_total{model="main"}"#) == "3")
        #expect(metrics.registry.value(of: prefix + #"confidence_count{model="main"}"#) == "3")
        #expect(metrics.registry.value(of: prefix + #"confidence_bucket{model="main",le="0.9"}"#) == "2")
        #expect(metrics.registry.value(of: prefix + #"duration_seconds_bucket{model="main",le="1e-05"}"#) == "1")
    }

    @Test func `another revision goes on counting, and only one revision is shown`() {
        let metrics = metrics()
        let lifecycle = metrics.lifecycle(ofModel: "main")
        lifecycle.loaded(successfully: true)
        for revision in 0..<50 {
            metrics.model("main", labels: ["a"])
                .classified(taskType: 0, source: .model, confidence: 1, isUncertain: false)
            lifecycle.serving(revision: "sha256:\(revision)")
            lifecycle.reloaded(.activated)
        }
        lifecycle.reloaded(.rejected)
        let registry = metrics.registry
        #expect(
            registry.value(of: #"tasktype_classifications_total{model="main",source="model",task_type="a"}"#) == "50")
        #expect(registry.text.split(separator: "\n").count { $0.hasPrefix("tasktype_model_info{") } == 1)
        #expect(registry.value(of: #"tasktype_model_info{model="main",revision="sha256:49"}"#) == "1")
        #expect(registry.value(of: #"tasktype_model_reloads_total{model="main",outcome="activated"}"#) == "50")
        #expect(registry.value(of: #"tasktype_model_reloads_total{model="main",outcome="rejected"}"#) == "1")
        #expect(registry.value(of: #"tasktype_model_last_reload_success{model="main"}"#) == "0")
        lifecycle.reloaded(.rolledBack)
        #expect(registry.value(of: #"tasktype_model_last_reload_success{model="main"}"#) == "1")
        lifecycle.serving(revision: nil)
        #expect(!registry.text.contains("tasktype_model_info"))
    }

    @Test func `150 task types in 10 models are all shown`() {
        let metrics = metrics()
        let labels = (0..<150).map { "label-\($0)" }
        for name in 0..<10 {
            let model = metrics.model("m\(name)", labels: labels)
            for label in 0..<150 {
                model.classified(taskType: label, source: .model, confidence: 1, isUncertain: false)
            }
        }
        let shown = metrics.registry.text.split(separator: "\n").filter {
            $0.hasPrefix("tasktype_classifications_total{") && $0.hasSuffix(" 1")
        }
        #expect(shown.count == 1500)
        #expect(metrics.registry.refusedMetrics == 0)
    }

    @Test func `timeouts and answers without a model are counted by kind`() {
        let metrics = metrics()
        for kind in TimeoutKind.allCases { metrics.timeouts(kind).increment(by: kind.rawValue + 1) }
        for reason in FailOpenReason.allCases { metrics.failOpen(reason).increment(by: reason.rawValue + 1) }
        for (index, kind) in ["header", "body", "idle", "write", "request"].enumerated() {
            #expect(metrics.registry.value(of: #"tasktype_http_timeouts_total{kind="\#(kind)"}"#) == "\(index + 1)")
        }
        for (index, reason) in ["no_model", "time_limit"].enumerated() {
            #expect(metrics.registry.value(of: #"tasktype_fail_open_total{reason="\#(reason)"}"#) == "\(index + 1)")
        }
    }

    #if os(Linux)
        @Test func `the process's own figures agree with what the system says`() throws {
            let registry = metrics().registry
            func figure(_ name: String) throws -> Double {
                try #require(registry.value(of: name).flatMap(Double.init), "\(name)")
            }
            let now = Date().timeIntervalSince1970
            let start = try figure("process_start_time_seconds")
            #expect(start > now - 86_400 && start <= now + 2)
            let resident = try figure("process_resident_memory_bytes")
            let virtual = try figure("process_virtual_memory_bytes")
            #expect(resident > 1e6 && resident < virtual)
            #expect(try figure("process_cpu_seconds_total") > 0)
            let open = try figure("process_open_fds")
            let most = try figure("process_max_fds")
            #expect(open >= 3 && open <= most)
            // Other tests open files too: hold enough that theirs do not matter.
            let handles = (0..<200).compactMap { _ in FileHandle(forReadingAtPath: "/dev/null") }
            #expect(try figure("process_open_fds") >= open + 100)
            for handle in handles { try handle.close() }
        }
    #endif
}
