import Conversation
import JSONCoding
import TestSupport
import Testing

@Suite struct ChatRequestDecoderTests {
    private func decode(_ json: String) throws(RequestDecodingError) -> Request {
        try ChatRequestDecoder().decode(Array(json.utf8).span)
    }

    @Test func `a conversation in the OpenAI shape is reduced to what classification needs`() throws {
        let request = try decode(
            #"""
            {"model": "m", "messages": [
              {"role": "system", "content": "Be brief."},
              {"role": "user", "name": "ann", "content": [
                {"type": "text", "text": "What is"},
                {"type": "image_url", "image_url": {"url": "data:"}},
                "this?", {"text": {"not": "a string"}, "type": "file"}]},
              {"role": "assistant", "content": null, "tool_calls": [{"id": "1"}, {"id": "2"}]},
              {"tool_call_id": "1", "content": "42", "role": "tool"},
              {"role": "critic"}],
             "tools": [{"type": "function", "function": {"parameters": {"a": [1, [2]]}}}]}
            """#)
        #expect(
            request
                == .conversation(
                    [
                        Message(role: .system, text: "Be brief."),
                        Message(role: .user, text: "What is\nthis?", attachmentCount: 2),
                        Message(role: .assistant, text: "", toolCallCount: 2),
                        Message(role: .tool, text: "42"),
                        Message(role: .other, text: ""),
                    ], toolCount: 1))
    }

    @Test func `an empty text and an empty conversation are requests`() throws {
        #expect(try decode(#"{"text":""}"#) == .text(""))
        #expect(try decode(#"{"messages":[],"text":null}"#) == .conversation([], toolCount: 0))
    }

    @Test func `errors name the field and the byte`() {
        let expectations: [(String, RequestDecodingError.Code, String?, Int)] = [
            (#"{"messages":[{"role":1}]}"#, .wrongType, "messages[0].role", 21),
            ("{}", .missingField, "text", 0),
            (#"{"text":"a","messages":[]}"#, .ambiguousRequest, "messages", 23),
            (#"{"messages":[{"role":"user","role":"user"}]}"#, .duplicateField, "role", 28),
            ("", .malformedJSON, nil, 0),
        ]
        for (json, code, field, offset) in expectations {
            do throws(RequestDecodingError) {
                let request = try decode(json)
                Issue.record("\(json) gave \(request)")
            } catch {
                #expect(error.code == code && error.field == field && error.offset == offset, "\(error)")
            }
        }
    }

    @Test(arguments: ["[", #"{"a":"#, #"[{"x":"#])
    func `very deep nesting is an error and not a crash`(opening: String) {
        for prefix in [#"{"x":"#, #"{"messages":"#, #"{"tools":["#, #"{"messages":[{"role":"user","x":"#] {
            let json = prefix + String(repeating: opening, count: 100_000)
            #expect(throws: RequestDecodingError.self) { try decode(json) }
        }
        do throws(RequestDecodingError) {
            _ = try decode(#"{"x":"# + String(repeating: "[", count: 100_000))
        } catch {
            #expect(error.description == "byte 516: the JSON is nested more than 512 deep; flatten it")
        }
    }

    @Test func `nesting up to the limit is read over`() throws {
        let nested = String(repeating: "[", count: 511) + String(repeating: "]", count: 511)
        #expect(try decode(#"{"x":\#(nested),"text":"a"}"#) == .text("a"))
    }

    @Test func `lone surrogates and broken UTF-8 are repaired where that is asked for`() throws {
        #expect(
            try decode(#"{"text":"\ud83da\udc00\ud83d\ude00\ud83d\ud83d\ude00"}"#)
                == .text("\u{FFFD}a\u{FFFD}😀\u{FFFD}😀"))
        let strict = ChatRequestDecoder(invalidUnicode: .reject)
        #expect(throws: RequestDecodingError.self) {
            try strict.decode(Array(#"{"text":"\ud83d"}"#.utf8).span)
        }
        #expect(throws: RequestDecodingError.self) { try strict.decode([0x7B, 0x22, 0xFF, 0x22].span) }
    }

    @Test func `no mutation of a request makes the decoder trap`() throws {
        let original = Array(
            #"{"messages":[{"role":"user","content":[{"type":"text","text":"\u00e9\ud83d\ude00"}]}],"tools":[1.5e3]}"#
                .utf8)
        let interesting = Array(#"{}[]",:\u0dn-e."#.utf8) + [0, 0x0A, 0xFF, 0xC3]
        let seed: UInt64 = 0xC0FFEE
        var random = SplitMix64(seed: seed)
        var accepted = 0
        for _ in 0..<5_000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = interesting.randomElement(using: &random) ?? 0
                case 1: bytes.remove(at: place)
                default: bytes = Array(bytes[..<max(1, place)])
                }
            }
            for policy in [InvalidUnicodePolicy.reject, .repair] {
                do throws(RequestDecodingError) {
                    _ = try ChatRequestDecoder(invalidUnicode: policy).decode(bytes.span)
                    accepted += 1
                } catch {
                    #expect((0...bytes.count).contains(error.offset), "seed \(seed): \(error)")
                }
            }
        }
        #expect((1..<9_000).contains(accepted), "seed \(seed)")
    }
}
