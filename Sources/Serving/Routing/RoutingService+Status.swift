import JSONCoding
import ModelFormat
import Routing
import Synchronization
import Telemetry

extension RoutingService {
    /// Writes what decides at the moment, and what it takes into account.
    func writeStatus(to json: inout JSONWriter) {
        let compiled = policy.current
        let status = policy.status
        json.object { json in
            json.key("policy")
            json.value(compiled.digest)
            json.key("path")
            json.value(policy.path)
            json.key("loaded_at")
            json.value(status.loaded.text)
            if let failure = status.failure {
                json.key("last_error")
                json.object { json in
                    json.key("message")
                    json.value(failure.message)
                    json.key("at")
                    json.value(failure.time.text)
                }
            }
            json.key("modes")
            json.array { json in for mode in compiled.policy.modes { json.value(mode) } }
            json.key("models")
            json.array { json in
                for model in compiled.policy.models {
                    json.object { json in
                        json.key("name")
                        json.value(model.name)
                        json.key("provider")
                        json.value(model.provider)
                        json.key("tier")
                        json.value(model.tier)
                    }
                }
            }
            json.key("down")
            json.array { json in
                for name in health.withLock({ $0.down(at: now) }).sorted() { json.value(name) }
            }
            json.key("durable")
            json.value(store != nil)
        }
    }
}
