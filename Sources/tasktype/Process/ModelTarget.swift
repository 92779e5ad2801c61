import ArgumentParser
import ModelFormat
import TaskType

/// `--directory`, shared by the commands that look at a folder of models.
struct DirectoryOption: ParsableArguments {
    @Option(help: ArgumentHelp("Folder of models; then models are named by their name alone.", valueName: "dir"))
    var directory: String?

    /// The folder and the name that `text` stands for: `DIR/NAME`, or `NAME` in `--directory` or in the current folder.
    func target(_ text: String) throws -> (directory: ModelDirectory, name: String) {
        var name = text
        var folder = directory ?? "."
        if directory == nil, let slash = text.lastIndex(of: "/") {
            folder = slash == text.startIndex ? "/" : String(text[..<slash])
            name = String(text[text.index(after: slash)...])
        }
        if name.hasSuffix(".safetensors") { name = String(name.dropLast(12)) }
        guard ModelName.isValid(name) else {
            throw Failure(
                "\(text) names no model; give DIR/NAME, where NAME has 1 to 64 letters, digits, dots, hyphens and "
                    + "underscores and no dot at the start")
        }
        guard isFolder(folder) else {
            throw Failure("there is no folder \(folder); make it first (mkdir), or name another")
        }
        return (ModelDirectory(folder), name)
    }
}

extension ModelDirectory {
    /// The revision of `name` that `text` stands for: `previous`, or its digest, of which the beginning is enough.
    func revision(_ text: String, of name: String) throws -> String {
        if text == "previous" {
            guard let previous = try rollbackTargets(name).first else {
                throw Failure(
                    "no revision of \(name) that was active before is kept in \(path); `tasktype models list` shows those that are"
                )
            }
            return previous
        }
        if ModelName.isRevision(text) { return text }
        let digits = text.hasPrefix("sha256:") ? String(text.dropFirst(7)) : text
        let active = try? activeRevision(name)
        let known = Set(try keptRevisions(name) + [active].compactMap(\.self))
        let matching = known.filter { $0.dropFirst(7).hasPrefix(digits) }
        guard digits.count >= 4, let found = matching.first else {
            throw Failure(
                "\(text) is no revision of \(name) that is kept in \(path); `tasktype models list` shows those that are"
            )
        }
        guard matching.count == 1 else {
            throw Failure("\(text) is the beginning of \(matching.count) revisions of \(name); give more digits")
        }
        return found
    }
}

/// A model named on the command line: a file, or `NAME@REVISION` in a folder of models.
struct NamedModel {
    let classifier: TaskClassifier
    let name: String

    init(_ text: String, _ option: DirectoryOption) throws {
        let at = text.lastIndex(of: "@")
        if option.directory == nil, at == nil || isRegularFile(text) {
            classifier = try ModelOption(text).load()
            name = text
            return
        }
        let (directory, name) = try option.target(at.map { String(text[..<$0]) } ?? text)
        do {
            var bytes = try directory.active(name)
            if let at {
                let revision = try directory.revision(String(text[text.index(after: at)...]), of: name)
                if bytes.revision() != revision { bytes = try directory.keptBytes(name, revision) }
            }
            classifier = try TaskClassifier(bytes, name: text)
        } catch let error as ModelDirectoryError {
            throw Failure(error.message)
        } catch let error as ModelFileError {
            throw Failure("\(error)")
        }
        self.name = text
    }
}

/// Runs `body` and makes sentences for the person who ran the program of what a folder of models can refuse.
func reportingModelErrors<Result>(_ body: () throws -> Result) throws -> Result {
    do {
        return try body()
    } catch let error as ModelDirectoryError {
        throw Failure(error.message)
    } catch let error as ModelFileError {
        throw Failure("\(error)")
    }
}

/// Throws where `bytes` are no model, or one that gives no probabilities.
func checkModel(_ bytes: ModelBytes, name: String) throws(ModelFileError) -> TaskClassifier {
    let classifier = try TaskClassifier(bytes, name: name)
    for probe in ["What is the capital of France?", "Prove it: 2 + 2 = 4\n\n```python\nprint(1)\n```", "你好"] {
        let prediction = classifier.classify(probe)
        guard prediction.probabilities.allSatisfy({ $0.isFinite }),
            abs(prediction.probabilities.reduce(0, +) - 1) < 1e-3
        else {
            throw ModelFileError(.malformed, "\(bytes.origin) opens but does not classify; train it again")
        }
    }
    return classifier
}
