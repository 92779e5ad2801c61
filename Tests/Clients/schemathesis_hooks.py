"""What JSON Schema cannot say of two requests, done to the bodies that schemathesis makes from it.

Only a body that its schema allows is touched: one that is meant to be wrong stays wrong.
"""

import jsonschema
import schemathesis

LABELS = ["simple", "code", "reasoning", "complex"]


def is_valid(context, body) -> bool:
    """Whether the schema of the request's JSON allows `body`."""
    document = context.operation.schema.raw_schema
    path = context.operation.path.replace("~", "~0").replace("/", "~1")
    schema = {
        "$ref": f"#/paths/{path}/{context.operation.method}/requestBody/content/application~1json/schema",
        **document,
    }
    return jsonschema.Draft202012Validator(schema).is_valid(body)


@schemathesis.hook.apply_to(operation_id="kserveInfer")
def map_body(context, body):
    """A tensor's shape is that of its data, and each output is asked for once."""
    if not is_valid(context, body):
        return body
    [tensor] = body["inputs"]
    outputs = {output["name"]: output for output in body.get("outputs") or []}
    for name, output in outputs.items():
        parameters = output.get("parameters") or {}
        if name != "probabilities" and "classification" in parameters:
            outputs[name] = {**output, "parameters": {**parameters, "classification": 0}}
    changed = {**body, "inputs": [{**tensor, "shape": [len(tensor["data"])]}]}
    if "outputs" in body and body["outputs"] is not None:
        changed["outputs"] = list(outputs.values())
    return changed


def systemone_body(context, body):
    """A question's options are names of labels, as many as there are options, and each a different one."""
    if not is_valid(context, body):
        return body
    questions = {}
    for identifier, question in body["questions"].items():
        criteria = question["criteria"]
        names = dict(zip(LABELS, criteria, strict=False))
        options = list(names) if isinstance(criteria, list) else {name: criteria[key] for name, key in names.items()}
        questions[identifier] = {**question, "criteria": options}
    return {**body, "questions": questions}


systemone_body.__name__ = "map_body"
schemathesis.hook.apply_to(operation_id="systemOne")(systemone_body)
