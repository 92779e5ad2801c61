internal import ModelFormat
public import Routing
internal import YAMLFiles

/// A policy as it stands in a file, with everything that is wrong with it.
public struct PolicyFile: Sendable {
    /// The policy; nil where there are errors.
    public let policy: Policy?
    /// Errors and warnings, by line.
    public let issues: [PolicyIssue]
    /// `sha256:` and the digest of the bytes.
    public let digest: String

    /// A policy is some kilobytes; more is another file.
    public static let sizeLimit = 4 << 20

    /// Whether it can be used.
    public var isSound: Bool { policy != nil }

    /// Reads a file.
    ///
    /// - Throws: only where it cannot be read at all.
    public init(path: String) throws(PolicyIssue) {
        let bytes: [UInt8]
        do {
            bytes = try SmallFile(path: path, limit: Self.sizeLimit).bytes
        } catch {
            var issue = PolicyIssue(.error, at: "", "the policy cannot be read: \(error.cause)")
            issue.file = path
            throw issue
        }
        self.init(bytes: bytes, name: path)
    }

    /// Reads what a file holds; JSON is YAML too.
    ///
    /// - Parameter name: of the file, for messages.
    public init(bytes: [UInt8], name: String? = nil) {
        digest = ModelBytes.digest(of: bytes)
        var issues: [PolicyIssue] = []
        var policy: Policy?
        if let text = String(validating: bytes, as: UTF8.self) {
            (policy, issues) = Self.read(text)
        } else {
            issues = [PolicyIssue(.error, at: "", "the policy is not UTF-8; save it as UTF-8")]
        }
        for index in issues.indices { issues[index].file = name }
        self.issues = issues
        self.policy = issues.contains { $0.severity == .error } ? nil : policy
    }

    private static func read(_ text: String) -> (Policy?, [PolicyIssue]) {
        let root: YAMLNode?
        do {
            root = try YAMLNode.parse(text, depthLimit: 64)
        } catch {
            var issue = PolicyIssue(.error, at: "", "the policy \(error.message)")
            (issue.line, issue.column) = (error.line, error.column)
            return (nil, [issue])
        }
        guard let root else { return (nil, [PolicyIssue(.error, at: "", "the policy is empty")]) }
        var reader = PolicyReader()
        reader.read(root)
        // What could not be read was left out, and its absence should not be reported as well.
        guard reader.nodes.issues.isEmpty else { return (nil, sorted(reader.nodes.issues)) }
        let issues = reader.policy.checks().map { issue in
            var issue = issue
            var path = issue.path[...]
            // The nearest key above one that the file does not have.
            while !path.isEmpty {
                if let place = reader.nodes.places[String(path)] {
                    (issue.line, issue.column) = (place.line, place.column)
                    break
                }
                path = path[..<(path.lastIndex { $0 == "." || $0 == "[" } ?? path.startIndex)]
            }
            return issue
        }
        return (reader.policy, sorted(issues))
    }

    private static func sorted(_ issues: [PolicyIssue]) -> [PolicyIssue] {
        issues.enumerated().sorted { left, right in
            (left.element.line ?? 0, left.offset) < (right.element.line ?? 0, right.offset)
        }.map(\.element)
    }
}
