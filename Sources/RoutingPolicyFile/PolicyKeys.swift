/// The keys that each kind of mapping in a policy may have.
///
/// One list for the reader, for its messages and for the test that holds `docs/policy.schema.json` against it.
package enum PolicyKeys {
    /// Kind of mapping → its keys, in the order in which they are documented.
    package static let all: [String: [String]] = [
        "policy": [
            "version", "currency", "date", "tiers", "modes", "defaults", "models", "table", "rules", "overrides",
            "uncertainty", "budgets", "health", "sessions", "hedge", "cascade", "checks",
            "fallbacks", "rollout",
        ],
        "defaults": ["mode", "mode_header", "task_type", "output_tokens", "baseline"],
        "model": [
            "provider", "tier", "input_price", "output_price", "cached_input_price", "context_window", "capabilities",
            "latency_seconds", "quality", "date", "fallbacks",
        ],
        "rule": ["name", "priority", "when", "then"],
        "condition": [
            "all", "any", "none", "literal", "regex", "ignore_case", "code_fence", "language", "script", "tokens",
            "tools", "images", "metadata", "tags", "headers",
        ],
        "amount": ["at_least", "at_most"],
        "outcome": ["task_type", "model", "tier_floor", "tier_ceiling", "skip_classifier"],
        "overrides": ["order", "request_model", "request_tier", "projects", "user_tiers"],
        "override": ["model", "tier_floor", "tier_ceiling", "mode"],
        "uncertainty": ["action", "model", "prompt"],
        "budget": ["name", "per", "only", "period", "limit", "steps", "hard_stop"],
        "step": ["at", "tiers_down", "tier_ceiling"],
        "health": ["error_rate", "window_seconds", "minimum_calls", "cool_down_seconds"],
        "sessions": ["idle_seconds", "upward"],
        "hedge": ["modes", "task_types"],
        "cascade": ["modes", "task_types", "limit"],
        "checks": [
            "modes", "task_types", "characters", "required_terms", "ignore_case", "refusal_patterns",
            "standard_refusals", "json_schema", "minimum_log_probability", "minimum_agreement",
        ],
        "fallbacks": ["limit", "across_tiers"],
        "rollout": ["name", "stage", "control", "steps", "by", "holdout", "advance", "gate", "task_types"],
        "gate": [
            "minimum_outcomes", "minimum_days", "require", "margin", "false_alarm_rate", "measures", "latency", "cost",
            "comparison_days",
        ],
        "latency_gate": ["limit", "margin"],
        "cost_gate": ["limit", "margin"],
        "rollout_task_type": ["stage", "control", "steps"],
        // Beside the modes, which the policy names itself.
        "row": ["output_tokens", "minimum_confidence"],
    ]
}
