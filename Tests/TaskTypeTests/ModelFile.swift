import Foundation
import ModelFormat
import Testing

@testable import TaskType

/// A weights file taken apart, so that a test can spoil one thing and put it together again.
struct ModelFile {
    struct Tensor {
        var dtype: DType
        var shape: [Int]
        var bytes: [UInt8]
    }

    var metadata: [String: String]
    var tensors: [String: Tensor] = [:]

    init(
        _ model: TaskModel, precision: WeightPrecision = .float32, leavesOutZeroRows: Bool = false
    ) throws {
        let bytes = try model.encoded(
            precision: precision, leavesOutZeroRows: leavesOutZeroRows, provenance: "{}")
        let file = try SafetensorsFile(parsing: ModelBytes(copying: bytes, origin: "whole.model"))
        metadata = file.metadata
        for info in file.tensors {
            let content: [UInt8] =
                switch info.dtype {
                case .f32: try Self.bytes(file.tensor(info.name, as: Float.self).array())
                case .i8: try Self.bytes(file.tensor(info.name, as: Int8.self).array())
                default: try Self.bytes(file.tensor(info.name, as: UInt8.self).array())
                }
            tensors[info.name] = Tensor(dtype: info.dtype, shape: info.shape, bytes: content)
        }
    }

    static func bytes<Element>(_ values: [Element]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }

    func read() throws(ModelFileError) -> TaskModel {
        var writer = SafetensorsWriter(metadata: metadata)
        for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
            try writer.add(name, dtype: tensor.dtype, shape: tensor.shape, bytes: tensor.bytes)
        }
        return try TaskModel(
            SafetensorsFile(parsing: ModelBytes(copying: writer.bytes(), origin: "spoilt.model")))
    }

    /// The sentence with which the file is refused, or nil where it is read.
    func refusal() -> String? {
        do {
            _ = try read()
            return nil
        } catch {
            return error.message
        }
    }

    /// Puts `value` in the place of a member of a JSON object among the metadata; nil takes it away.
    mutating func set(_ member: String, of key: String, to value: Any?) throws {
        var object = try #require(
            JSONSerialization.jsonObject(with: Data(metadata[key, default: ""].utf8)) as? [String: Any])
        object[member] = value
        metadata[key] = String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
    }

    /// Overwrites one float of a tensor.
    mutating func set(_ value: Float, at index: Int, of name: String) {
        withUnsafeBytes(of: value) {
            tensors[name]?.bytes.replaceSubrange(index * 4..<index * 4 + 4, with: $0)
        }
    }
}
