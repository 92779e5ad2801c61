import Foundation
import TestSupport
import Testing

@Suite struct DataCheckTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func check(_ content: String, _ options: String...) throws -> ProgramResult {
        try tasktype(["data", "check", try folder.write(content, to: "data.csv"), "--quiet"] + options)
    }

    /// Findings by name, of a report as JSON.
    private func findings(_ result: ProgramResult) throws -> [String: [String: Any]] {
        let list = try #require(try object(result.output)["findings"] as? [[String: Any]])
        return Dictionary(uniqueKeysWithValues: list.map { ($0["finding"] as? String ?? "", $0) })
    }

    private static let story = "please write a short story about a lighthouse keeper who finds a message in a bottle"

    @Test func `sound data have nothing to find, and their figures`() throws {
        let rows = Corpus.texts(48, seed: 31)
        let result = try check(Corpus.csv(rows), "--format", "json", "--fail-on", "all", "--threshold", "1")
        #expect(result.status == 0, "\(result.errors)")
        let report = try object(result.output)
        #expect(report["rows"] as? Int == 48)
        let labels = try #require(report["labels"] as? [String: [String: Any]])
        #expect(labels.mapValues { $0["rows"] as? Int } == ["code": 12, "complex": 12, "reasoning": 12, "simple": 12])
        let bytes = try #require(report["bytes"] as? [String: Any])
        #expect(bytes["max"] as? Int == rows.map(\.text.utf8.count).max())
        #expect(bytes["min"] as? Int == rows.map(\.text.utf8.count).min())
        #expect((report["scripts"] as? [String: Any])?.keys.map(\.self) == ["Latin"])
        #expect(try findings(result).isEmpty)
        #expect(try check(Corpus.csv(rows), "--threshold", "1").text.contains("nothing was found"))
    }

    @Test func `bad rows are all counted and the first listed by file, line and column`() throws {
        let result = try check(
            "text,label,weight\na,x,1\nb\nc,x,0\n,x,1\nd,y,1\ne,x,-2\n", "--format", "json", "--list", "2")
        #expect(result.status == 0, "\(result.errors)")
        let bad = try #require(try object(result.output)["bad_rows"] as? [String: Any])
        #expect(bad["count"] as? Int == 4)
        let listed = try #require(bad["listed"] as? [[String: Any]])
        #expect(listed.map { $0["line"] as? Int } == [3, 4])
        #expect(listed[1]["column"] as? Int == 5)
        #expect(listed[1]["code"] as? String == "badWeight")
        #expect(try findings(result)["bad_rows"]?["count"] as? Int == 4)
    }

    @Test func `duplicates, near duplicates and conflicts are told apart`() throws {
        let result = try check(
            """
            text,label,alt_label
            Who painted it?,simple,
            who  PAINTED it?,simple,
            Sort this list,code,
            sort this list,simple,
            Is it prime,reasoning,simple
            is it prime,simple,
            \(Self.story),complex,
            \(Self.story)!,complex,
            \(Self.story)?,simple,

            """, "--format", "json")
        let findings = try findings(result)
        #expect(findings["duplicates"]?["count"] as? Int == 3)
        #expect(findings["conflicts"]?["count"] as? Int == 2)
        #expect(findings["near_duplicates"]?["count"] as? Int == 2)
        #expect(findings["near_conflicts"]?["count"] as? Int == 3)
        let examples = try #require(findings["conflicts"]?["examples"] as? [String])
        #expect(examples == ["\(folder("data.csv")):4 code, \(folder("data.csv")):5 simple"])
    }

    @Test func `a text on both sides of a split is a leak`() throws {
        let rows = """
            text,label,split,group
            Who painted it?,simple,train,
            Sort this list,code,train,g
            \(Self.story),complex,train,
            who painted it?,simple,test,
            \(Self.story)!,complex,test,
            Prove it,reasoning,test,g

            """
        let findings = try findings(try check(rows, "--format", "json"))
        #expect(findings["leaks"]?["count"] as? Int == 2)
        #expect(findings["straddling_groups"]?["count"] as? Int == 1)
        let result = try check(rows, "--fail-on", "leaks,straddling_groups=1,conflicts")
        #expect(result.status == 1)
        #expect(result.errors.contains("not met: leaks is 2, above the bar of 0"), "\(result.errors)")
        #expect(!result.errors.contains("straddling"))
    }

    @Test func `a file that is named in --against is compared`() throws {
        let other = try folder.write("text,label\nWHO painted it?,simple\nA new one,code\n", to: "test.csv")
        let result = try check(
            "text,label\nWho painted it?,simple\nSort it,code\n", "--against", other, "--format", "json")
        #expect(try object(result.output)["rows"] as? Int == 2)
        #expect(try object(result.output)["rows_against"] as? Int == 2)
        let leaks = try #require(try findings(result)["leaks"])
        #expect(leaks["count"] as? Int == 1)
        #expect((leaks["examples"] as? [String])?.first?.contains("test.csv:2 (against) ~ ") == true)
        #expect(try findings(result)["duplicates"] == nil)
    }

    @Test func `what cannot be learnt from is said, a sentence each`() throws {
        let dominant = "text,label\n" + (0..<1000).map { "text number \($0),a\n" }.joined() + "rare,b\n"
        let result = try check(dominant, "--threshold", "1")
        #expect(result.text.contains("the label a has 99.90 % of the rows"), "\(result.text)")
        #expect(result.text.contains("1 label has fewer than 10 rows"))
        #expect(try check("text,label\nsame,a\nSAME,b\n").text.contains("all texts are equal"))
        #expect(try check("text,label\none,a\ntwo,a\n").text.contains("all rows have the label a"))
        #expect(try check("text,label\none,a\n").text.contains("all rows have the label a"))
        #expect(try check("text,label\n\u{200B},a\nb,b\n").text.contains("1 row has nothing to learn from"))
        #expect(try check("text,label\n").text.contains("there are no rows"))
        let contradictory = try check("text,label\none,a\none,b\ntwo,a\ntwo,b\n")
        #expect(contradictory.text.contains("that is most of the data"), "\(contradictory.text)")
    }

    @Test func `timestamps in the future are found, unreadable ones are bad rows`() throws {
        let result = try check(
            "text,label,timestamp\none,a,2999-01-01\ntwo,b,2020-01-01\nthree,b,soon\n", "--format", "json")
        #expect(try findings(result)["future_timestamps"]?["count"] as? Int == 1)
        #expect(try findings(result)["bad_rows"]?["count"] as? Int == 1)
    }

    @Test func `a row of ten megabytes is a row like any other`() throws {
        let long = String(repeating: "word ", count: 2_000_000)
        let result = try check("text,label\n\(long),a\n\(long),b\nshort,b\n", "--format", "json")
        #expect(result.status == 0, "\(result.errors)")
        #expect(try findings(result)["conflicts"]?["count"] as? Int == 2)
    }

    @Test func `a pipe can be read`() throws {
        let result = try ProgramRunner.run(
            ["data", "check", "-", "--quiet", "--format", "json"], input: Data("text,label\nOne,a\none,a\n".utf8))
        #expect(try findings(result)["duplicates"]?["count"] as? Int == 1)
    }

    @Test(arguments: ["leaks=many", "leeks", "duplicates=-1", ""])
    func `bars that make no sense are refused`(bars: String) throws {
        expectRefusal(try check("text,label\na,b\n", "--fail-on", bars))
    }

    @Test func `files that cannot be read are refused`() throws {
        expectRefusal(try check("request,class\na,b\n"), "data.csv:1:1")
        expectRefusal(try tasktype("data", "check", folder("none.csv"), "--quiet"), "none.csv", "No such file")
        expectRefusal(try check("text,label\na,b\n", "--threshold", "0.2"), "--threshold")
        expectRefusal(
            try tasktype("data", "check", "-", "--quiet", environment: ["TMPDIR": folder("none")]), "no temporary file",
            "TMPDIR")
    }
}
