internal import Yams

/// A part of a YAML document, with the place where it begins.
package struct YAMLNode: Sendable {
    /// What stands there.
    package enum Content: Sendable {
        /// A scalar's text, whatever type YAML would give it; nil for null, written or left out.
        case scalar(String?)
        case sequence([YAMLNode])
        case mapping([(key: YAMLNode, value: YAMLNode)])
    }

    package let content: Content
    /// From 1.
    package let line: Int
    /// From 1, in Unicode scalars.
    package let column: Int

    /// Why a text is not a YAML document.
    package struct Failure: Error {
        package var message: String
        package var line: Int?
        package var column: Int?
    }

    /// Reads one document.
    ///
    /// - Parameters:
    ///   - depthLimit: how deep the format goes that is read. Deeper parts are read as empty, which bounds the work that
    ///     aliases of aliases make together with `nodeLimit`.
    ///   - nodeLimit: most parts that are made of a document, aliases counted as often as they are used.
    /// - Returns: nil where there is nothing in it but comments.
    package static func parse(
        _ text: String, depthLimit: Int = 4, nodeLimit: Int = 200_000
    ) throws(Failure) -> YAMLNode? {
        // Editors of Windows put a byte-order mark in front, which the parser takes for a value.
        let text = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
        do {
            // Named, since the default looks into the environment.
            guard let root = try Parser(yaml: text, encoding: .utf8).singleRoot() else { return nil }
            var rest = nodeLimit
            let node = YAMLNode(root, depth: depthLimit, rest: &rest)
            guard rest > 0 else {
                throw Failure(message: "has more than \(nodeLimit) parts; split it or use no aliases")
            }
            return node
        } catch let failure as Failure {
            throw failure
        } catch let error as YamlError {
            throw Failure(error)
        } catch {
            throw Failure(message: "is not YAML: \(error)")
        }
    }

    private init(_ node: Node, depth: Int, rest: inout Int) {
        line = node.mark?.line ?? 1
        column = node.mark?.column ?? 1
        rest -= 1
        let isShallow = depth > 0 && rest > 0
        switch node {
        case .scalar(let scalar):
            let isNull = scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
            content = .scalar(isNull ? nil : scalar.string)
        case .mapping(let mapping):
            var entries: [(key: YAMLNode, value: YAMLNode)] = []
            for (key, value) in mapping where isShallow {
                entries.append(
                    (YAMLNode(key, depth: depth - 1, rest: &rest), YAMLNode(value, depth: depth - 1, rest: &rest)))
            }
            content = .mapping(entries)
        case .sequence(let sequence):
            var elements: [YAMLNode] = []
            for element in sequence where isShallow {
                elements.append(YAMLNode(element, depth: depth - 1, rest: &rest))
            }
            content = .sequence(elements)
        case .alias: content = .sequence([])
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
