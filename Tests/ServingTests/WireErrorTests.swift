import JSONCoding
import Testing

@testable import Serving

@Suite struct WireErrorTests {
    @Test func `a refusal names its code, its sentence and its field`() {
        var json = JSONWriter()
        PlainErrorShape.write(WireError(422, "missing_field", "give `text`", field: "text"), to: &json)
        #expect(
            String(decoding: json.bytes, as: UTF8.self)
                == #"{"error":{"code":"missing_field","message":"give `text`","field":"text"}}"#)
    }
}
