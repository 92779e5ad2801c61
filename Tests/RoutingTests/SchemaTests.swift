import Foundation
import Routing
import RoutingPolicyFile
import Testing

@Suite struct SchemaTests {
    private let schema: [String: Any]

    init() throws {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: SamplePolicies.root + "/docs/policy.schema.json"))
        schema = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
    }

    @Test func `the schema has the reader's keys, each described`() throws {
        var kinds = try #require(schema["$defs"] as? [String: [String: Any]])
        kinds["policy"] = schema
        #expect(Set(kinds.keys) == Set(PolicyKeys.all.keys))
        for (kind, keys) in PolicyKeys.all {
            let properties = kinds[kind]?["properties"] as? [String: Any] ?? [:]
            #expect(Set(properties.keys) == Set(keys), "\(kind)")
            if kind != "row" { #expect(kinds[kind]?["additionalProperties"] as? Bool == false, "\(kind)") }
            #expect(kinds[kind]?["description"] is String, "\(kind)")
        }
    }

    /// A policy that has every key there is.
    private static let full = """
        {"version":1,"currency":"EUR","date":"2026-02-01","tiers":["small","large"],"modes":["eco","sport"],
        "defaults":{"mode":"eco","mode_header":"x-mode","task_type":"simple","output_tokens":100,"baseline":"maxi"},
        "models":{"mini":{"provider":"a","tier":"small","input_price":0.1,"output_price":0.4,"cached_input_price":0.01,
        "context_window":1000,"capabilities":["tools"],"latency_seconds":0.5,"quality":{"simple":0.9},
        "date":"2026-01-01","fallbacks":["maxi"]},
        "maxi":{"provider":"b","tier":"large","input_price":2,"output_price":8,"context_window":9000}},
        "table":{"simple":{"output_tokens":50,"minimum_confidence":0.5,"eco":["mini"],"sport":"maxi"}},
        "rules":[{"name":"r","priority":3,"when":{"all":[{"tools":true}],"any":[{"images":{"at_most":3}}],
        "none":[{"literal":"x"}],"literal":["a","b"],"regex":"c+","ignore_case":true,"code_fence":["swift"],
        "language":"de","script":["Latin"],"tokens":{"at_least":3,"at_most":9},"tools":{"at_least":1},"images":false,
        "metadata":{"user":["u"]},"tags":["t"],"headers":{"X-H":"v"}},
        "then":{"task_type":"simple","model":"mini","tier_floor":"small","tier_ceiling":"small","skip_classifier":false}}],
        "overrides":{"order":["request","rule","project","user_tier"],"request_model":true,"request_tier":false,
        "projects":{"p":{"model":"mini","tier_floor":"small","tier_ceiling":"large","mode":"eco"}},
        "user_tiers":{"free":{"mode":"eco"}}},"uncertainty":{"action":"judge","model":"mini","prompt":"Which?"},
        "budgets":[{"name":"b","per":"project","only":"p","period":"month","limit":5,
        "steps":[{"at":0.5,"tiers_down":1},{"at":0.9,"tier_ceiling":"small"}],"hard_stop":true}],
        "health":{"error_rate":0.4,"window_seconds":30,"minimum_calls":5,"cool_down_seconds":9},
        "sessions":{"idle_seconds":60,"upward":false},"hedge":{"modes":["sport"],"task_types":["simple"]},
        "cascade":{"modes":["eco"],"task_types":[],"limit":2},"fallbacks":{"limit":2,"across_tiers":true},
        "checks":[{"modes":["eco"],"task_types":["simple"],"characters":{"at_least":1,"at_most":90},
        "required_terms":["a"],"ignore_case":true,"refusal_patterns":["no"],"standard_refusals":true,
        "json_schema":"{}","minimum_log_probability":-1.5,"minimum_agreement":0.5}],
        "rollout":{"name":"first","stage":"canary","control":"maxi","steps":[0.1,1],"by":["user"],"holdout":0.1,
        "advance":false,"gate":{"minimum_outcomes":50,"minimum_days":3,"require":"not_worse","margin":0.03,
        "false_alarm_rate":0.1,"measures":["thumb","error"],"latency":{"limit":10,"margin":0.05},
        "cost":{"limit":0.05,"margin":0.004},"comparison_days":14},
        "task_types":{"simple":{"stage":"shadow","control":"mini","steps":0.5}}}}
        """

    private func agree(_ document: Any, _ note: String = "") throws -> Bool {
        let bytes = try JSONSerialization.data(withJSONObject: document, options: [.sortedKeys])
        let file = PolicyFile(bytes: Array(bytes))
        let problem = try SchemaValidator(root: schema).problem(document)
        let isSound = file.isSound
        #expect((problem == nil) == isSound, "\(note): schema \(problem ?? "accepts"), reader \(file.issues)")
        return problem == nil
    }

    @Test func `the schema and the reader both accept a policy with every key`() throws {
        let document = try JSONSerialization.jsonObject(with: Data(Self.full.utf8))
        #expect(try agree(document))
    }

    /// Removes each key, misspells it, and gives it values of other kinds: where the schema objects, so does the reader,
    /// and the other way round but for what only the reader can know.
    @Test func `the schema and the reader refuse the same changes`() throws {
        let document = try JSONSerialization.jsonObject(with: Data(Self.full.utf8))
        let validator = SchemaValidator(root: schema)
        var refused = 0
        var accepted = 0
        for (path, changed) in Self.changes(of: document) {
            let bytes = try JSONSerialization.data(withJSONObject: changed, options: [.sortedKeys])
            let file = PolicyFile(bytes: Array(bytes))
            let problem = try validator.problem(changed)
            if problem != nil {
                refused += 1
                let isRefused = !file.isSound
                #expect(isRefused, "\(path): the schema says \(problem ?? ""), the reader nothing")
            } else {
                accepted += 1
                // Names that nobody defined, and what depends on other keys, are beyond a schema.
                let beyond = file.issues.filter { issue in
                    issue.severity == .error
                        && ![
                            "which is no", "needs a", "has no models", "outside its own", "not told apart",
                            "exchange them", "set `per`", "above that", "one of tiers_down", "means",
                            "cannot be used", "asks nothing", "share before", "below the limit",
                        ]
                        .contains { issue.message.contains($0) }
                }
                #expect(beyond.isEmpty, "\(path): the schema says nothing, the reader \(beyond)")
            }
        }
        #expect(refused > 300 && accepted > 50, "\(refused) refused, \(accepted) accepted")
    }

    /// Every change to one member of the document, with its path.
    private static func changes(of value: Any, path: String = "") -> [(String, Any)] {
        var result: [(String, Any)] = []
        if let object = value as? [String: Any] {
            for (key, member) in object {
                var without = object
                without[key] = nil
                result.append(("\(path) without \(key)", without))
                without[key + "_x"] = member
                result.append(("\(path) with \(key)_x", without))
                for other: Any in [-1, 0, 0.5, 7, "word", true, ["word"], [String: Any](), [Any]()] as [Any] {
                    result.append(("\(path).\(key) = \(other)", object.merging([key: other]) { $1 }))
                }
                for (place, changed) in changes(of: member, path: "\(path).\(key)") {
                    result.append((place, object.merging([key: changed]) { $1 }))
                }
            }
        } else if let array = value as? [Any], let first = array.first {
            for (place, changed) in changes(of: first, path: "\(path)[0]") {
                result.append((place, [changed] + array.dropFirst()))
            }
        }
        return result
    }
}
