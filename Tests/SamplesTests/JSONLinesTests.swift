import Conversation
import Samples
import Testing

@Suite struct JSONLinesTests {
    @Test func `every key is read, and plain unknown ones are kept`() throws {
        let samples = try read(
            #"""

            {"id": 17, "text":"a\n\u00e9\ud83d\ude00\"", "label":"code", "alt_label":null, "weight":2e0, "group":7,
            """#.replacing(",\n", with: ",").replacing("\n ", with: "\n")
                + #""timestamp":"2026-01-31", "lang":"en", "n":-1.50, "ok":true, "none":null, "list":[1,{"a":[]}]}"#,
            as: .jsonLines)
        let expected = Sample(
            request: .text("a\né😀\""), label: "code", weight: 2, group: "7",
            timestamp: Timestamp("2026-01-31"),
            id: "17", extra: ["lang": "en", "n": "-1.50", "ok": "true"],
            location: SampleLocation(file: "data.jsonl", line: 2, column: 1))
        #expect(samples == [expected])
    }

    @Test(arguments: 1...20)
    func `lines end in LF or CRLF, and blank ones are passed over`(bufferSize: Int) throws {
        var options = unlabelled
        options.bufferSize = bufferSize
        let lines = "\u{FEFF}{\"text\":\"a\"}\r\n\n  \n{\"prompt\":\"b\"}\n{\"text\":\"c\"}"
        let samples = try read(lines, as: .jsonLines, options: options)
        #expect(samples.map(\.text) == ["a", "b", "c"])
        #expect(samples.map(\.location.line) == [1, 4, 5])
    }

    @Test(arguments: [
        (#"{"text":7}"#, "9: `text` must be a string, not a number; put it in double quotes"),
        (#"{"text":"a","label":3}"#, "21: `label` must be a string, not a number; put it in double quotes"),
        (
            #"{"text":"a","alt_label":[]}"#,
            "25: `alt_label` must be a string, not an array; correct the value"
        ),
        (#"{"text":"a","weight":"2"}"#, "22: `weight` must be a number, not a string; correct the value"),
        (
            #"{"text":"a","weight":-2}"#,
            "22: `weight` is `-2`, not a finite number above 0; correct it or leave it empty"
        ),
        (
            #"{"text":"a","id":true}"#,
            "18: `id` must be a string or a number, not a boolean; correct the value"
        ),
        (
            #"{"text":"a","timestamp":"now"}"#,
            "25: `timestamp` is `now`, not an ISO 8601 time; write it like 2026-01-31T12:34:56Z"
        ),
        (#"{"text":"a","text":"b"}"#, "13: `text` is given twice; keep one of them"),
        (#"{"text":"a","prompt":"b"}"#, "13: `text` and `prompt` mean the same; keep one of them"),
        (#"{"text":"a","x":1,"x":2}"#, "19: `x` is given twice; keep one of them"),
        (#"{"label":"a"}"#, "1: the row has neither `text` nor `messages`; give one of them"),
        (#"{"text":""}"#, "9: `text` is empty; write what was asked or remove the row"),
        (
            #"{"text":"a","messages":[]}"#, "24: the row has both `text` and `messages`; keep one of them"
        ),
        (
            #"{"messages":[{"role":"user","content":null}]}"#,
            "13: no message in `messages` says anything; write what was asked or remove the row"
        ),
        (#"{"messages":"hi"}"#, "13: `messages` must be an array, not a string; correct the value"),
        (#"{"messages":[1]}"#, "14: `messages[0]` must be an object, not a number; correct the value"),
        (
            #"{"messages":[{"content":"a"}]}"#,
            "14: `messages[0]` has no `role`; say who speaks, such as `user`"
        ),
        (
            #"{"messages":[{"role":"user","content":5}]}"#,
            "39: `messages[0].content` must be a string, an array of parts or null, not a number; correct the value"
        ),
        (
            #"{"messages":[{"role":"user","content":[{"text":"a"}]}]}"#,
            "40: `messages[0].content[0]` has no `type`; say what it is, such as `text`"
        ),
        (
            #"{"messages":[{"role":"user","content":[{"type":"text"}]}]}"#,
            "40: `messages[0].content[0]` has no string `text`; give the part's text"
        ),
        (#"{"text":"a","tools":{}}"#, "21: `tools` must be an array, not an object; correct the value"),
        ("[1]", "1: the JSON must be an object, not an array; correct the value"),
        (#"{"text":"a""#, "12: the object is never closed; close it with `}`"),
        (#"{"text":"a"#, "9: the string opened here is never closed; close it with a double quote"),
        (#"{"text" "a"}"#, "9: a colon should follow the key; correct the JSON"),
        (#"{"text":"a",}"#, "13: a key in double quotes should be here, not `}`; correct the JSON"),
        (#"{"text":"a" "b":1}"#, "13: a comma or `}` should be here, not `\"`; correct the JSON"),
        (#"{"text":}"#, "9: a value should be here, not `}`; correct the JSON"),
        (#"{"text":nul}"#, "9: a value should be here, not `n`; correct the JSON"),
        (#"{"text":"a","x":NaN}"#, "17: a value should be here, not `N`; correct the JSON"),
        (#"{"text":"a","x":01}"#, "18: a comma or `}` should be here, not `1`; correct the JSON"),
        (#"{"text":"a","x":1.}"#, "19: a digit should be here; correct the JSON"),
        (#"{"text":"a","x":[1 2]}"#, "20: a comma or `]` should be here, not `2`; correct the JSON"),
        (#"{"text":"a","x":[1,]}"#, "20: a value should be here, not `]`; correct the JSON"),
        (#"{"text":"a","x":[1"#, "19: the array is never closed; close it with `]`"),
        (#"{"text":"a"} {}"#, "14: `{` follows the end of the value; put one value on each line"),
        (#"{"text":"\x"}"#, #"10: JSON knows no such escape; write a backslash as \\"#),
        (#"{"text":"\u12"}"#, #"10: four hexadecimal digits should follow `\u`; correct the escape"#),
        (
            "{\"text\":\"a\tb\"}",
            #"11: a control character stands in a string; write it as an escape such as \n"#
        ),
        (#"{"text":"a\ud800b"}"#, "11: half of a surrogate pair stands alone; write both halves or neither"),
        (#"{"text":"\udc00"}"#, "10: half of a surrogate pair stands alone; write both halves or neither"),
        ("nonsense", "1: a value should be here, not `n`; correct the JSON"),
    ])
    func `a bad line is refused in one clear sentence`(line: String, expected: String) {
        #expect(message("\n" + line, as: .jsonLines, options: unlabelled) == "data.jsonl:2:" + expected)
    }

    @Test func `invalid UTF-8 is refused at its byte, or repaired`() throws {
        let bytes = Array(#"{"text":"é"#.utf8) + [0xC3] + Array(#"\n"}"#.utf8)
        let expected = "data.jsonl:1:12: the byte 0xC3 here is not valid UTF-8; encode the text as UTF-8"
        #expect(message(bytes, as: .jsonLines, options: unlabelled) == expected)
        #expect(try read(bytes, as: .jsonLines, options: .requests).map(\.text) == ["é\u{FFFD}\n"])
        let nested = Array(#"{"text":"a","x":{"k":[""#.utf8) + [0xFF] + Array(#""]}}"#.utf8)
        #expect(
            message(nested, as: .jsonLines, options: unlabelled)?.contains(":1:24: the byte 0xFF") == true)
    }

    @Test func `a bad line can be skipped`() throws {
        var options = unlabelled
        options.skipsBadRows = true
        let lines = "{\"text\":\"a\"}\n{\"text\n{\"text\":\"b\"}\n"
        var reader = SampleReader(bytes: Array(lines.utf8), name: "t", format: .jsonLines, options: options)
        #expect(try reader.readAll().map(\.text) == ["a", "b"])
        #expect(
            reader.skippedRows.map(\.description) == [
                "t:2:2: the string opened here is never closed; close it with a double quote"
            ])
    }

    @Test func `a label is required where it is asked for`() {
        #expect(
            message(#"{"text":"a","label":null}"#, as: .jsonLines)
                == "data.jsonl:1:1: the row has no `label`; fill it in or remove the row")
    }
}
