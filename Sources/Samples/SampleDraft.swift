import Conversation
import JSONCoding

typealias Located = LocatedValue

/// What a row says, before it is checked.
struct SampleDraft {
    var text: Located<String>?
    var messages: Located<[Message]>?
    /// Where the row has a place for messages but none in it.
    var emptyMessagesOffset: Int?
    var toolCount = 0
    var label: Located<String>?
    var alternativeLabel: Located<String>?
    var weight: Located<String>?
    var group: String?
    var timestamp: Located<String>?
    var id: String?
    var extra: [String: String] = [:]
}
