#if os(Linux)
    import Foundation
    import TestSupport
    import Testing

    /// A machine without OpenBLAS: the loader finds an empty file under its name.
    @Suite struct MissingLibraryTests {
        private let folder: ScratchFolder

        init() throws { folder = try ScratchFolder() }

        private var environment: [String: String?] {
            get throws {
                _ = try folder.write("", to: "libopenblas.so.0")
                return ["LD_LIBRARY_PATH": folder("")]
            }
        }

        @Test func `classifying needs no linear algebra library`() throws {
            let model = try TrainedModels.linear.get()
            let result = try tasktype("classify", "--strict", "--model", model, "sort it", environment: environment)
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.lines.count == 1)
        }

        @Test func `training without a linear algebra library says what to install`() throws {
            let data = try folder.write(Corpus.csv(Corpus.texts(16, seed: 1)), to: "data.csv")
            let result = try tasktype(
                "train", data, "--output", folder("model.safetensors"), environment: environment)
            expectRefusal(result, "libopenblas.so.0", "could not be loaded", "install libopenblas0 and liblapacke")
            #expect(result.errors.split(separator: "\n").count == 1)
        }
    }
#endif
