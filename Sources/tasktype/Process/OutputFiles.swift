#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The files that a command is going to write, looked at before the work whose result they are to hold.
enum OutputFiles {
    /// Refuses an output that cannot be written, or whose writing would destroy an input or another output.
    ///
    /// Files are compared by what they are, not by how they are spelt: links, `./` and a file that is still to be made
    /// count. What is no regular file (a pipe, a device, `-`) holds nothing that could be lost.
    ///
    /// - Complexity: a few system calls a file.
    static func check(_ outputs: [String], inputs: [String]) throws {
        var taken: [(path: String, file: Identity)] = []
        let read = inputs.compactMap { path in Identity(path).map { (path: path, file: $0) } }
        for output in outputs {
            try checkPlace(of: output)
            guard let file = Identity(output) else { continue }
            if let input = read.first(where: { $0.file == file }) {
                let same = input.path == output ? "" : " (as \(input.path))"
                throw Failure(
                    "\(output) is one of the files to be read\(same), and writing would destroy it; name another file to write"
                )
            }
            if let other = taken.first(where: { $0.file == file }) {
                let same = other.path == output ? "" : ", as \(other.path)"
                throw Failure("\(output) is to be written twice\(same); give each output a file of its own")
            }
            taken.append((output, file))
        }
    }

    /// Refuses a place in which no file can be put.
    private static func checkPlace(of path: String) throws {
        guard !path.isEmpty else { throw Failure("a file without a name cannot be written; name one") }
        let folder = parent(of: path)
        guard isFolder(folder) else {
            throw Failure("\(path) cannot be written: there is no folder \(folder); make it first or name another")
        }
        guard !isFolder(path) else { throw Failure("\(path) cannot be written: it is a folder; name a file") }
        guard isRegularFile(path) || access(folder, W_OK | X_OK) == 0 else {
            throw Failure(
                "\(path) cannot be written: no file can be made in the folder \(folder) (\(String(cString: strerror(errno)))); name another"
            )
        }
    }

    /// The folder that holds `path`.
    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        let folder = String(path[..<slash])
        return folder.isEmpty ? "/" : folder
    }

    /// What makes a file itself: where it is on its device, or, before it exists, its name in its folder.
    private struct Identity: Equatable {
        private let device: UInt64
        private let inode: UInt64
        private let name: String?

        init?(_ path: String) {
            guard path != "-" else { return nil }
            var status = stat()
            if stat(path, &status) == 0 {
                guard status.st_mode & S_IFMT == S_IFREG else { return nil }
                name = nil
            } else {
                guard stat(OutputFiles.parent(of: path), &status) == 0 else { return nil }
                name = path.split(separator: "/").last.map(String.init)
            }
            device = UInt64(truncatingIfNeeded: status.st_dev)
            inode = UInt64(truncatingIfNeeded: status.st_ino)
        }
    }
}
