/// A policy that looks at everything a call may bring, and calls for it.
enum RoutingSamples {
    static let policy = """
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
        - {name: secret, when: {literal: top secret, ignore_case: true}, then: {model: other, skip_classifier: true}}
        - {name: two teams, when: {headers: {x-team: "red, red"}}, then: {model: other}}
        - {name: team, when: {headers: {x-team: red}}, then: {model: maxi}}
        - {name: plan, when: {headers: {x-plan: "\u{00FC}-1"}}, then: {tier_floor: large}}
        - {name: cookie, when: {headers: {cookie: red}}, then: {model: maxi}}
        - {name: token, when: {headers: {authorization: Bearer secret}}, then: {model: maxi}}
        - {name: place, when: {headers: {host: [localhost, a]}}, then: {model: maxi}}
        - {name: german, when: {language: de}, then: {tier_ceiling: small}}
        - {name: tag, when: {tags: bulk}, then: {model: other}}
        - {name: form, when: {headers: {content-type: text/plain}}, then: {model: other}}
        sessions: {idle_seconds: 1800}
        fallbacks: {limit: 3}
        """

    static let bodies = [
        #"{"text":"This is Top Secret"}"#, #"{"text":"Write a function that sorts","mode":"sport"}"#,
        #"{"text":"a","mode":"none","tags":["bulk"],"metadata":{"user":"u","n":1}}"#, #"{"text":"a","tags":"bulk"}"#,
        #"{"text":"a","headers":{"X-Team":"blue"},"model_override":"maxi","minimum_tier":"large"}"#,
        #"{"messages":[{"role":"user","content":"Was ist das und wie ist es mit der Frage?"}],"model":"gpt","tools":[{}]}"#,
        #"{"text":"a","tokens":{"input":8500,"output":100}}"#, #"{"text":"a","tokens":-1}"#, #"{"id":7,"text":"a"}"#,
        #"{"text":"a","text":"b"}"#, #"{"text":"a","max_tokens":5,"capabilities":["video"]}"#, #"{"id":"i"}"#,
    ]

    /// A call that tells whose it is.
    static func call(_ id: Int, _ text: String = "Why does my Python loop never end?") -> String {
        post("/v1/route", #"{"id":"\#(id)","text":"\#(text)"}"#)
    }
}
