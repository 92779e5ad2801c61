/// `value` between backticks, fit for one line of a message: shortened, and control characters made visible.
package func quoted(_ value: String) -> String {
    let limit = 60
    var shown = "`"
    for (index, scalar) in value.unicodeScalars.enumerated() {
        if index == limit {
            shown += "…"
            break
        }
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .format: shown += scalar.escaped(asASCII: true)
        default: shown.unicodeScalars.append(scalar)
        }
    }
    return shown + "`"
}
