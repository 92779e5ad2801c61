import ModelFormat
import Testing

/// One broken rule: the file, and what the sentence must say.
struct Refusal: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let bytes: [UInt8]
    let says: String

    init(_ name: String, _ bytes: [UInt8], says: String) {
        testDescription = name
        self.bytes = bytes
        self.says = says
    }

    /// A header that is an object with this text in it, before `data` zeros.
    init(_ name: String, members: String, data: Int = 0, says: String) {
        self.init(name, file(header: padded("{\(members)}"), data: data), says: says)
    }

    /// A tensor `w` with these three fields, before `data` zeros.
    init(_ name: String, _ dtype: String, _ shape: String, _ offsets: String, data: Int, says: String) {
        self.init(
            name, members: #""w":{"dtype":\#(dtype),"shape":\#(shape),"data_offsets":\#(offsets)}"#,
            data: data,
            says: says)
    }
}

private func u8(_ name: String, _ begin: Int, _ end: Int) -> String {
    #""\#(name)":{"dtype":"U8","shape":[\#(end - begin)],"data_offsets":[\#(begin),\#(end)]}"#
}

private let lengths: [Refusal] = [
    Refusal("no bytes", [], says: "it has 0 bytes"),
    Refusal("seven bytes", [1, 0, 0, 0, 0, 0, 0], says: "it has 7 bytes"),
    Refusal("2^63", littleEndian(1 << 63) + Array("{}".utf8), says: "a header of 9223372036854775808 bytes"),
    Refusal(
        "2^64 - 1", littleEndian(.max) + Array("{}".utf8), says: "a header of 18446744073709551615 bytes"),
    Refusal(
        "2^64 - 8", littleEndian(.max - 7) + Array("{}".utf8), says: "a header of 18446744073709551608 bytes"),
    Refusal(
        "100 MiB + 1", littleEndian(104_857_601) + Array("{}".utf8), says: "more than the 104857600 allowed"),
    Refusal("100 MiB, not there", littleEndian(104_857_600) + Array("{}".utf8), says: "but only 2 follow"),
    Refusal(
        "one byte too long", littleEndian(3) + Array("{}".utf8),
        says: "a header of 3 bytes, but only 2 follow"),
    Refusal("empty header", littleEndian(0), says: "does not begin with \"{\""),
    Refusal(
        "a text file", Array("Dear reader,\nthis is a letter.\n".utf8),
        says: "probably not a safetensors file"),
]

private let json: [Refusal] = [
    Refusal("leading white space", file(header: " {}"), says: "does not begin with \"{\""),
    Refusal("byte order mark", file(header: "\u{FEFF}{}"), says: "does not begin with \"{\""),
    Refusal("an array", file(header: "[]"), says: "does not begin with \"{\""),
    Refusal("UTF-16", file(header: "{}".utf16.flatMap { [UInt8($0), 0] }), says: "zero byte"),
    Refusal("zero padding", file(header: "{}\0\0"), says: "zero byte"),
    Refusal("not UTF-8", file(header: [0x7B, 0x22, 0xFF, 0x22]), says: "not valid UTF-8"),
    Refusal("overlong UTF-8", file(header: [0x7B, 0x22, 0xC0, 0xA2, 0x22]), says: "not valid UTF-8"),
    Refusal("cut after the brace", file(header: "{"), says: "its header ends where"),
    Refusal("cut in a string", file(header: "{\"ab"), says: "does not end within the header"),
    Refusal("cut in an escape", file(header: "{\"ab\\"), says: "does not end within the header"),
    Refusal("something after", file(header: "{}  x"), says: "other than padding after it, at byte 12"),
    Refusal("a second object", file(header: "{}{}"), says: "other than padding after it"),
    Refusal("trailing comma", members: u8("w", 0, 1) + ",", data: 1, says: "the header needs a string"),
    Refusal("missing comma", members: u8("v", 0, 1) + u8("w", 1, 2), data: 2, says: "needs \",\" or \"}\""),
    Refusal("missing colon", members: #""w" {}"#, says: "needs \":\""),
    Refusal("key without quotes", members: "w:{}", says: "needs a string"),
    Refusal("control in a string", members: "\"a\tb\":{}", says: "unescaped control character"),
    Refusal("unknown escape", members: #""\x41":{}"#, says: "unknown escape"),
    Refusal("short escape", members: #""\u41":{}"#, says: "unknown escape"),
    Refusal("lone high surrogate", members: #""\ud83d":{}"#, says: "half of a surrogate pair"),
    Refusal("lone low surrogate", members: #""\ude00":{}"#, says: "half of a surrogate pair"),
    Refusal("two high surrogates", members: #""\ud83d\ud83d":{}"#, says: "half of a surrogate pair"),
    Refusal(
        "same name twice", members: u8("w", 0, 1) + "," + u8("w", 1, 2), data: 2, says: "holds \"w\" twice"),
    Refusal(
        "same name, escaped", members: u8("w", 0, 1) + "," + u8(#"\u0077"#, 1, 2), data: 2,
        says: "holds \"w\" twice"),
    Refusal(
        "same name, decomposed", members: u8("é", 0, 1) + "," + u8("e\u{301}", 1, 2), data: 2, says: "twice"),
    Refusal(
        "metadata twice", members: #""__metadata__":{},"__metadata__":{}"#,
        says: "holds \"__metadata__\" twice"),
    Refusal(
        "metadata key twice", members: #""__metadata__":{"k":"1","k":"1"}"#, says: "metadata hold \"k\" twice"
    ),
    Refusal("metadata a list", members: #""__metadata__":[]"#, says: "__metadata__ needs \"{\""),
    Refusal("metadata null", members: #""__metadata__":null"#, says: "__metadata__ needs \"{\""),
    Refusal(
        "metadata number", members: #""__metadata__":{"k":1}"#, says: "metadata value \"k\" needs a string"),
    Refusal(
        "metadata nested", members: #""__metadata__":{"k":{"a":"b"}}"#,
        says: "metadata value \"k\" needs a string"),
    Refusal(
        "nested junk", members: "\"w\":" + String(repeating: "[", count: 100_000),
        says: "tensor \"w\" needs \"{\""),
]

private let tensors: [Refusal] = [
    Refusal("a number", members: #""w":7"#, says: "tensor \"w\" needs \"{\""),
    Refusal("empty tensor object", members: #""w":{}"#, says: "tensor \"w\" has no dtype"),
    Refusal(
        "no dtype", members: #""w":{"shape":[],"data_offsets":[0,1]}"#, data: 1, says: "\"w\" has no dtype"),
    Refusal(
        "no shape", members: #""w":{"dtype":"U8","data_offsets":[0,1]}"#, data: 1, says: "\"w\" has no shape"),
    Refusal(
        "no offsets", members: #""w":{"dtype":"U8","shape":[]}"#, data: 1, says: "\"w\" has no data_offsets"),
    Refusal(
        "unknown field", members: #""w":{"dtype":"U8","shape":[],"data_offsets":[0,1],"x":[]}"#, data: 1,
        says: "unknown field \"x\""),
    Refusal(
        "field twice", members: #""w":{"dtype":"U8","dtype":"U8"}"#, says: "\"w\" has two fields \"dtype\""),
    Refusal(
        "unknown dtype", "\"F8_E4M3\"", "[1]", "[0,1]", data: 1,
        says: "\"w\" has the unknown dtype \"F8_E4M3\""),
    Refusal("lower-case dtype", "\"f32\"", "[1]", "[0,4]", data: 4, says: "unknown dtype \"f32\""),
    Refusal(
        "dtype a number", "32", "[1]", "[0,4]", data: 4, says: "the dtype of tensor \"w\" needs a string"),
    Refusal(
        "negative extent", "\"U8\"", "[-1]", "[0,1]", data: 1,
        says: "the shape of tensor \"w\" needs a whole number"),
    Refusal("fractional extent", "\"U8\"", "[1.5]", "[0,1]", data: 1, says: "fraction or an exponent"),
    Refusal("1.0 as extent", "\"U8\"", "[1.0]", "[0,1]", data: 1, says: "fraction or an exponent"),
    Refusal("1e0 as extent", "\"U8\"", "[1e0]", "[0,1]", data: 1, says: "fraction or an exponent"),
    Refusal("leading zero", "\"U8\"", "[01]", "[0,1]", data: 1, says: "leading zero"),
    Refusal("string as extent", "\"U8\"", "[\"1\"]", "[0,1]", data: 1, says: "needs a whole number"),
    Refusal("list as extent", "\"U8\"", "[[1]]", "[0,1]", data: 1, says: "needs a whole number"),
    Refusal("shape a number", "\"U8\"", "1", "[0,1]", data: 1, says: "the shape of tensor \"w\" needs \"[\""),
    Refusal(
        "extent of 2^63", "\"U8\"", "[9223372036854775808]", "[0,1]", data: 1,
        says: "a number of 2^63 or more"),
    Refusal(
        "extent of 2^64", "\"U8\"", "[18446744073709551616]", "[0,1]", data: 1,
        says: "a number of 2^63 or more"),
    Refusal(
        "shape product of 2^64", "\"U8\"", "[4294967296,4294967296]", "[0,0]", data: 0,
        says: "more elements than any"),
    Refusal(
        "2^63 bytes", "\"F64\"", "[1152921504606846976]", "[0,0]", data: 0, says: "more elements than any"),
    Refusal(
        "overflow before a zero", "\"U8\"", "[4294967296,4294967296,0]", "[0,0]", data: 0,
        says: "more elements"),
    Refusal(
        "too few bytes", "\"F32\"", "[2]", "[0,4]", data: 4,
        says: "needs 8 bytes, but data_offsets that span 4"),
    Refusal(
        "too many bytes", "\"F32\"", "[1]", "[0,8]", data: 8,
        says: "needs 4 bytes, but data_offsets that span 8"),
    Refusal("one offset", "\"U8\"", "[1]", "[0]", data: 1, says: "\"w\" has 1 data_offsets where 2 belong"),
    Refusal(
        "three offsets", "\"U8\"", "[1]", "[0,1,2]", data: 1, says: "\"w\" has 3 data_offsets where 2 belong"),
    Refusal(
        "end before begin", "\"U8\"", "[1]", "[1,0]", data: 1, says: "\"w\" ends at byte 0, before its begin"),
    Refusal("out of the file", "\"U8\"", "[9]", "[0,9]", data: 8, says: "\"w\" ends at byte 9 of the data"),
    Refusal(
        "far out of the file", "\"U8\"", "[1]", "[9223372036854775806,9223372036854775807]", data: 1,
        says: "\"w\" ends at byte 9223372036854775807"),
]

private let layouts: [Refusal] = [
    Refusal(
        "overlap", members: u8("v", 0, 4) + "," + u8("w", 3, 7), data: 7, says: "\"w\" overlaps tensor \"v\""),
    Refusal(
        "same bytes twice", members: u8("v", 0, 4) + "," + u8("w", 0, 4), data: 4,
        says: "\"w\" overlaps tensor \"v\""),
    Refusal(
        "one in another", members: u8("v", 0, 4) + "," + u8("w", 1, 2), data: 4,
        says: "\"w\" overlaps tensor \"v\""),
    Refusal(
        "nothing in another", members: u8("v", 0, 4) + "," + u8("w", 2, 2), data: 4, says: "\"w\" overlaps"),
    Refusal(
        "hole between", members: u8("v", 0, 4) + "," + u8("w", 5, 7), data: 7,
        says: "\"w\" leaves a hole of 1 bytes"),
    Refusal("hole at the start", members: u8("w", 2, 4), data: 4, says: "\"w\" leaves a hole of 2 bytes"),
    Refusal("bytes at the end", members: u8("w", 0, 4), data: 5, says: "\"w\", is followed by 1 bytes"),
    Refusal("data without tensors", members: "", data: 5, says: "no tensor, is followed by 5 bytes"),
    Refusal(
        "misaligned in the data",
        members: u8("v", 0, 1) + #","w":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}"#, data: 5,
        says: "no multiple of its 4-byte elements"),
    Refusal(
        "misaligned by the header",
        file(header: padded(#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#) + " ", data: 4),
        says: "no multiple of its 4-byte elements"),
]

@Suite struct RefusalTests {
    @Test(arguments: lengths) func `a wrong length is refused`(refusal: Refusal) { check(refusal) }
    @Test(arguments: json) func `a header that breaks the grammar is refused`(refusal: Refusal) {
        check(refusal)
    }
    @Test(arguments: tensors) func `an impossible tensor is refused`(refusal: Refusal) { check(refusal) }
    @Test(arguments: layouts) func `data that tensors do not cover exactly are refused`(refusal: Refusal) {
        check(refusal)
    }

    private func check(_ refusal: Refusal) {
        let error = #expect(throws: ModelFileError.self) { try parse(refusal.bytes) }
        #expect(error?.code == .malformed)
        #expect(error?.message.contains(refusal.says) == true, "\(error?.message ?? "")")
        #expect(error?.message.hasPrefix("test.safetensors ") == true)
        #expect(error?.message.contains("\n") == false)
    }

    @Test func `a file truncated at any byte is refused`() throws {
        let bytes = try smallFile()
        _ = try parse(bytes)
        for count in 0..<bytes.count {
            #expect(throws: ModelFileError.self, "\(count) of \(bytes.count) bytes") {
                try parse(Array(bytes[..<count]))
            }
        }
        #expect(throws: ModelFileError.self) { try parse(bytes + [0]) }
    }

    @Test func `odd but valid headers are accepted`() throws {
        let header =
            "{ \"\\u0061\\ud83d\\uDE00\\/\" :\t{\"shape\":[ ], \"data_offsets\":[0 , 1],\"dtype\":\"U8\"}\r\n, "
            + #""e":{"dtype":"F64","shape":[0,7],"data_offsets":[0,0]}, "__metadata__" : { } }  "#
        let parsed = try parse(file(header: padded(header), data: 1))
        #expect(Set(parsed.tensors.map(\.name)) == ["a😀/", "e"])
        #expect(try parsed.tensor("a😀/", as: UInt8.self).array() == [0])
    }

    @Test func `a hostile name cannot spoil the message`() {
        let name = #"\u001b[31m\n\u202e"# + String(repeating: "x", count: 10_000)
        let error = #expect(throws: ModelFileError.self) { try parse(file(header: "{\"\(name)\":7}")) }
        let message = error?.message ?? ""
        #expect(message.contains(#""\u{1b}[31m\u{a}\u{202e}xxx"#))
        #expect(message.count < 300)
    }
}
