internal import JSONCoding
public import Routing

/// A decision as it is recorded: with its time and what it was made for, without the text unless that is wanted.
public struct DecisionRecord: Sendable {
    /// The kind of record that it is kept as, where it goes into the state file.
    public static let kind = "decision"

    /// Seconds since 1970, UTC.
    public var time: Double
    /// The decision.
    public var decision: Decision
    /// What the request was for: project, user, feature and what else the caller told.
    public var metadata: [String: String]
    /// The session that it belongs to.
    public var session: String?
    /// The ask, where it is to be recorded.
    public var text: String?

    /// A decision to be recorded.
    public init(
        time: Double, decision: Decision, metadata: [String: String] = [:], session: String? = nil, text: String? = nil
    ) {
        self.time = time
        self.decision = decision
        self.metadata = metadata
        self.session = session
        self.text = text
    }

    /// One line of JSON, without its end.
    public var line: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("time")
            json.value(time)
            json.key("decision")
            decision.write(to: &json)
            if !metadata.isEmpty {
                json.key("metadata")
                json.object { json in
                    for (name, value) in metadata.sorted(by: { $0.key < $1.key }) {
                        json.key(name)
                        json.value(value)
                    }
                }
            }
            if let session {
                json.key("session")
                json.value(session)
            }
            if let text {
                json.key("text")
                json.value(text)
            }
        }
        return json.bytes
    }

    /// The decision as a record of the state file.
    public var record: StoreRecord {
        StoreRecord(kind: Self.kind, id: decision.id, time: time, body: String(decoding: line, as: UTF8.self))
    }
}

extension UsageReport {
    /// One line of JSON for the journal, without its end.
    public func line(at time: Double) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("time")
            json.value(time)
            json.key("id")
            json.value(id)
            json.key("usage")
            json.verbatim(self.json)
        }
        return json.bytes
    }
}
