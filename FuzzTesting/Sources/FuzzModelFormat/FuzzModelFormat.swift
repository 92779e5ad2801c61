import ModelFormat

/// One input of libFuzzer: whatever the bytes are, the parser accepts or refuses them and never traps.
///
/// What is accepted must also be readable to its last byte, and the writer must be able to express it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzModelFormat(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let file = try? SafetensorsFile(parsing: ModelBytes(copying: bytes, origin: "input")) else {
        return 0
    }
    do {
        try read(file)
        try writeAgain(file)
    } catch {
        fatalError("an accepted file cannot be used: \(error)")
    }
    return 0
}

private func read(_ file: SafetensorsFile) throws {
    for tensor in file.tensors {
        switch tensor.dtype {
        case .f32: _ = try file.tensor(tensor.name, as: Float.self).firstNonFinite
        case .u32: _ = try file.tensor(tensor.name, as: UInt32.self).array()
        default: _ = try file.bytes(of: tensor.name).array()
        }
    }
}

private func writeAgain(_ file: SafetensorsFile) throws {
    var writer = SafetensorsWriter(metadata: file.metadata)
    for tensor in file.tensors {
        try writer.add(
            tensor.name, dtype: tensor.dtype, shape: tensor.shape,
            bytes: try file.bytes(of: tensor.name).array())
    }
    let again = try SafetensorsFile(parsing: ModelBytes(copying: writer.bytes(), origin: "written again"))
    precondition(again.metadata == file.metadata, "the metadata changed")
    precondition(again.tensors.count == file.tensors.count, "the number of tensors changed")
    for tensor in file.tensors {
        precondition(again.info(of: tensor.name)?.shape == tensor.shape, "a shape changed")
        let (old, new) = (try file.bytes(of: tensor.name).array(), try again.bytes(of: tensor.name).array())
        precondition(old == new, "the values changed")
    }
}
