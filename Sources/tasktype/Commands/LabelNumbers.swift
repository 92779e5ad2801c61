import ArgumentParser

/// Pairs such as `simple=0.5,code=0.2`.
func parseLabelNumbers(_ text: String?, option: String, what: String) throws -> [String: Double] {
    var numbers: [String: Double] = [:]
    for entry in (text ?? "").split(separator: ",") {
        let parts = entry.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2, let number = Double(parts[1]), number > 0, number.isFinite else {
            throw ValidationError("\(option) takes label=\(what) pairs with \(what)s above 0; \(entry) is none.")
        }
        guard numbers.updateValue(number, forKey: parts[0]) == nil else {
            throw ValidationError("\(option) names \(parts[0]) twice; give each label one \(what).")
        }
    }
    return numbers
}
