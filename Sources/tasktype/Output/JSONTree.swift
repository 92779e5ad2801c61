import FoundationEssentials

/// JSON of any shape, to compare what two weights files say of themselves.
enum JSONTree: Decodable {
    case value(String)
    case array([JSONTree])
    case object([String: JSONTree])

    init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: Key.self) {
            var members: [String: JSONTree] = [:]
            for key in container.allKeys { members[key.stringValue] = try container.decode(JSONTree.self, forKey: key) }
            self = .object(members)
            return
        }
        if var container = try? decoder.unkeyedContainer() {
            var elements: [JSONTree] = []
            while !container.isAtEnd { elements.append(try container.decode(JSONTree.self)) }
            self = .array(elements)
            return
        }
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .value("null")
        } else if let flag = try? container.decode(Bool.self) {
            self = .value(String(flag))
        } else if let number = try? container.decode(Int.self) {
            self = .value(String(number))
        } else if let number = try? container.decode(Double.self) {
            // Settings are floats: as such they have fewer digits to read.
            self = .value(Double(Float(number)) == number ? String(Float(number)) : String(number))
        } else {
            self = .value(try container.decode(String.self))
        }
    }

    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// The JSON in `text`; a string where it is none.
    init(text: String) {
        self = (try? JSONDecoder().decode(JSONTree.self, from: Data(text.utf8))) ?? .value(text)
    }

    /// All values by their paths, such as `families.words.weight`; elements of an array that has one a label are named by
    /// the label.
    func leaves(_ path: String, labels: [String]) -> [String: String] {
        switch self {
        case .value(let text): return [path: text]
        case .array(let elements):
            let names = elements.count == labels.count ? labels : elements.indices.map(String.init)
            return zip(elements, names).reduce(into: elements.isEmpty ? [path: "none"] : [:]) { result, entry in
                result.merge(entry.0.leaves("\(path)[\(entry.1)]", labels: labels)) { first, _ in first }
            }
        case .object(let members):
            return members.reduce(into: [:]) { result, member in
                result.merge(member.value.leaves("\(path).\(member.key)", labels: labels)) { first, _ in first }
            }
        }
    }
}
