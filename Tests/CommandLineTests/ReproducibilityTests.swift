import Foundation
import TestSupport
import Testing

@Suite struct ReproducibilityTests {
    private let folder: ScratchFolder
    private let data: String

    init() throws {
        folder = try ScratchFolder()
        // More rows than a thread takes at a time, and a number that does not divide evenly.
        data = try folder.write(Corpus.csv(Corpus.texts(611, seed: 40)), to: "data.csv")
    }

    private func model(_ options: [String], _ name: String = "model.safetensors") throws -> Data {
        let result = try tasktype(
            ["train", data, "--output", folder(name), "--quiet", "--hash-bits", "10", "--word-ngrams", "1"]
                + options)
        #expect(result.status == 0, "\(result.errors)")
        return try folder.content(name)
    }

    @Test(arguments: [
        ["--loss", "softmax", "--c", "1", "--folds", "2"],
        ["--loss", "squared-hinge", "--c", "1", "--holdout", "0.2"],
        ["--kind", "mlp", "--hidden-units", "8", "--holdout", "0.2"],
    ])
    func `the bytes do not depend on the number of threads, the run or the file's name`(options: [String])
        throws
    {
        let single = try model(options + ["--threads", "1"])
        #expect(try model(options + ["--threads", "4"]) == single)
        #expect(try model(options + ["--threads", "3"], "other.safetensors") == single)
        #expect(try model(options + ["--threads", "1"]) == single)
    }

    @Test func `another seed holds out other rows`() throws {
        let options = ["--loss", "softmax", "--c", "1", "--holdout", "0.2"]
        #expect(try model(options + ["--seed", "1"]) != (try model(options + ["--seed", "2"])))
    }

    @Test func `the environment's linear algebra settings do not change the bytes`() throws {
        let options = ["--loss", "softmax", "--c", "1", "--holdout", "0.2"]
        let expected = try model(options)
        let result = try ProgramRunner.run(
            [
                "train", data, "--output", folder("m.safetensors"), "--quiet", "--hash-bits", "10",
                "--word-ngrams", "1",
            ]
                + options, environment: ["OPENBLAS_NUM_THREADS": "3", "OMP_NUM_THREADS": "3"])
        #expect(result.status == 0)
        #expect(try folder.content("m.safetensors") == expected)
    }
}
