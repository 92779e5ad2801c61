import Routing
import RoutingEvaluation
import Samples
import Testing

@Suite struct TrafficLogTests {
    private func log(_ text: String) throws -> TrafficLog {
        try TrafficLog(CSVTable(bytes: Array(text.utf8), name: "log.csv"))
    }

    @Test func `lines stand for requests with their sizes and metadata`() throws {
        let log = try log(
            "label,requests,input_tokens,output_tokens,project,metadata.region,mode,confidence,uncertain,timestamp,note\r\n"
                + "code,2.5,10,20,search,eu,eco,0.4,true,1970-01-02,\"a, b\"\r\n"
                + "simple,,0,7,,,,,,1970-01-02T00:00:01Z,\n")
        #expect(log.rows.count == 2)
        #expect(log.requests == 3.5)
        #expect(log.taskTypes == ["code", "simple"])
        #expect(log.unusedColumns == ["note"])
        let first = log.rows[0]
        #expect(first.request.metadata == ["project": "search", "region": "eu"])
        #expect(first.request.mode == "eco")
        #expect(first.confidence == 0.4 && first.isUncertain && first.time == 86_400)
        #expect(log.rows[1].outputTokens == 7 && log.rows[1].request.metadata.isEmpty)
    }

    @Test(arguments: [
        ("", "the file is empty"), ("task_type,input_tokens\n", "no column output_tokens"),
        ("task_type,input_tokens,output_tokens\n", "no requests"),
        ("task_type,input_tokens,output_tokens\ncode,-1,2\n", "log.csv:2:1: input_tokens is `-1`"),
        ("task_type,input_tokens,output_tokens\ncode,1\n", "has 2 fields, but the header has 3"),
        ("task_type,input_tokens,output_tokens\n,1,2\n", "the task type is empty"),
        ("task_type,input_tokens,output_tokens,requests\ncode,1,2,0\n", "requests is `0`"),
        ("task_type,input_tokens,output_tokens,requests\ncode,1,2,nan\n", "requests is `nan`"),
        ("task_type,input_tokens,output_tokens,timestamp\ncode,1,2,soon\n", "timestamp is `soon`"),
        ("task_type,input_tokens,output_tokens,Input_Tokens\n", "twice"),
        ("task_type,input_tokens,output_tokens\n\"code,1,2\n", "never closed"),
    ])
    func `what is wrong with a log is said in a sentence`(text: String, part: String) throws {
        let error = #expect(throws: SampleError.self) { try log(text) }
        #expect(error?.description.contains(part) == true, "\(String(describing: error))")
    }

    @Test func `texts are classified where the log does not say`() throws {
        let bytes = Array("text,output_tokens,predicted\nfix it,5,\nwhat,6,simple\n".utf8)
        let log = try TrafficLog(CSVTable(bytes: bytes, name: "log.csv")) { text in
            (text == "fix it" ? "code" : "never", 0.75, true)
        }
        #expect(log.isClassified)
        #expect(log.rows.map(\.taskType) == ["code", "simple"])
        #expect(log.rows.map(\.predicted) == ["code", "simple"])
        #expect(log.rows[0].confidence == 0.75 && log.rows[0].isUncertain && !log.rows[1].isUncertain)
        #expect(log.rows[0].inputTokens == 2 && log.rows[0].request.inputTokens == 2)
        let error = #expect(throws: SampleError.self) {
            try TrafficLog(CSVTable(bytes: Array("output_tokens\n1\n".utf8), name: "log.csv")) { _ in ("a", 1, false) }
        }
        #expect(error?.description.contains("no column text") == true)
    }

    @Test func `other proportions keep the number of requests`() throws {
        let log = TrafficLog([
            .init(taskType: "a", requests: 30, inputTokens: 1, outputTokens: 1),
            .init(taskType: "b", requests: 10, inputTokens: 1, outputTokens: 1),
        ])
        let other = try #require(log.reweighted(to: ["a": 1, "b": 3]))
        #expect(abs(other.requests - 40) < 1e-9)
        #expect(abs((other.mix["b"] ?? 0) - 0.75) < 1e-12)
        #expect(log.reweighted(to: ["b": 1])?.taskTypes == ["b"])
        #expect(log.reweighted(to: ["c": 1]) == nil)
        #expect(log.reweighted(to: ["a": 0]) == nil)
    }
}
