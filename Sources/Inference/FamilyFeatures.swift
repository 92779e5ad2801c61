/// The features of one family as inference sees them: slots and the factor that normalises the family.
public struct FamilyFeatures {
    /// `bucket << 1 | sign`, distinct.
    public let slots: UnsafeBufferPointer<UInt32>
    /// Weight of the family over the root of its number of slots.
    public let scale: Float

    /// Features that live as long as the scratch they were extracted into.
    public init(slots: UnsafeBufferPointer<UInt32>, scale: Float) {
        self.slots = slots
        self.scale = scale
    }
}
