import Foundation
import ModelFormat
import Testing

@Suite struct ModelBytesTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    enum Way: CaseIterable {
        case mapping, reading

        func open(_ path: String, limit: Int = ModelBytes.defaultMaximumByteCount) throws(ModelFileError)
            -> ModelBytes
        {
            switch self {
            case .mapping: try ModelBytes(mapping: path, maximumByteCount: limit)
            case .reading: try ModelBytes(reading: path, maximumByteCount: limit)
            }
        }
    }

    @Test(arguments: Way.allCases)
    func `a file's bytes are all there`(way: Way) throws {
        let bytes = try smallFile()
        try store(bytes, folder("m.safetensors"))
        let opened = try way.open(folder("m.safetensors"))
        #expect(opened.count == bytes.count)
        #expect(opened.withUnsafeBytes { Array($0) } == bytes)
        #expect(opened.withUnsafeBytes { Int(bitPattern: $0.baseAddress) % 64 } == 0)
        #expect(opened.origin == folder("m.safetensors"))
        #expect(
            try SafetensorsFile(parsing: opened).tensor("codes", as: Int8.self).array() == [
                -3, -2, -1, 0, 1, 2,
            ])
    }

    @Test(arguments: Way.allCases)
    func `what cannot be a model is refused with its path and the cause`(way: Way) throws {
        try store([], folder("empty"))
        try store([1, 2, 3], folder("large"))
        #expect(mkfifo(folder("pipe"), 0o600) == 0)
        let cases = [
            ("missing", "does not exist"), ("", "folder; name a file"), ("empty", "is empty"),
            ("large", "has 3 bytes, more than the 2"),
            ("pipe", "device or a pipe"), ("large/x", "part of the path is a file"),
            ("large\0", "does not exist"),
        ]
        for (name, cause) in cases {
            let error = #expect(throws: ModelFileError.self) { try way.open(folder(name), limit: 2) }
            #expect(error?.code == .unreadable)
            #expect(error?.message.contains(cause) == true, "\(name): \(error?.message ?? "")")
            #expect(error?.message.contains("model-format-") == true)
        }
        #expect(throws: ModelFileError.self) { try way.open("/dev/zero") }
        #expect(throws: ModelFileError.self) { try way.open("") }
    }

    @Test func `a file without read permission is refused`() async throws {
        try store([1], folder("m"))
        try #require(chmod(folder("m"), 0) == 0)
        await #expect(processExitsWith: .success) { [path = folder("m") as String] in
            dropPrivileges()
            for way in Way.allCases {
                let error = #expect(throws: ModelFileError.self) { try way.open(path) }
                #expect(error?.message.contains("permission is denied") == true)
            }
        }
    }

    @Test func `a mapped file stays whole when it is replaced or removed`() throws {
        let bytes = try smallFile()
        try store(bytes, folder("m"))
        let mapped = try ModelBytes(mapping: folder("m"))
        try AtomicFile.write([1, 2, 3], to: folder("m"))
        #expect(mapped.withUnsafeBytes { Array($0) } == bytes)
        #expect(unlink(folder("m")) == 0)
        #expect(mapped.withUnsafeBytes { Array($0) } == bytes)
    }

    @Test func `a file that was read stays whole when it is truncated in place`() throws {
        let bytes = try smallFile()
        try store(bytes, folder("m"))
        let read = try ModelBytes(reading: folder("m"))
        #expect(truncate(folder("m"), 0) == 0)
        #expect(read.withUnsafeBytes { Array($0) } == bytes)
    }

    @Test func `an embedded region is used where it is`() throws {
        let bytes = try smallFile()
        let region = UnsafeMutableRawPointer.allocate(byteCount: bytes.count, alignment: 64)
        defer { region.deallocate() }
        region.copyMemory(from: bytes, byteCount: bytes.count)
        let model = ModelBytes(permanent: region, count: bytes.count, origin: "the built-in model")
        #expect(model.withUnsafeBytes { $0.baseAddress } == UnsafeRawPointer(region))
        #expect(try SafetensorsFile(parsing: model).finiteTensor("weights").array() == [1, -2.5, 0, 3e-20])
    }
}

/// Root may do everything; what a permission forbids can only be seen as somebody else.
func dropPrivileges() {
    guard geteuid() == 0 else { return }
    guard setgid(65534) == 0, setuid(65534) == 0 else { fatalError("root cannot become nobody") }
}
