import JSONCoding

/// Where in a configuration a key's value is kept.
typealias SettingPath<Value> = WritableKeyPath<ServiceConfiguration, Value> & Sendable

// The forms that values have. Each reads a text, whether it came from a file, a variable or a flag.

extension ConfigurationKey {
    /// A whole number in a range; a word of `absence` leaves it unset.
    static func integer(
        _ name: String, _ path: any SettingPath<Int?>, _ range: ClosedRange<Int>,
        absence: [String], help: String
    ) -> ConfigurationKey {
        let words = (absence.count == 1 ? ", or " : ", ") + absence.map { "`\($0)`" }.joined(separator: " or ")
        return ConfigurationKey(
            name, values: "a whole number from \(range.lowerBound) to \(range.upperBound)\(words)", help: help
        ) { text, configuration in
            if absence.contains(text) {
                configuration[keyPath: path] = nil
                return nil
            }
            guard let number = wholeNumber(text), range.contains(number) else { return .unfit }
            configuration[keyPath: path] = number
            return nil
        } get: { configuration in
            configuration[keyPath: path].map { .integer($0) } ?? .absent(absence[0])
        }
    }

    /// A whole number in a range.
    static func integer(
        _ name: String, _ path: any SettingPath<Int>, _ range: ClosedRange<Int>,
        help: String
    ) -> ConfigurationKey {
        ConfigurationKey(
            name, values: "a whole number from \(range.lowerBound) to \(range.upperBound)", help: help
        ) { text, configuration in
            guard let number = wholeNumber(text), range.contains(number) else { return .unfit }
            configuration[keyPath: path] = number
            return nil
        } get: { configuration in
            .integer(configuration[keyPath: path])
        }
    }

    /// Seconds in a range.
    static func seconds(
        _ name: String, _ path: any SettingPath<Double>, _ range: ClosedRange<Double>,
        help: String
    ) -> ConfigurationKey {
        let bounds = "from \(decimal(range.lowerBound)) to \(decimal(range.upperBound))"
        return ConfigurationKey(name, values: "a number of seconds \(bounds)", help: help) { text, configuration in
            guard let number = number(text), range.contains(number) else { return .unfit }
            configuration[keyPath: path] = number
            return nil
        } get: { configuration in
            .number(configuration[keyPath: path])
        }
    }

    /// Yes or no.
    static func flag(
        _ name: String, _ path: any SettingPath<Bool>, help: String
    ) -> ConfigurationKey {
        ConfigurationKey(name, values: "`true` or `false`", help: help) { text, configuration in
            switch text.lowercased() {
            case "true", "yes", "1": configuration[keyPath: path] = true
            case "false", "no", "0": configuration[keyPath: path] = false
            default: return .unfit
            }
            return nil
        } get: { configuration in
            .flag(configuration[keyPath: path])
        }
    }

    /// One of a few words.
    static func choice(
        _ name: String, _ path: any SettingPath<String>, _ words: [String],
        help: String
    ) -> ConfigurationKey {
        let list = words.dropLast().map { "`\($0)`" }.joined(separator: ", ") + " or `\(words[words.count - 1])`"
        return ConfigurationKey(name, values: list, help: help) { text, configuration in
            guard words.contains(text) else {
                guard let near = nearestName(to: text, among: words) else { return .unfit }
                return .because("is \(quotedValue(text)), but must be \(list); did you mean `\(near)`?")
            }
            configuration[keyPath: path] = text
            return nil
        } get: { configuration in
            .text(configuration[keyPath: path])
        }
    }

    /// Any text that can be shown on a line.
    static func text(
        _ name: String, _ path: any SettingPath<String>, values: String, help: String
    ) -> ConfigurationKey {
        ConfigurationKey(name, values: values, help: help) { text, configuration in
            guard isLine(text) else { return .unfit }
            configuration[keyPath: path] = text
            return nil
        } get: { configuration in
            .text(configuration[keyPath: path])
        }
    }

    /// The path of a file or folder, or `none`.
    static func path(
        _ name: String, _ path: any SettingPath<String?>, help: String
    ) -> ConfigurationKey {
        ConfigurationKey(name, values: "a path, or `none`", help: help) { text, configuration in
            guard isLine(text) else { return .unfit }
            configuration[keyPath: path] = text == "none" ? nil : text
            return nil
        } get: { configuration in
            configuration[keyPath: path].map { .text($0) } ?? .absent("none")
        }
    }

    /// A bearer token.
    static func token(
        _ name: String, _ path: any SettingPath<String?>, help: String
    ) -> ConfigurationKey {
        ConfigurationKey(name, values: BearerToken.values, help: help, isSecret: true) { text, configuration in
            guard BearerToken.isFit(text) else { return .unfit }
            configuration[keyPath: path] = text
            return nil
        } get: { configuration in
            configuration[keyPath: path] == nil ? .unset : .secret
        }
    }

    /// Names to names: in a file a mapping, elsewhere `alias=label,alias=label`.
    static func aliases(
        _ name: String, _ path: any SettingPath<[String: String]>, help: String
    ) -> ConfigurationKey {
        ConfigurationKey(
            name, values: "alias to label: a mapping, or `alias=label,alias=label` in a variable or flag", help: help,
            isMapping: true
        ) { text, configuration in
            do throws(Fault) {
                configuration[keyPath: path] = try AliasList(text).labels
                return nil
            } catch {
                return error
            }
        } get: { configuration in
            .mapping(configuration[keyPath: path])
        }
    }
}

/// What a bearer token may be.
enum BearerToken {
    static let values = "visible ASCII characters without spaces, at most 4096 of them"

    static func isFit(_ token: String) -> Bool {
        (1...4096).contains(token.utf8.count) && token.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}

/// Digits with a sign at most: nothing that YAML, a shell and Swift could read differently.
private func wholeNumber(_ text: String) -> Int? {
    let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
    guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
    // YAML 1.1 takes 010 for 8, YAML 1.2 for 10.
    if digits.count > 1, digits.first == UInt8(ascii: "0") { return nil }
    return Int(text)
}

/// A decimal number; Swift would also read hexadecimal ones, infinities and NaN.
private func number(_ text: String) -> Double? {
    guard text.utf8.allSatisfy({ "0123456789.eE+-".utf8.contains($0) }) else { return nil }
    return Double(text)
}

/// Whether `text` is neither empty nor holds characters that no name or path on a line should hold.
private func isLine(_ text: String) -> Bool {
    !text.isEmpty && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
}

/// The number without a fraction that says nothing.
func decimal(_ number: Double) -> String {
    Int(exactly: number).map { "\($0)" } ?? "\(number)"
}

/// `text` as it is shown in a message.
func quotedValue(_ text: String) -> String { text.isEmpty ? "empty" : quoted(text) }
