import JSONCoding

/// A question that can be answered: options to choose from, in the caller's order.
struct SystemOneQuestion: Sendable, Equatable {
    /// As many options as the protocol's first service takes.
    static let maximumOptions = 255

    let id: String
    let options: [String]

    /// The path of the question in the call, fit for an error.
    var field: String { "questions.\(unquoted(id))" }
}

/// A name fit for the path of a field: shortened, and control characters made visible.
func unquoted(_ name: String) -> String { String(quoted(name).dropFirst().dropLast()) }

/// A question as it was read.
///
/// What `criteria` must be depends on `type`, which may come after it, so its place is kept and read when both are
/// known.
struct SystemOneQuestionDraft {
    private let id: String
    private var type: String?
    private var criteria: JSONCursor?
    private var seen = SeenKeys()

    /// The path of the question in the call; made for errors only, since it is not cheap.
    private var field: String { "questions.\(unquoted(id))" }

    /// A question of which only its `id` is known.
    init(id: String) { self.id = id }

    /// Reads the object that comes next; the cursor must have said that there is one.
    mutating func read(in json: Span<UInt8>, with cursor: inout JSONCursor) throws(RequestDecodingError) {
        try cursor.open(in: json)
        while let key = try cursor.nextKey(in: json) {
            switch key.name {
            case "type":
                try seen.insert(key)
                type = try cursor.stringOrNull(in: json, field: key.name)
            case "instructions":
                try seen.insert(key)
                _ = try cursor.stringOrNull(in: json, field: key.name)
            case "criteria":
                try seen.insert(key)
                if try cursor.kind(in: json) != .null { criteria = cursor }
                try cursor.skip(in: json)
            default: try cursor.skip(in: json)
            }
        }
    }

    /// The question that was read from `json`.
    func question(in json: Span<UInt8>) throws(WireError) -> SystemOneQuestion {
        guard let type else {
            throw WireError(
                422, "missing_field", "the question \(quoted(id)) has no `type`; set it to `choice`",
                field: "\(field).type")
        }
        guard type == "choice" else {
            throw WireError(
                422, "unsupported_type",
                "the question \(quoted(id)) has the type \(quoted(type)); only `choice` is supported, with its options in `criteria`",
                field: "\(field).type")
        }
        guard let criteria else {
            throw WireError(
                422, "missing_field",
                "the question \(quoted(id)) has no `criteria`; give an object whose keys are the options",
                field: "\(field).criteria")
        }
        let options: SystemOneOptionNames
        do throws(RequestDecodingError) {
            options = try SystemOneOptionNames(reading: criteria, in: json)
        } catch {
            throw WireError(error.inQuestion(id))
        }
        guard options.count > 0 else {
            throw WireError(
                422, "missing_field", "the question \(quoted(id)) has no options; give at least one in `criteria`",
                field: "\(field).criteria")
        }
        guard options.count <= SystemOneQuestion.maximumOptions else {
            throw WireError(
                422, "too_many_options",
                "the question \(quoted(id)) has \(options.count) options; give at most \(SystemOneQuestion.maximumOptions)",
                field: "\(field).criteria")
        }
        return SystemOneQuestion(id: id, options: options.names)
    }
}

/// The options in `criteria`: the keys of an object, whose values describe them, or the strings of an array.
private struct SystemOneOptionNames {
    /// The options, as long as there are no more than a question may have.
    private(set) var names: [String] = []
    private(set) var count = 0
    private var known: Set<String> = []

    init(reading start: JSONCursor, in json: Span<UInt8>) throws(RequestDecodingError) {
        var cursor = start
        switch try cursor.kind(in: json) {
        case .object:
            try cursor.open(in: json)
            while let key = try cursor.nextKey(in: json) {
                try add(key)
                switch try cursor.kind(in: json) {
                case .string, .null: try cursor.skip(in: json)
                case let other:
                    throw cursor.wrongType(
                        other, field: "criteria.\(unquoted(key.name))", expected: "a string or null")
                }
            }
        case .array:
            try cursor.open(in: json)
            while try cursor.nextElement(in: json) {
                let kind = try cursor.kind(in: json)
                guard kind == .string else {
                    throw cursor.wrongType(kind, field: "criteria[\(count)]", expected: "a string")
                }
                let offset = cursor.position
                try add((try cursor.string(in: json), offset))
            }
        case let other:
            throw cursor.wrongType(other, field: "criteria", expected: "an object or an array of strings")
        }
    }

    private mutating func add(_ option: (name: String, offset: Int)) throws(RequestDecodingError) {
        count += 1
        guard count <= SystemOneQuestion.maximumOptions else { return }
        guard known.insert(option.name).inserted else { throw .duplicate(option).inside("criteria") }
        names.append(option.name)
    }
}

extension RequestDecodingError {
    /// The same error, of a value in the question `id`, which the message then names.
    func inQuestion(_ id: String) -> Self {
        guard let field else { return self }
        return RequestDecodingError(
            code, at: offset, field: "questions.\(unquoted(id)).\(field)",
            problem: "in the question \(quoted(id)), \(problem)", remedy: remedy)
    }
}
