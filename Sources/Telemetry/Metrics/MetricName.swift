/// The rules for names in the Prometheus data model.
enum MetricName {
    /// Whether `name` matches `[a-zA-Z_:][a-zA-Z0-9_:]*`.
    static func isValid(_ name: String) -> Bool {
        guard let first = name.utf8.first, isStart(first) || first == UInt8(ascii: ":") else { return false }
        return name.utf8.allSatisfy { isStart($0) || isDigit($0) || $0 == UInt8(ascii: ":") }
    }

    /// Whether `name` matches `[a-zA-Z_][a-zA-Z0-9_]*` and is not one of the names kept for Prometheus itself.
    static func isValidLabel(_ name: String) -> Bool {
        guard let first = name.utf8.first, isStart(first), !name.hasPrefix("__") else { return false }
        return name.utf8.allSatisfy { isStart($0) || isDigit($0) }
    }

    /// A valid name near to one from elsewhere, such as `http.server.requests`: what is not allowed becomes `_`.
    static func valid(from name: String) -> String {
        var bytes = name.utf8.map { isStart($0) || isDigit($0) ? $0 : UInt8(ascii: "_") }
        if bytes.first.map(isDigit) ?? true { bytes.insert(UInt8(ascii: "_"), at: 0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A valid label name near to one from elsewhere.
    static func validLabel(from name: String) -> String {
        let name = valid(from: name)
        return name.hasPrefix("__") ? "label" + name : name
    }

    private static func isStart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
        default: false
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}
