"""What JSON Schema cannot say of two requests, done to the bodies that schemathesis makes from it.

Only a body that its schema allows is touched: one that is meant to be wrong stays wrong.
"""

import jsonschema
import schemathesis

LABELS = ["simple", "code", "reasoning", "complex"]


@schemathesis.hook
def before_call(context, case, kwargs):
    change = {
        "kserveInfer": kserve_body,
        "systemOne": system_one_body,
        "usage": usage_body,
        "healthReport": health_body,
        "check": check_body,
        "outcomes": outcomes_body,
    }.get(case.operation.definition.raw.get("operationId"))
    if change is not None and is_valid(case):
        case.body = change(case.body)


def is_valid(case) -> bool:
    """Whether the schema of the request's JSON allows the body."""
    path = case.operation.path.replace("~", "~0").replace("/", "~1")
    schema = {
        **case.operation.schema.raw_schema,
        "$ref": f"#/paths/{path}/{case.operation.method}/requestBody/content/application~1json/schema",
    }
    return jsonschema.Draft202012Validator(schema).is_valid(case.body)


def usage_body(body: dict) -> dict:
    """The policy has no prices of random models, and of the input no more can come from a cache than there is."""

    def priced(report):
        changed = {**report, "cost": report.get("cost", 1)}
        if report.get("tokens"):
            changed["tokens"] = {name: count for name, count in report["tokens"].items() if name != "cached_input"}
        return changed

    return {**body, "reports": [priced(report) for report in body["reports"]]} if "reports" in body else priced(body)


def health_body(body: dict) -> dict:
    """Only what the policy names can be down."""
    return {**body, "name": "groq"}


def check_body(body: dict) -> dict:
    """The policy's names, a range that something fits, and a schema and patterns of what is supported."""
    changed = {**body, "task_type": "code", "mode": "eco"}
    if body.get("checks"):
        checks = {**body["checks"]}
        if checks.get("characters"):
            checks["characters"] = {"at_least": 1, "at_most": 9}
        if checks.get("json_schema") is not None:
            checks["json_schema"] = {"type": "object"}
        if checks.get("refusal_patterns"):
            checks["refusal_patterns"] = ["^no$"]
        if checks.get("required_terms"):
            checks["required_terms"] = ["total"]
        changed["checks"] = checks
    return changed


def outcomes_body(body: dict) -> dict:
    """An outcome says something, and a rating is on its scale."""

    def telling(outcome):
        return {**outcome, "thumb": "up", "rating": 2, "rating_scale": [0, 4]}

    return {**body, "outcomes": [telling(each) for each in body["outcomes"]]} if "outcomes" in body else telling(body)


def kserve_body(body: dict) -> dict:
    """A tensor's shape is that of its data, and each output is asked for once."""
    [tensor] = body["inputs"]
    changed = {**body, "inputs": [{**tensor, "shape": [len(tensor["data"])]}]}
    if body.get("outputs"):
        changed["outputs"] = list({output["name"]: output for output in body["outputs"]}.values())
    return changed


def system_one_body(body: dict) -> dict:
    """A question's options are names of labels: as many as there were options, as far as there are labels."""

    def labelled(criteria):
        names = dict(zip(LABELS, criteria, strict=False))
        return list(names) if isinstance(criteria, list) else {name: criteria[key] for name, key in names.items()}

    return {
        **body,
        "questions": {
            identifier: {**question, "criteria": labelled(question["criteria"])}
            for identifier, question in body["questions"].items()
        },
    }
