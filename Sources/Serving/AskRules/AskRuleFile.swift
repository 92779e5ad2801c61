public import Conversation
import YAMLFiles

/// A file of rules about what surrounds a request, with regression cases; `docs/ask.md` describes it.
public struct AskRuleFile: Sendable {
    /// The rules.
    public private(set) var rules = AskRules([])
    /// The cases, in the order of the file.
    public private(set) var cases: [AskCase] = []

    static let sizeLimit = 4 << 20
    /// Rules, their cases, the cases' messages and the words of each.
    private static let depth = 8

    /// Reads a file; every key must be known and every pattern usable.
    public init(path: String) throws(ConfigurationError) {
        let bytes: [UInt8]
        do throws(SmallFile.Failure) {
            bytes = try SmallFile(path: path, limit: Self.sizeLimit).bytes
        } catch {
            throw ConfigurationError("\(path) cannot be read: \(error.cause)")
        }
        try self.init(text: String(decoding: bytes, as: UTF8.self), path: path)
    }

    /// Reads the text of a file; `path` is for messages.
    public init(text: String, path: String) throws(ConfigurationError) {
        let root: YAMLNode?
        do {
            root = try YAMLNode.parse(text, depthLimit: Self.depth)
        } catch {
            throw ConfigurationError(error.message, at: .file(path: path, line: error.line, column: error.column))
        }
        let reader = AskRuleReader(path: path)
        guard let root else { throw ConfigurationError("\(path) holds no rules; begin with `version: 1` and `rules:`") }
        (rules, cases) = try reader.read(root)
    }

    /// An extractor with these rules beside those that come with the program.
    ///
    /// - Throws: Where a case of the file is not met: a rule that does not do what its author expects is worse than none.
    public func extractor() throws(ConfigurationError) -> AskExtractor {
        let extractor = AskExtractor(rules: AskRules.shipped.extended(by: rules))
        for item in cases {
            if let failure = item.failure(with: extractor) {
                throw ConfigurationError("line \(item.line): \(failure); correct the rule or the case")
            }
        }
        return extractor
    }
}
