/// What models and their revisions may be called; both become parts of file names.
public enum ModelName {
    /// Whether `name` has 1 to 64 letters, digits, dots, hyphens and underscores, and no dot at its start.
    public static func isValid(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count) && name.utf8.first != UInt8(ascii: ".")
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    /// Whether `revision` is `sha256:` and 64 lower-case hexadecimal digits.
    public static func isRevision(_ revision: String) -> Bool {
        let digits = revision.utf8.dropFirst(revisionPrefix.utf8.count)
        return revision.hasPrefix(revisionPrefix) && digits.count == 64
            && digits.allSatisfy {
                UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0
            }
    }

    private static let revisionPrefix = "sha256:"

    static func check(_ name: String) throws(ModelDirectoryError) {
        guard isValid(name) else {
            throw ModelDirectoryError(
                .invalidName,
                "\(quoted(name)) cannot be the name of a model; use 1 to 64 letters, digits, dots, hyphens and "
                    + "underscores, and no dot at the start")
        }
    }

    static func checkRevision(_ revision: String) throws(ModelDirectoryError) {
        guard isRevision(revision) else {
            throw ModelDirectoryError(
                .invalidRevision,
                "\(quoted(revision)) is no revision; give \"sha256:\" and 64 lower-case hexadecimal digits")
        }
    }
}
