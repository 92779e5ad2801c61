import Yams

/// A part of a YAML document, with the place where it begins.
struct YAMLNode {
    /// What stands there.
    enum Content {
        /// A scalar's text, whatever type YAML would give it; nil for null, written or left out.
        case scalar(String?)
        case sequence
        case mapping([(key: YAMLNode, value: YAMLNode)])
    }

    let content: Content
    /// From 1.
    let line: Int
    /// From 1, in Unicode scalars.
    let column: Int

    /// Why a text is not a YAML document.
    struct Failure: Error {
        var message: String
        var line: Int?
        var column: Int?
    }

    /// Reads one document.
    ///
    /// - Returns: nil where there is nothing in it but comments.
    static func parse(_ text: String) throws(Failure) -> YAMLNode? {
        do {
            // Named, since the default looks into the environment.
            guard let root = try Parser(yaml: text, encoding: .utf8).singleRoot() else { return nil }
            return YAMLNode(root, depth: 0)
        } catch let error as YamlError {
            throw Failure(error)
        } catch {
            throw Failure(message: "is not YAML: \(error)")
        }
    }

    /// Deeper parts are no part of any configuration; not going there bounds the work that aliases of aliases make.
    private static let depthLimit = 4

    private init(_ node: Node, depth: Int) {
        line = node.mark?.line ?? 1
        column = node.mark?.column ?? 1
        switch node {
        case .scalar(let scalar):
            let isNull = scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
            content = .scalar(isNull ? nil : scalar.string)
        case .mapping(let mapping) where depth < Self.depthLimit:
            content = .mapping(
                mapping.map { (YAMLNode($0.key, depth: depth + 1), YAMLNode($0.value, depth: depth + 1)) })
        case .mapping: content = .mapping([])
        case .sequence, .alias: content = .sequence
        }
    }
}

extension YAMLNode.Failure {
    init(_ error: YamlError) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            // The parser's words: `did not find expected ':'`, `while parsing a block mapping`.
            let setting = context.map { "\($0.text), " } ?? ""
            message =
                "is not valid YAML: \(setting)\(problem); check indentation (spaces, no tabs), colons and quotes here"
            (line, column) = (mark.line, mark.column)
        case .duplicatedKeysInMapping(let duplicates, let context):
            let names = duplicates.map { "`\($0)`" }.joined(separator: ", ")
            message = "has \(names) more than once in one mapping; keep one"
            (line, column) = (context.mark.line, context.mark.column)
        case .reader(let problem, _, _, _):
            message = "is not a text file that YAML allows: \(problem); save it as UTF-8 without control characters"
        default:
            message = "cannot be read as YAML: \(error)"
        }
    }
}
