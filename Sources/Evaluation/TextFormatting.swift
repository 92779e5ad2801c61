extension String {
    /// The text in quotation marks for a one-line message, controls escaped and cut after 60 characters.
    package var quoted: String {
        let shown = printable
        return shown.count <= 60 ? "\"\(shown)\"" : "\"\(shown.prefix(60))…\""
    }

    /// The text with controls and line separators written as escapes, so that it cannot disturb a terminal.
    package var printable: String {
        var result = ""
        for scalar in unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                // The joiner and the variation selectors belong to emoji and to several scripts.
                if scalar.value == 0x200D || scalar.value == 0x200C {
                    result.unicodeScalars.append(scalar)
                } else {
                    result += "\\u{" + String(scalar.value, radix: 16) + "}"
                }
            default:
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

/// `value` with a fixed number of decimals, rounded half away from zero; "–" for nil.
package func decimal(_ value: Double?, digits: Int) -> String {
    guard let value, value.isFinite else { return "–" }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = (abs(value) * scale).rounded()
    // Beyond 2^53 there are no decimals left to show.
    guard scaled < 9_007_199_254_740_992 else { return value.description }
    let units = Int(scaled)
    let sign = value < 0 && units != 0 ? "-" : ""
    guard digits > 0 else { return sign + String(units) }
    let whole = units / Int(scale)
    let fraction = String(units % Int(scale))
    return sign + "\(whole)." + String(repeating: "0", count: digits - fraction.count) + fraction
}
