internal import JSONCoding
internal import Samples

extension DataCheck {
    /// The report for programs; field names are final.
    package func json(unmet: [(bar: FindingBar, count: Int)]) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("rows", rows)
            if rowsAgainst > 0 { json.member("rows_against", rowsAgainst) }
            json.key("bad_rows")
            json.object { json in
                json.member("count", badRows.count)
                json.key("listed")
                json.array { json in for error in badRows.listed { Self.write(error, to: &json) } }
            }
            Self.write(labels, as: "labels", of: rows, to: &json)
            json.key("bytes")
            json.object { json in
                json.member("min", lengths.smallest)
                json.member("p50", lengths.median)
                json.member("p90", lengths.p90)
                json.member("p99", lengths.p99)
                json.member("max", lengths.largest)
                json.member("mean", lengths.mean)
            }
            Self.write(scripts, as: "scripts", of: rows, to: &json)
            if !splits.isEmpty { Self.write(splits, as: "splits", of: rows, to: &json) }
            json.member("near_duplicate_threshold", threshold)
            json.member("comparisons_left_out", comparisonsLeftOut)
            json.key("findings")
            json.array { json in
                for finding in findings {
                    json.object { json in
                        json.member("finding", finding.kind.rawValue)
                        json.member("count", finding.count)
                        json.member("message", finding.message)
                        json.key("examples")
                        json.array { json in for example in finding.examples { json.value(example) } }
                    }
                }
            }
            json.key("unmet")
            json.array { json in
                for (bar, count) in unmet {
                    json.object { json in
                        json.member("finding", bar.kind.rawValue)
                        json.member("allowed", bar.allowed)
                        json.member("count", count)
                    }
                }
            }
        }
        json.lineBreak()
        return json.bytes
    }

    private static func write(_ error: SampleError, to json: inout JSONWriter) {
        json.object { json in
            json.member("file", error.file)
            if let line = error.line { json.member("line", line) }
            if let column = error.column { json.member("column", column) }
            json.member("code", error.code.rawValue)
            json.member("problem", error.problem)
            json.member("remedy", error.remedy)
        }
    }

    private static func write(
        _ values: [(name: String, rows: Int)], as key: String, of total: Int, to json: inout JSONWriter
    ) {
        json.key(key)
        json.object { json in
            for value in values {
                json.key(value.name)
                json.object { json in
                    json.member("rows", value.rows)
                    json.member("share", Double(value.rows) / Double(max(total, 1)))
                }
            }
        }
    }
}

extension JSONWriter {
    mutating func member(_ key: String, _ value: String) {
        self.key(key)
        self.value(value)
    }

    mutating func member(_ key: String, _ value: Int) {
        self.key(key)
        self.value(value)
    }

    mutating func member(_ key: String, _ value: Double) {
        self.key(key)
        self.value(value)
    }
}
