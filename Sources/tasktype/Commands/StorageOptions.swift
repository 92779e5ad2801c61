import ArgumentParser
import Training

/// Where a command keeps the features of many rows.
struct StorageOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Memory for the features of the rows, such as 4GiB or 500MB; those beyond it go to a temporary file. A third of the machine's or container's memory where left out. Never changes the model.",
            valueName: "size"), transform: Self.byteCount)
    var memoryLimit: Int?

    @Option(
        help: ArgumentHelp(
            "Folder of that temporary file; TMPDIR, or the output's folder, where left out.", valueName: "folder"))
    var temporaryFolder: String?

    /// The storage for a run that writes to `output`.
    func storage(besides output: String) throws -> DatasetStorage {
        let folder = temporaryFolder ?? environmentVariable("TMPDIR").flatMap { $0.isEmpty ? nil : $0 }
        if let temporaryFolder, !isFolder(temporaryFolder) {
            throw Failure("--temporary-folder: there is no folder \(temporaryFolder); make it first or name another")
        }
        return DatasetStorage(
            memoryLimit: memoryLimit ?? memorySize / 3, temporaryFolder: folder ?? Self.folder(of: output))
    }

    /// The folder that `path` is in.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Bytes that a text such as `4GiB`, `500MB` or `1048576` stands for.
    static func byteCount(_ text: String) throws -> Int {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text.dropFirst(digits.count).trimmingPrefix(" ").lowercased()
        let powers: [String: Double] = [
            "": 1, "b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12,
            "kib": 0x1p10, "mib": 0x1p20, "gib": 0x1p30, "tib": 0x1p40,
            "k": 0x1p10, "m": 0x1p20, "g": 0x1p30, "t": 0x1p40,
        ]
        guard let number = Double(digits), let factor = powers[unit], number * factor < 0x1p62 else {
            throw ValidationError("--memory-limit: \(text) is no size; write it like 4GiB or 500MB.")
        }
        return Int(number * factor)
    }
}
