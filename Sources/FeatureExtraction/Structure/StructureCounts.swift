/// What is counted while the ask is tokenised.
struct StructureCounts {
    var tokens = 0
    var words = 0
    var wordScalars = 0
    var numbers = 0
    var sentences = 0
    var codeFences = 0
    var bullets = 0
    var numberedItems = 0
    var headings = 0
    var quotedLines = 0
    var tableLines = 0
    var indentedLines = 0
    var blankLines = 0
    var csvLines = 0
    var urls = 0
    var paths = 0
    var stackTraces = 0
    var failureWords = 0
    var latexCommands = 0
    var jsonKeys = 0
    var requestedWords = 0
    var questionMarks = 0
    var lastTokenIsQuestion = false

    // The line being read.
    var lineCommas = 0
    var lineBars = 0
    var lineStartsWithAt = false
    var lineHasTokens = false

    // The last number, for "800 words".
    var number = 0
    var tokensSinceNumber = 100

    @inline(__always)
    mutating func endLine() {
        if lineCommas >= 2 { csvLines &+= 1 }
        if lineBars >= 2 { tableLines &+= 1 }
        if !lineHasTokens { blankLines &+= 1 }
        lineCommas = 0
        lineBars = 0
        lineStartsWithAt = false
        lineHasTokens = false
    }
}
