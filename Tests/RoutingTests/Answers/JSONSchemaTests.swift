import Foundation
import TestSupport
import Testing

@testable import Routing

@Suite struct JSONSchemaTests {
    private func problem(_ schema: String, _ value: String) throws -> String? {
        try JSONSchema(reading: schema).problem(of: JSONValue(reading: value))?.description
    }

    @Test(
        arguments: [
            (#"{"type":"object","required":["price"]}"#, #"{"price":1}"#, #"{}"#),
            (#"{"type":["string","null"]}"#, "null", "1"),
            (#"{"type":"integer"}"#, "2.0", "2.5"),
            (#"{"type":"number","minimum":1,"exclusiveMaximum":2}"#, "1", "2"),
            (#"{"multipleOf":0.1}"#, "0.3", "0.35"),
            (#"{"enum":["a",2,{"b":[null]}]}"#, #"{"b":[null]}"#, #"{"b":[0]}"#),
            (#"{"const":"a"}"#, #""a""#, #""A""#),
            (#"{"minLength":2,"maxLength":3}"#, #""äöü""#, #""ä""#),
            (#"{"pattern":"^[A-Z]{3}-\\d+$"}"#, #""ABC-12""#, #""ABC12""#),
            (#"{"items":{"type":"string"},"minItems":1,"maxItems":2}"#, #"["a","b"]"#, #"["a",1]"#),
            (#"{"prefixItems":[{"type":"string"}],"items":{"type":"number"}}"#, #"["a",1,2]"#, #"["a","b"]"#),
            (#"{"uniqueItems":true}"#, #"[1,"1",{"a":1}]"#, #"[{"a":1,"b":2},{"b":2,"a":1}]"#),
            (#"{"properties":{"a":{"type":"number"}},"additionalProperties":false}"#, #"{"a":1}"#, #"{"b":1}"#),
            (#"{"additionalProperties":{"type":"number"}}"#, #"{"x":1}"#, #"{"x":"1"}"#),
            (#"{"minProperties":1,"maxProperties":2}"#, #"{"a":1}"#, "{}"),
            (#"{"allOf":[{"minimum":1},{"maximum":3}]}"#, "2", "4"),
            (#"{"anyOf":[{"type":"string"},{"minimum":5}]}"#, "7", "3"),
            (#"{"oneOf":[{"multipleOf":2},{"multipleOf":3}]}"#, "4", "6"),
            (#"{"not":{"type":"string"}}"#, "1", #""a""#),
            ("true", "1", nil),
            ("false", nil, "1"),
            (
                ##"{"$ref":"#/$defs/node","$defs":{"node":{"type":"object","required":["next"],"##
                    + ##""properties":{"next":{"anyOf":[{"type":"null"},{"$ref":"#/$defs/node"}]}}}}}"##,
                #"{"next":{"next":null}}"#, #"{"next":{"next":1}}"#
            ),
        ] as [(String, String?, String?)])
    func `each keyword accepts what fits and refuses what does not`(
        schema: String, good: String?, bad: String?
    ) throws {
        if let good { #expect(try problem(schema, good) == nil) }
        if let bad { #expect(try problem(schema, bad) != nil) }
    }

    @Test func `a problem names its place in the answer`() throws {
        let schema = #"{"properties":{"items":{"items":{"properties":{"price":{"type":"number"}}}}}}"#
        #expect(
            try problem(schema, #"{"items":[{"price":1},{"price":"2"}]}"#)
                == "/items/1/price is a string, but must be number")
    }

    @Test(
        arguments: [
            (#"{"propertis":{}}"#, "did you mean `properties`"),
            (#"{"format":"date"}"#, "/format is not checked here"),
            (#"{"items":[{}]}"#, "write prefixItems"),
            (#"{"pattern":"a(?=b)"}"#, "is not a regular expression"),
            (##"{"$ref":"https://example.org/x"}"##, "only # and #/$defs/NAME"),
            (##"{"$ref":"#"}"##, "in a circle"),
            (##"{"$defs":{"a":{"allOf":[{"$ref":"#/$defs/b"}]},"b":{"not":{"$ref":"#/$defs/a"}}}}"##, "in a circle"),
            (#"{"type":"float"}"#, "must be one of null"),
            (#"{"minLength":3,"maxLength":2}"#, "exchange them"),
            (#"{"minLength":-1}"#, "0 or more"),
            (#"{"multipleOf":0}"#, "above 0"),
            (#"{"enum":[]}"#, "at least one value"),
            ("[]", "must be an object, true or false"),
            ("{", "is not JSON"),
            (#"{"patternProperties":{"a":{}}}"#, "no keyword that is checked here"),
        ])
    func `what would go unchecked is refused with what to do`(schema: String, words: String) {
        #expect {
            try JSONSchema(reading: schema)
        } throws: { error in
            "\((error as? JSONSchema.Failure)?.description ?? "")".contains(words)
        }
    }

    /// Each `allOf` doubles what is to be done, so that 40 of them would take 2⁴⁰ steps.
    @Test func `a schema that multiplies its work is given up after a bounded number of steps`() throws {
        var definitions = (0..<40).map { number in
            ##""d\##(number)":{"allOf":[{"$ref":"#/$defs/d\##(number + 1)"},{"$ref":"#/$defs/d\##(number + 1)"}]}"##
        }
        definitions.append(#""d40":{"type":"number"}"#)
        let schema = try JSONSchema(
            reading: ##"{"$ref":"#/$defs/d0","$defs":{\##(definitions.joined(separator: ","))}}"##)
        let value = try JSONValue(reading: "1")
        #expect(throws: JSONSchema.TooCostly.self) { try schema.problem(of: value) }
    }

    @Test func `a chain of references longer than the stack allows is given up, not followed`() throws {
        var definitions = (0..<900).map { ##""d\##($0)":{"$ref":"#/$defs/d\##($0 + 1)"}"## }
        definitions.append(#""d900":{}"#)
        let schema = try JSONSchema(
            reading: ##"{"$ref":"#/$defs/d0","$defs":{\##(definitions.joined(separator: ","))}}"##)
        let value = try JSONValue(reading: "1")
        #expect(throws: JSONSchema.TooCostly.self) { try schema.problem(of: value) }
    }

    @Test func `values nested without end are refused`() {
        let deep = String(repeating: "[", count: 400_000)
        #expect(throws: JSONValue.Failure.self) { try JSONValue(reading: deep) }
    }

    /// A tree of random schemas against random values, judged by another implementation.
    @Test(.enabled(if: PythonOracle.isAvailable, Comment(rawValue: PythonOracle.skipReason)))
    func `verdicts are those of Python's jsonschema`() throws {
        var random = SplitMix64(seed: 0x5EED)
        var cases: [[String: String]] = []
        for _ in 0..<400 {
            let schema = RandomSchema.schema(&random, depth: 3)
            for _ in 0..<5 { cases.append(["schema": schema, "value": RandomSchema.value(&random, depth: 3)]) }
        }
        let input = try JSONSerialization.data(withJSONObject: cases)
        let script = """
            import json, sys
            from jsonschema import Draft202012Validator
            out = []
            for case in json.load(sys.stdin):
                out.append(Draft202012Validator(json.loads(case["schema"])).is_valid(json.loads(case["value"])))
            json.dump(out, sys.stdout)
            """
        let output = try PythonOracle.run(script, input: input)
        let verdicts = try #require(try JSONSerialization.jsonObject(with: output) as? [Bool])
        var counts = [0, 0]
        for (one, expected) in zip(cases, verdicts) {
            let found = try problem(one["schema"] ?? "", one["value"] ?? "")
            #expect((found == nil) == expected, "\(one): \(found ?? "fits")")
            counts[expected ? 1 : 0] += 1
        }
        #expect(counts[0] > 200 && counts[1] > 200, "\(counts)")
    }
}
