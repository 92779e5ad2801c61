import ModelFormat
import Testing

@Suite struct FiniteTests {
    @Test(arguments: [0, 1, 2, 7, 8, 63, 64, 4095, 4096, 4097, 8191, 9999])
    func `the first NaN or infinity is found wherever it stands`(index: Int) throws {
        for bad in [Float.nan, .signalingNaN, -.nan, .infinity, -.infinity, Float(bitPattern: 0x7F80_0001)] {
            var values = [Float](repeating: 1, count: 10_000)
            values[index] = bad
            if index + 5 < values.count { values[index + 5] = .infinity }
            var writer = SafetensorsWriter()
            try writer.add("embedding", shape: [100, 100], values: values)
            let file = try parse(writer.bytes())
            #expect(try file.tensor("embedding", as: Float.self).firstNonFinite == index)
            let error = #expect(throws: ModelFileError.self) { try file.finiteTensor("embedding") }
            #expect(error?.code == .notFinite)
            #expect(error?.message.contains("\"embedding\" holds") == true)
            #expect(error?.message.contains("at index \(index);") == true)
        }
    }

    @Test func `every finite value passes`() throws {
        let values: [Float] = [
            0, -0.0, .leastNonzeroMagnitude, -.leastNormalMagnitude, .greatestFiniteMagnitude,
            -.greatestFiniteMagnitude,
        ]
        var writer = SafetensorsWriter()
        try writer.add("w", shape: [6], values: values)
        #expect(
            try parse(writer.bytes()).finiteTensor("w").array().map(\.bitPattern) == values.map(\.bitPattern))
    }

    @Test func `only F32 tensors are checked`() throws {
        let error = #expect(throws: ModelFileError.self) { try parse(smallFile()).finiteTensor("scales") }
        #expect(error?.code == .wrongType)
    }
}
