import JSONCoding

extension ServiceConfiguration {
    /// What stands in the place of a secret.
    private static let mask = "********"

    /// The configuration as a YAML file, secrets masked.
    ///
    /// Where no token is written into it, the service reads the same configuration from this text.
    public var yaml: String {
        var text = ""
        for section in ConfigurationKey.sections {
            var lines = ""
            for key in ConfigurationKey.all where key.section == section {
                switch shownValue(of: key) {
                case .integer(let number): lines += "  \(key.member): \(number)\n"
                case .number(let number): lines += "  \(key.member): \(decimal(number))\n"
                case .flag(let flag): lines += "  \(key.member): \(flag)\n"
                case .text(let text): lines += "  \(key.member): \(Self.scalar(text))\n"
                case .absent(let word): lines += "  \(key.member): \(word)\n"
                case .secret: lines += "  \(key.member): \"\(Self.mask)\"\n"
                case .unset: break
                case .mapping(let entries) where entries.isEmpty: lines += "  \(key.member): {}\n"
                case .mapping(let entries):
                    lines += "  \(key.member):\n"
                    for (name, value) in entries.sorted(by: { $0.key < $1.key }) {
                        lines += "    \(Self.scalar(name)): \(Self.scalar(value))\n"
                    }
                }
            }
            if !lines.isEmpty { text += "\(section):\n\(lines)" }
        }
        return text
    }

    /// The configuration as a JSON object in a line, secrets masked; null where nothing is set.
    public var json: String {
        var json = JSONWriter()
        json.object { json in
            for section in ConfigurationKey.sections {
                json.key(section)
                json.object { json in
                    for key in ConfigurationKey.all where key.section == section {
                        json.key(key.member)
                        switch shownValue(of: key) {
                        case .integer(let number): json.value(number)
                        case .number(let number): json.value(number)
                        case .flag(let flag): json.value(flag)
                        case .text(let text): json.value(text)
                        case .secret: json.value(Self.mask)
                        case .absent, .unset: json.value(Double.nan)
                        case .mapping(let entries):
                            json.object { json in
                                for (name, value) in entries.sorted(by: { $0.key < $1.key }) {
                                    json.key(name)
                                    json.value(value)
                                }
                            }
                        }
                    }
                }
            }
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// The value of a key; of a token and the file that it was read from, only the file is shown.
    private func shownValue(of key: ConfigurationKey) -> ConfigurationValue {
        switch key.name {
        case "tokens.classify" where tokens.classifyFile != nil: .unset
        case "tokens.admin" where tokens.adminFile != nil: .unset
        default: key.value(in: self)
        }
    }

    /// `text` as a YAML scalar that reads back as itself.
    private static func scalar(_ text: String) -> String {
        let plain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        // Words and numbers that a reader of YAML may take for something else than a text.
        let isTaken = ["", "null", "true", "false", "yes", "no", "on", "off", "y", "n"].contains(text.lowercased())
        let isName = text.utf8.first.map { $0 >= UInt8(ascii: "A") || $0 == UInt8(ascii: "/") } ?? false
        if plain, isName, !isTaken { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case " "..."~", "\u{A1}"..."\u{2027}", "\u{202A}"..."\u{D7FF}", "\u{E000}"..."\u{FDCF}":
                quoted.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            }
        }
        return quoted + "\""
    }
}
