import Foundation
import Testing

@testable import ModelFormat

@Suite struct AtomicFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: [0, 1, 100_000])
    func `a new file holds the bytes and nothing else is left`(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try AtomicFile.write(bytes, to: folder("m"))
        #expect(try content(folder("m")) == bytes)
        #expect(try folder.names() == ["m"])
    }

    @Test func `a new file is readable by others as far as the umask allows, a replaced one keeps its mode`()
        async throws
    {
        await #expect(processExitsWith: .success) { [folder = folder.path as String] in
            umask(0o027)
            try AtomicFile.write([1], to: folder + "/new")
            #expect(try permissions(folder + "/new") == 0o640)
            try #require(chmod(folder + "/new", 0o604) == 0)
            try AtomicFile.write([2], to: folder + "/new")
            #expect(try permissions(folder + "/new") == 0o604)
            #expect(try content(folder + "/new") == [2])
        }
    }

    @Test func `a path without a folder is in the working directory`() async throws {
        await #expect(processExitsWith: .success) { [folder = folder.path as String] in
            try #require(chdir(folder) == 0)
            try AtomicFile.write([1], to: "m")
            #expect(try content(folder + "/m") == [1])
        }
    }

    @Test func `a link stays and the file it points to is replaced`() throws {
        try store([1], folder("v1"))
        #expect(symlink("v1", folder("current")) == 0)
        try AtomicFile.write([2], to: folder("current"))
        #expect(try content(folder("v1")) == [2])
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder("current")) == "v1")
    }

    @Test func `names of the greatest length and of any script are written`() throws {
        for name in [
            String(repeating: "m", count: 255), String(repeating: "é", count: 127), "a\nb", ".hidden",
        ] {
            try AtomicFile.write([1], to: folder(name))
            try AtomicFile.write([2], to: folder(name))
            #expect(try content(folder(name)) == [2])
        }
        #expect(try folder.names().count == 4)
    }

    @Test func `what cannot be replaced is refused with its path and the cause`() throws {
        try store([1], folder("file"))
        #expect(mkfifo(folder("pipe"), 0o600) == 0)
        #expect(symlink("nowhere", folder("dangling")) == 0)
        #expect(symlink("round", folder("round")) == 0)
        #expect(mkdir(folder("sub"), 0o755) == 0)
        let cases = [
            ("missing/m", "folder \"\(folder.path)/missing/\" does not exist"),
            ("file/m", "part of the path is a file"),
            ("sub", "is a folder"), ("sub/", "is a folder"), ("pipe", "device or a pipe"),
            ("dangling", "link to a file that"),
            ("round", "round in circles"), (String(repeating: "m", count: 256), "name is too long"),
            ("m\0", "does not exist"),
        ]
        for (name, cause) in cases {
            let error = #expect(throws: ModelFileError.self) { try AtomicFile.write([2], to: folder(name)) }
            #expect(error?.code == .unwritable)
            #expect(error?.message.contains(cause) == true, "\(name): \(error?.message ?? "")")
        }
        #expect(try folder.names() == ["dangling", "file", "pipe", "round", "sub"])
        #expect(try content(folder("file")) == [1])
    }

    @Test func `a folder without write permission is refused`() async throws {
        try store([1], folder("m"))
        try #require(chmod(folder.path, 0o555) == 0)
        defer { chmod(folder.path, 0o755) }
        await #expect(processExitsWith: .success) { [path = folder("m") as String] in
            dropPrivileges()
            let error = #expect(throws: ModelFileError.self) { try AtomicFile.write([2], to: path) }
            #expect(error?.message.contains("permission is denied") == true)
        }
        #expect(try content(folder("m")) == [1])
        #expect(try folder.names() == ["m"])
    }

    @Test func `a write that the system cuts short leaves the old file`() async throws {
        try store([1], folder("m"))
        await #expect(processExitsWith: .success) { [path = folder("m") as String] in
            // The limit on file sizes acts like a disk that becomes full after 64 KiB, and needs no privileges.
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit()
            try #require(getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            let old = limit.rlim_cur
            limit.rlim_cur = 65_536
            try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            let error = Result { try AtomicFile.write([UInt8](repeating: 7, count: 100_000), to: path) }
            limit.rlim_cur = old
            try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            guard case .failure(let failure as ModelFileError) = error else {
                Issue.record("the write succeeded")
                return
            }
            #expect(failure.message.contains("larger than the limit"))
        }
        #expect(try content(folder("m")) == [1])
        #expect(try folder.names() == ["m"])
    }

    @Test(arguments: [
        (ENOSPC, "no space is left"), (EDQUOT, "no space is left"), (EROFS, "read-only"),
        (EIO, "the disk reports"),
        (EACCES, "permission is denied"), (ESTALE, "(error \(ESTALE))"),
    ])
    func `an error before the renaming leaves the old file and names the cause`(number: Int32, cause: String)
        throws
    {
        try store([1], folder("m"))
        let error = #expect(throws: ModelFileError.self) {
            try AtomicFile.write([2], to: folder("m")) { () throws(FileFailure) in throw .system(number) }
        }
        #expect(error?.message.contains(cause) == true)
        #expect(error?.message.contains(folder("m")) == true)
        #expect(try content(folder("m")) == [1])
        #expect(try folder.names() == ["m"])
    }

    @Test func `a killed process leaves the old file, and the next write removes its temporary file`()
        async throws
    {
        try store([1], folder("m"))
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = folder("m") as String] in
            try AtomicFile.write([2], to: path) { kill(getpid(), SIGKILL) }
        }
        #expect(try content(folder("m")) == [1])
        let left = try folder.names()
        #expect(left.count == 2 && left[0].hasPrefix(".m.") && left[0].hasSuffix(".tmp"), "\(left)")
        try AtomicFile.write([3], to: folder("m"))
        #expect(try content(folder("m")) == [3])
        #expect(try folder.names() == ["m"])
    }

    @Test func `the temporary file of a writer at work, and files of others, are left alone`() throws {
        let others = [
            ".m.0123.tmp", ".m.0123456789abcdeX.tmp", ".n.0123456789abcdef.tmp", "m.0123456789abcdef.tmp",
        ]
        for name in others { try store([9], folder(name)) }
        try AtomicFile.write([1], to: folder("m")) { () throws(FileFailure) in
            try? AtomicFile.write([2], to: folder("m"))
            #expect((try? content(folder("m"))) == [2])
            #expect((try? folder.names())?.count == others.count + 2)
        }
        #expect(try content(folder("m")) == [1])
        #expect(try folder.names() == (others + ["m"]).sorted())
    }

    @Test func `of many concurrent writers one wins, whole`() async throws {
        let path = folder("m")
        await withTaskGroup { group in
            for writer in UInt8(1)...32 {
                group.addTask {
                    #expect(throws: Never.self) {
                        try AtomicFile.write([UInt8](repeating: writer, count: 50_000), to: path)
                    }
                }
            }
        }
        let bytes = try content(path)
        #expect(bytes.count == 50_000)
        #expect(Set(bytes).count == 1)
        #expect(try folder.names() == ["m"])
    }
}
