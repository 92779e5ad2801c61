import ModelFormat
import TestSupport
import Testing

@Suite struct MutationTests {
    @Test(arguments: UInt64(1)...10)
    func `a mutated file parses or throws, and what parses can be read`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let original = try smallFile()
        var refused = 0
        for _ in 0..<1000 {
            let bytes = mutated(original, using: &random)
            do throws(ModelFileError) {
                let file = try parse(bytes)
                var total = 0
                for tensor in file.tensors {
                    total += try file.bytes(of: tensor.name).array().count
                    if tensor.dtype == .f32 {
                        _ = try file.tensor(tensor.name, as: Float.self).firstNonFinite
                    }
                }
                #expect(total < bytes.count)
            } catch {
                #expect(error.code == .malformed, "seed \(seed): \(error)")
                refused += 1
            }
        }
        #expect((1..<1000).contains(refused), "seed \(seed): mutations must reach both outcomes")
    }
}

/// One to three random changes; half of them keep to the characters that give a header its structure.
func mutated(_ original: [UInt8], using random: inout SplitMix64) -> [UInt8] {
    let structural = Array("{}[]\",:0123456789-. \\u".utf8)
    var bytes = original
    for _ in 0..<Int.random(in: 1...3, using: &random) {
        guard !bytes.isEmpty else { break }
        let index = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes[index] = .random(in: 0...255, using: &random)
        case 2: bytes[index] = structural.randomElement(using: &random) ?? 0
        case 3: bytes.remove(at: index)
        case 4: bytes.insert(structural.randomElement(using: &random) ?? 0, at: index)
        default:
            // Inside the header every byte counts; most of the file is data and padding.
            let digits = bytes.indices.filter { (0x30...0x39).contains(bytes[$0]) }
            if let digit = digits.randomElement(using: &random) {
                bytes[digit] = .random(in: 0x30...0x39, using: &random)
            }
        }
    }
    return bytes
}
