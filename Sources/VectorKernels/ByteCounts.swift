internal import CVectorKernels

/// How many bytes of each class a text has; ASCII only, other bytes count together.
public struct ByteCounts: Sendable, Equatable {
    /// `0`-`9`.
    public let digits: Int
    /// `A`-`Z`.
    public let capitals: Int
    /// Sentence punctuation: `! " ' ( ) , - . : ; ?`.
    public let punctuation: Int
    /// Symbols of code and formulas: `# $ % & * + / < = > @ [ \ ] ^ _ { | } ~` and the backtick.
    public let codeSymbols: Int
    /// Spaces and tabs.
    public let spaces: Int
    /// Line feeds.
    public let lineFeeds: Int
    /// Bytes from 0x80.
    public let nonASCII: Int
    /// `$`.
    public let dollars: Int
    /// `=`.
    public let equals: Int

    /// Counts `bytes` at memory speed.
    ///
    /// - Complexity: O(bytes), several GB/s.
    public init(_ bytes: UnsafeBufferPointer<UInt8>) {
        var counts = tasktype_byte_counts()
        if let base = bytes.baseAddress { counts = tasktype_count_bytes(base, bytes.count) }
        digits = counts.digits
        capitals = counts.capitals
        punctuation = counts.punctuation
        codeSymbols = counts.code_symbols
        spaces = counts.spaces
        lineFeeds = counts.line_feeds
        nonASCII = counts.non_ascii
        dollars = counts.dollars
        equals = counts.equals
    }
}
