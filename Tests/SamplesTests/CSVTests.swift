import Conversation
import Samples
import Testing

@Suite struct CSVTests {
    @Test func `every column is read, and unknown ones are kept`() throws {
        let samples = try read(
            """
            ID, Prompt ,Task_Type,alt_label,Weight,group,timestamp,Language,
            a1,"Say ""hi"", please
            now", code ,simple,2.5,u7,2026-01-31T12:00:00Z,en,x
            """)
        let expected = Sample(
            request: .text("Say \"hi\", please\nnow"), label: "code", alternativeLabel: "simple", weight: 2.5,
            group: "u7", timestamp: Timestamp("2026-01-31T12:00:00Z"), id: "a1",
            extra: ["Language": "en", "column 9": "x"],
            location: SampleLocation(file: "data.csv", line: 2, column: 1))
        #expect(samples == [expected])
    }

    @Test func `empty optional cells are as good as absent ones`() throws {
        let sample = try #require(
            try read("text,label,alt_label,weight,group,timestamp,id,note\na,b,,,,,,\n").first)
        #expect(sample.alternativeLabel == nil && sample.weight == 1 && sample.group == nil)
        #expect(sample.timestamp == nil && sample.id == nil && sample.extra == ["note": ""])
    }

    @Test(arguments: ["\n", "\r\n", "\r"], 1...5)
    func `every line end ends a record, wherever the buffer is cut`(end: String, bufferSize: Int) throws {
        var options = SampleReader.Options()
        options.bufferSize = bufferSize
        let text = ["\u{FEFF}text,label", "a,1", "", "\"b\(end)c\",2", "d,3"].joined(separator: end)
        for table in [text, text + end] {
            let samples = try read(table, options: options)
            #expect(samples.map(\.text) == ["a", "b\(end)c", "d"])
            #expect(samples.map(\.label) == ["1", "2", "3"])
            #expect(samples.map(\.location.line) == [2, 4, 6])
        }
    }

    @Test func `quotes inside an unquoted field and NUL bytes stand for themselves`() throws {
        let samples = try read("text,label\na \"quoted\" word\0,x\n")
        #expect(samples.map(\.text) == ["a \"quoted\" word\0"])
    }

    @Test func `messages and tools are read from JSON in a cell`() throws {
        let table = #"""
            messages,tools,label
            "[{""role"":""user"",""content"":""hi""}]","[{},{}]",simple
            """#
        let samples = try read(table)
        #expect(samples.map(\.request) == [.conversation([Message(role: .user, text: "hi")], toolCount: 2)])
    }

    @Test func `JSON in an unquoted cell keeps its quotes`() throws {
        let table = #"""
            messages,tools,label
            "[{""role"":""user"",""content"":""hi""}]",["a"],simple
            """#
        let samples = try read(table)
        #expect(samples.map(\.request) == [.conversation([Message(role: .user, text: "hi")], toolCount: 1)])
    }

    @Test func `rows may have either text or messages`() throws {
        let table =
            "text,messages,label\nhi,,a\n,\"[{\"\"role\"\":\"\"user\"\",\"\"content\"\":\"\"x\"\"}]\",b\n"
        #expect(
            try read(table).map(\.request) == [
                .text("hi"), .conversation([Message(role: .user, text: "x")], toolCount: 0),
            ])
    }

    @Test(arguments: [
        (
            "text,label\na,b\n\"c,d\n",
            #"data.csv:3:1: the quote opened here is never closed; close it or double it ("")"#
        ),
        (
            "text,label\na,\"b\n\nc",
            #"data.csv:2:3: the quote opened here is never closed; close it or double it ("")"#
        ),
        (
            "text,label\n\"a\"b,c\n",
            #"data.csv:2:4: text follows the closing quote of this field; double the quotes inside the field ("") or remove the text"#
        ),
        (
            "text,label\n\"a\nb\"c,d\n",
            #"data.csv:3:3: text follows the closing quote of the field opened 1 line above; double the quotes inside the field ("") or remove the text"#
        ),
        (
            "text,label\na,b,c\n",
            "data.csv:2:5: expected 2 fields as in the header, found 3; put quotes around a field that holds a comma"
        ),
        (
            "text,label\na\n",
            "data.csv:2:1: expected 2 fields as in the header, found 1; add the missing ones, empty if need be, or put quotes around a field that holds a line break"
        ),
        (
            "text,label,note,Label\n",
            "data.csv:1:17: the header names `Label` twice, in columns 2 and 4; keep one of them"
        ),
        (
            "text,label,prompt\n",
            "data.csv:1:12: the header names both `text` and `prompt`, which mean the same; keep one of them"
        ),
        (
            "text,labels\n",
            "data.csv:1:1: the header names no `label` or `task_type` column, only `text`, `labels`; rename `labels` to `label`"
        ),
        (
            "a,b\n",
            "data.csv:1:1: the header names no `text`, `prompt` or `messages` column, only `a`, `b`; rename the column that holds the request to `text`"
        ),
        (
            "text;label\n",
            "data.csv:1:1: the header names no `text`, `prompt` or `messages` column, only `text;label`; the fields seem to be separated by semicolons: save the table with commas"
        ),
        (
            "id\tPrompt\tlabel\n",
            "data.csv:1:1: the header names no `text`, `prompt` or `messages` column, only `id\\tPrompt\\tlabel`; the fields seem to be separated by tabs: save the table with commas"
        ),
        (
            "a;b\n",
            "data.csv:1:1: the header names no `text`, `prompt` or `messages` column, only `a;b`; rename the column that holds the request to `text`"
        ),
        (
            "Txt,label\n",
            "data.csv:1:1: the header names no `text`, `prompt` or `messages` column, only `Txt`, `label`; rename `Txt` to `text`"
        ),
        (
            "\"text,label\n",
            #"data.csv:1:1: the quote opened here is never closed; close it or double it ("")"#
        ),
        ("", "data.csv: the file is empty; begin it with a header such as `text,label`"),
        ("\n\r\n", "data.csv: the file is empty; begin it with a header such as `text,label`"),
        ("text,label\n ,b\n", "data.csv:2:1: `text` is empty; write what was asked or remove the row"),
        ("messages,label\n,b\n", "data.csv:2:1: `messages` is empty; write what was asked or remove the row"),
        (
            "messages,label\n[],b\n",
            "data.csv:2:1: no message in `messages` says anything; write what was asked or remove the row"
        ),
        (
            "label,text,messages\nb,,\n",
            "data.csv:2:3: both `text` and `messages` are empty; write what was asked or remove the row"
        ),
        (
            "text,messages,label\na,[],b\n",
            "data.csv:2:3: the row has both `text` and `messages`; keep one of them"
        ),
        ("text,label\na, \n", "data.csv:2:3: the row has no `label`; fill it in or remove the row"),
        (
            "text,label,weight\na,b,heavy\n",
            "data.csv:2:5: `weight` is `heavy`, not a finite number above 0; correct it or leave it empty"
        ),
        (
            "text,label,timestamp\na,b,yester\u{7}day\n",
            #"data.csv:2:5: `timestamp` is `yester\u{07}day`, not an ISO 8601 time; write it like 2026-01-31T12:34:56Z"#
        ),
        (
            "messages,label\n\"[{\"\"role\"\":\n7}]\",b\n",
            "data.csv:3:1: `messages[0].role` must be a string, not a number; put it in double quotes"
        ),
        (
            "messages,tools,label\n\"[{\"\"role\"\":\"\"user\"\"}]\",3,b\n",
            "data.csv:2:25: `tools` must be an array, not a number; correct the value"
        ),
    ])
    func `a bad table is refused in one clear sentence`(table: String, expected: String) {
        #expect(message(table) == expected)
    }

    @Test(arguments: ["0", "-1", "inf", "nan", "1e999", "0x10", "1,5", "--1"])
    func `a weight must be a finite number above 0`(weight: String) {
        #expect(
            message("text,label,weight\na,b,\"\(weight)\"\n")
                == "data.csv:2:6: `weight` is `\(weight)`, not a finite number above 0; correct it or leave it empty"
        )
    }

    @Test func `an unknown label is refused, with the nearest known one`() {
        var options = SampleReader.Options()
        options.knownLabels = ["code", "simple", "complex"]
        #expect(
            message("text,label\na,coed\n", options: options)
                == "data.csv:2:3: `label` is `coed`, which is not a known label; use one of `code`, `complex`, `simple`"
        )
        #expect(
            message("text,label\na,Simpel\n", options: options)
                == "data.csv:2:3: `label` is `Simpel`, which is not a known label; write `simple` if that is meant"
        )
        #expect(
            message("text,label,alt_label\na,code,x\n", options: options)
                == "data.csv:2:8: `alt_label` is `x`, which is not a known label; use one of `code`, `complex`, `simple`"
        )
        options.knownLabels = Set((10..<25).map { "label\($0)" })
        #expect(message("text,label\na,x\n", options: options)?.hasSuffix("`label19` and 5 more") == true)
    }

    @Test func `invalid UTF-8 is refused at its byte, or repaired`() throws {
        let bytes = Array("text,label\n\"a\"\"é".utf8) + [0xFF, 0x22] + Array(",b\n".utf8)
        #expect(
            message(bytes) == "data.csv:2:7: the byte 0xFF here is not valid UTF-8; encode the text as UTF-8")
        #expect(try read(bytes, options: .requests).map(\.text) == ["a\"é\u{FFFD}"])
    }

    @Test func `UTF-16 is named as what it is`() {
        #expect(message([0xFF, 0xFE, 0x74, 0]) == "data.csv: the file is UTF-16; save it as UTF-8")
    }

    @Test(arguments: [1, 7, 4096])
    func `bad rows can be skipped, counted and listed`(bufferSize: Int) throws {
        var options = SampleReader.Options()
        options.skipsBadRows = true
        options.keptErrorLimit = 2
        options.bufferSize = bufferSize
        let table = "text,label\na,1\nb\n\"c\"x,\"3\n3\"\n,4\nd,5\n\"e,6\n"
        var reader = SampleReader(bytes: Array(table.utf8), name: "t", format: .csv, options: options)
        let samples = try reader.readAll()
        #expect(samples.map(\.text) == ["a", "d"])
        #expect(samples.map(\.location.line) == [2, 7])
        #expect(reader.sampleCount == 2)
        #expect(reader.skippedRowCount == 4)
        #expect(reader.skippedRows.map(\.code) == [.wrongFieldCount, .textAfterQuote])
    }

    @Test func `a file that cannot be read at all stops also a reader that skips bad rows`() {
        var options = SampleReader.Options()
        options.skipsBadRows = true
        #expect(message("a,b\n1,2\n", options: options)?.contains("the header names no") == true)
    }

    @Test func `a record above the limit is refused`() {
        var options = unlabelled
        options.recordLimit = 100
        options.bufferSize = 16
        #expect(
            message("text\na\n\"" + String(repeating: "x", count: 1000), options: options)
                == "data.csv:3:1: the record that starts here is longer than 100 bytes; look for a quote that is never closed, or split the record"
        )
    }

    @Test func `rows and headers of very many fields are refused`() {
        let commas = String(repeating: ",", count: 100_000)
        #expect(
            message("text,label\n" + commas)?.hasPrefix(
                "data.csv:2:3: expected 2 fields as in the header, found 100001;") == true)
        #expect(
            message("text,label" + commas)
                == "data.csv:1:1: the header has 100002 columns, more than 65536; remove those that are not needed"
        )
    }

    @Test func `after an error a reader has no more samples`() throws {
        var reader = SampleReader(bytes: Array("text,label\na\nb,c\n".utf8), name: "t", format: .csv)
        #expect(throws: SampleError.self) { try reader.next() }
        #expect(try reader.next() == nil)
    }
}
