/// Builds markup that is valid both as HTML and as XML.
///
/// Every text and every attribute goes through `escaped`, there is no other way in: what comes from data can
/// neither open an element nor end one, and controls and marks that turn the direction of writing are spelt out.
package struct Markup {
    package private(set) var html = ""

    package init() {}

    /// An element with content.
    package mutating func element(
        _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ content: (inout Markup) -> Void
    ) {
        open(name, attributes)
        html += ">"
        content(&self)
        html += "</" + name + ">"
    }

    /// An element with a text.
    package mutating func element(_ name: String, _ text: String) { element(name, [:], text) }

    /// An element with attributes and a text.
    package mutating func element(_ name: String, _ attributes: KeyValuePairs<String, String>, _ text: String) {
        element(name, attributes) { $0.text(text) }
    }

    /// An element without content.
    package mutating func void(_ name: String, _ attributes: KeyValuePairs<String, String> = [:]) {
        open(name, attributes)
        html += "/>"
    }

    /// A text.
    package mutating func text(_ text: String) { html += Self.escaped(text) }

    /// A text from data, whose direction of writing stays its own affair.
    ///
    /// Cut in the middle where it goes on and on.
    package mutating func name(_ text: String) { element("bdi", Self.shortened(text)) }

    /// Counted in scalars, since one character may go on for megabytes.
    package static func shortened(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: 200, limitedBy: scalars.endIndex),
            end < scalars.endIndex
        else { return text }
        let middle = scalars.index(scalars.startIndex, offsetBy: 120)
        let last = scalars.index(scalars.endIndex, offsetBy: -40)
        return String(scalars[..<middle]) + "…" + String(scalars[last...])
    }

    /// A line break in the file, for people who read its source.
    package mutating func newline() { html += "\n" }

    /// What was built elsewhere.
    package mutating func append(_ other: Markup) { html += other.html }

    /// A constant of the program, such as its style sheet, that needs no escaping.
    package mutating func constant(_ text: StaticString) { html += text.description }

    private mutating func open(_ name: String, _ attributes: KeyValuePairs<String, String>) {
        html += "<" + name
        for (key, value) in attributes { html += " " + key + "=\"" + Self.escaped(value) + "\"" }
    }

    package static func escaped(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.printable.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default:
                // Neither HTML nor XML may hold these.
                if scalar.properties.isNoncharacterCodePoint {
                    result += "\\u{" + String(scalar.value, radix: 16) + "}"
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result
    }
}
