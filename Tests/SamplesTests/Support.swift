import Conversation
import Foundation
import Samples

/// Options for rows that need no label.
let unlabelled: SampleReader.Options = {
    var options = SampleReader.Options()
    options.requiresLabel = false
    return options
}()

/// All samples in `text`.
func read(
    _ text: String, as format: SampleFormat = .csv, options: SampleReader.Options = .init()
) throws(SampleError) -> [Sample] {
    try read(Array(text.utf8), as: format, options: options)
}

/// All samples in `bytes`.
func read(
    _ bytes: [UInt8], as format: SampleFormat = .csv, options: SampleReader.Options = .init()
) throws(SampleError) -> [Sample] {
    let name = format == .csv ? "data.csv" : format == .jsonLines ? "data.jsonl" : "data.txt"
    var reader = SampleReader(bytes: bytes, name: name, format: format, options: options)
    return try reader.readAll()
}

/// The message of the error that reading `bytes` gives; `nil` if there is none.
func message(
    _ bytes: [UInt8], as format: SampleFormat = .csv, options: SampleReader.Options = .init()
) -> String? {
    do throws(SampleError) {
        _ = try read(bytes, as: format, options: options)
        return nil
    } catch {
        return error.description
    }
}

func message(
    _ text: String, as format: SampleFormat = .csv, options: SampleReader.Options = .init()
) -> String? {
    message(Array(text.utf8), as: format, options: options)
}

extension Sample {
    var text: String? { if case .text(let text) = request { text } else { nil } }
}

/// Writes files into a temporary folder, which goes when `body` ends.
func withFiles<Result>(
    _ files: [String: [UInt8]], _ body: ((String) -> String) throws -> Result
) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("samples-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, bytes) in files { try Data(bytes).write(to: folder.appendingPathComponent(name)) }
    return try body { folder.appendingPathComponent($0).path }
}
