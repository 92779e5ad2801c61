import Samples
import Testing

@Suite struct ConditionTests {
    private let table = """
        text,label,split,Region
        a,x,train,north
        b,y,test,
        c,x, train ,south
        """

    private func texts(_ conditions: String...) throws -> [String?] {
        var options = SampleReader.Options()
        options.conditions = try conditions.map { try #require(SampleCondition(parsing: $0)) }
        return try read(table, options: options).map(\.text)
    }

    @Test func `rows are read where every condition holds`() throws {
        #expect(try texts() == ["a", "b", "c"])
        #expect(try texts("split=train") == ["a", "c"])
        #expect(try texts("split != test") == ["a", "c"])
        #expect(try texts("split=train", "region=south") == ["c"])
        #expect(try texts("label=y") == ["b"])
    }

    @Test func `an empty or absent column equals the empty value and no other`() throws {
        #expect(try texts("region=") == ["b"])
        #expect(try texts("region!=") == ["a", "c"])
        #expect(try texts("colour=") == ["a", "b", "c"])
        #expect(try texts("colour=red") == [])
        #expect(try texts("colour!=red") == ["a", "b", "c"])
    }

    @Test func `rows that do not match are counted, and their faults still count`() throws {
        var options = SampleReader.Options()
        options.conditions = [try #require(SampleCondition(parsing: "split=test"))]
        var reader = SampleReader(bytes: Array(table.utf8), name: "data.csv", format: .csv, options: options)
        _ = try reader.readAll()
        #expect(reader.sampleCount == 1)
        #expect(reader.unmatchedRowCount == 2)
        let broken = "text,label,split\n,x,train\nb,y,test\n"
        #expect(message(broken, options: options) != nil)
    }

    @Test func `what is no condition is refused`() {
        for text in ["", "split", "=train", "!=train", " = "] {
            #expect(SampleCondition(parsing: text) == nil, "\(text)")
        }
        #expect(SampleCondition(parsing: "a=b=c")?.value == "b=c")
    }
}
