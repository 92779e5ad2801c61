/// How a number is shown.
package struct Quantity {
    /// Decimals.
    package var digits: Int
    /// Whether it is shown in per cent.
    package var isShare: Bool
    /// Whether a plus goes in front of what is positive.
    package var isSigned = false

    package init(digits: Int, isShare: Bool, isSigned: Bool = false) {
        self.digits = digits
        self.isShare = isShare
        self.isSigned = isSigned
    }

    package static let share = Quantity(digits: 1, isShare: true)
    /// A probability, which may be close to 0 or 1.
    package static let probability = Quantity(digits: 2, isShare: true)
    package static let number = Quantity(digits: 3, isShare: false)

    /// A signed variant, for differences.
    package var signed: Quantity { Quantity(digits: digits, isShare: isShare, isSigned: true) }

    package func text(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "–" }
        let digits = decimal(isShare ? 100 * value : value, digits: digits)
        // A minus sign is as wide as a plus; a hyphen is not.
        let sign = digits.hasPrefix("-") ? "−" : isSigned && digits.contains { ("1"..."9").contains($0) } ? "+" : ""
        return sign + (digits.hasPrefix("-") ? String(digits.dropFirst()) : digits) + (isShare ? unit : "")
    }

    /// A difference of shares counts percentage points; no line breaks before the unit.
    private var unit: String { isSigned ? "\u{A0}pp" : "\u{A0}%" }

    package func text(_ interval: Interval?) -> String {
        guard let interval else { return "–" }
        let low = text(interval.low)
        return (isShare ? String(low.dropLast(unit.count)) : low) + " to " + text(interval.high)
    }
}

extension Metric {
    /// What people call it.
    var title: String {
        switch self {
        case .accuracy: "Accuracy"
        case .accuracyAcceptable: "Accuracy, alternative accepted"
        case .accuracyUnambiguous: "Accuracy, unambiguous rows"
        case .macroF1: "Macro F1"
        case .logLoss: "Log loss"
        case .brier: "Brier score"
        case .ece: "Calibration error"
        }
    }

    /// What it says, in a few words.
    var meaning: String {
        switch self {
        case .accuracy: "share of rows answered with their label"
        case .accuracyAcceptable: "their label or the second acceptable one"
        case .accuracyUnambiguous: "on rows with a single acceptable label"
        case .macroF1: "mean F1 of the labels: rare ones count as much as frequent ones"
        case .logLoss: "how surprised the model is by the truth, in nats"
        case .brier: "squared distance of the probabilities from the truth, 0 to 2"
        case .ece: "how far confidence and accuracy are apart"
        }
    }

    var quantity: Quantity {
        switch self {
        case .logLoss, .brier: .number
        case .accuracy, .accuracyAcceptable, .accuracyUnambiguous, .macroF1, .ece: .share
        }
    }
}

extension Markup {
    /// A number for people that carries itself in full for programs.
    package mutating func quantity(_ value: Double?, _ quantity: Quantity) {
        guard let value, value.isFinite else { return text("–") }
        element("data", ["value": value.description], quantity.text(value))
    }

    /// A number of rows or a weight.
    package mutating func count(_ value: Double) {
        element("data", ["value": value.description], grouped(weight(value)))
    }

    /// An estimate with its interval on a line below.
    package mutating func estimate(_ value: Double?, _ interval: Interval?, _ quantity: Quantity) {
        self.quantity(value, quantity)
        guard value != nil else { return }
        if let interval {
            element("span", ["class": "ci"], quantity.text(interval))
        }
    }
}

/// Digits in groups of three from ten thousand on, by narrow spaces that do not break.
package func grouped(_ number: String) -> String {
    let parts = number.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first, whole.count > 4, whole.allSatisfy(\.isNumber) else { return number }
    var result = ""
    for (offset, digit) in whole.enumerated() {
        if offset > 0, (whole.count - offset) % 3 == 0 { result += "\u{202F}" }
        result.append(digit)
    }
    return parts.count == 2 ? result + "." + parts[1] : result
}
