// A wrong assumption should end the test.
// swift-format-ignore-file: NeverForceUnwrap

import Foundation

/// As much of JSON Schema 2020-12 as `docs/policy.schema.json` uses; another keyword is a failure of the test.
struct SchemaValidator {
    let root: [String: Any]

    struct Unsupported: Error { var keyword: String }

    /// The first place that does not fit, or nil.
    func problem(_ value: Any) throws -> String? { try problem(value, root, "") }

    private func problem(_ value: Any, _ schema: [String: Any], _ path: String) throws -> String? {
        for (keyword, rule) in schema.sorted(by: { $0.key < $1.key }) {
            if let problem = try check(value, keyword, rule, schema, path) { return problem }
        }
        return nil
    }

    private func check(
        _ value: Any, _ keyword: String, _ rule: Any, _ schema: [String: Any], _ path: String
    ) throws -> String? {
        let object = value as? [String: Any]
        let array = value as? [Any]
        let number = isFlag(value) ? nil : (value as? NSNumber)?.doubleValue
        let text = value as? String
        func failed(_ holds: Bool) -> String? { holds ? nil : "\(path): \(keyword)" }
        switch keyword {
        case "$schema", "title", "description", "$defs": return nil
        case "type":
            let types = rule as? [String] ?? [rule as! String]
            return failed(types.contains { has(value, type: $0) })
        case "const": return failed(number == (rule as! Double))
        case "enum": return failed((rule as! [String]).contains { $0 == text })
        case "minimum": return failed(number.map { $0 >= rule as! Double } ?? true)
        case "maximum": return failed(number.map { $0 <= rule as! Double } ?? true)
        case "exclusiveMinimum": return failed(number.map { $0 > rule as! Double } ?? true)
        case "exclusiveMaximum": return failed(number.map { $0 < rule as! Double } ?? true)
        case "minLength": return failed(text.map { $0.unicodeScalars.count >= rule as! Int } ?? true)
        case "pattern":
            return failed(text.map { $0.range(of: rule as! String, options: .regularExpression) != nil } ?? true)
        case "minItems": return failed(array.map { $0.count >= rule as! Int } ?? true)
        case "maxItems": return failed(array.map { $0.count <= rule as! Int } ?? true)
        case "uniqueItems": return failed(array.map { Set($0 as! [String]).count == $0.count } ?? true)
        case "minProperties": return failed(object.map { $0.count >= rule as! Int } ?? true)
        case "maxProperties": return failed(object.map { $0.count <= rule as! Int } ?? true)
        case "required":
            return failed(object.map { object in (rule as! [String]).allSatisfy { object[$0] != nil } } ?? true)
        case "properties":
            for (key, rule) in rule as! [String: [String: Any]] {
                if let member = object?[key], let problem = try problem(member, rule, "\(path).\(key)") {
                    return problem
                }
            }
            return nil
        case "additionalProperties":
            let known = (schema["properties"] as? [String: Any]) ?? [:]
            for (key, member) in object ?? [:] where known[key] == nil {
                guard let rule = rule as? [String: Any] else { return "\(path): unknown \(key)" }
                if let problem = try problem(member, rule, "\(path).\(key)") { return problem }
            }
            return nil
        case "items":
            for (index, element) in (array ?? []).enumerated() {
                if let problem = try problem(element, rule as! [String: Any], "\(path)[\(index)]") { return problem }
            }
            return nil
        case "anyOf", "oneOf":
            let count = try (rule as! [[String: Any]]).count { try problem(value, $0, path) == nil }
            return failed(keyword == "anyOf" ? count > 0 : count == 1)
        case "dependentSchemas":
            for (key, rule) in rule as! [String: [String: Any]] where object?[key] != nil {
                if let problem = try problem(value, rule, path) { return problem }
            }
            return nil
        case "$ref":
            let name = (rule as! String).split(separator: "/").last.map(String.init)!
            return try problem(value, (root["$defs"] as! [String: [String: Any]])[name]!, path)
        default: throw Unsupported(keyword: keyword)
        }
    }

    private func isFlag(_ value: Any) -> Bool {
        (value as? NSNumber).map { CFGetTypeIDIsBoolean($0) } ?? false
    }

    private func has(_ value: Any, type: String) -> Bool {
        switch type {
        case "object": value is [String: Any]
        case "array": value is [Any]
        case "string": value is String
        case "boolean": isFlag(value)
        case "number": !isFlag(value) && value is NSNumber
        case "integer":
            !isFlag(value) && (value as? NSNumber).map { $0.doubleValue.rounded() == $0.doubleValue } ?? false
        default: false
        }
    }
}

/// Whether a number came from `true` or `false`.
private func CFGetTypeIDIsBoolean(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }
