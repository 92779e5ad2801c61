/// A word that has been read, by its hash: where its coverage keys are.
///
/// Entries of a table with a place for each value of a hash's upper bits; a later word takes the place of an earlier one.
struct ReadWord: BitwiseCopyable {
    var hash: UInt64 = 0
    /// Number of the text that it stood in; entries of other texts are as good as empty.
    var text: UInt32 = 0
    /// Index of the first of its coverage keys.
    var firstKey: UInt32 = 0

    /// Number of places.
    static let capacity = 512
    /// Right shift that leaves a place of a hash.
    static let shift: UInt64 = 55
}
