import FeatureExtraction

/// One input of libFuzzer: whatever the bytes are, features are extracted without a trap, within their bounds, and
/// the same by every way.
///
/// The first four bytes choose settings and cut the rest into ask, context and document.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFeatureExtraction(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeBufferPointer(start: start, count: count)
    guard count >= 4 else { return 0 }
    let shortest = Int(input[0] % 5) + 1
    let settings = FeatureSettings(
        bucketBits: [10, 12, 8, 8, 4, 4, 12], maximumWordOrder: Int(input[0] / 5 % 3) + 1,
        characterOrders: shortest...max(shortest, Int(input[1] % 5) + 1),
        askWindow: 64 + 4 * Int(input[1]), otherWindow: 64)
    let texts = input.dropFirst(4)
    let ask = texts.prefix(texts.count * (256 - Int(input[2])) / 256)
    let others = texts.dropFirst(ask.count)
    let context = others.prefix(others.count * Int(input[3]) / 256)
    let document = others.dropFirst(context.count)

    let extractor = FeatureExtractor(settings: settings)
    var fresh = FeatureScratch(settings: settings)
    var used = FeatureScratch(settings: settings)
    extractor.extract(ask: UnsafeBufferPointer(rebasing: texts), into: &used)
    func extract(into scratch: inout FeatureScratch) {
        extractor.extract(
            ask: UnsafeBufferPointer(rebasing: ask), context: UnsafeBufferPointer(rebasing: context),
            document: UnsafeBufferPointer(rebasing: document), into: &scratch)
    }
    extract(into: &fresh)
    extract(into: &used)
    precondition(fresh.tokenCount <= 2 * settings.askWindow, "more tokens than bytes can hold")
    precondition(fresh.coverageKeyCount <= settings.askWindow, "more coverage keys than bytes")
    precondition(
        fresh.tokenCount == used.tokenCount && fresh.isTruncated == used.isTruncated, "a scratch remembers")
    precondition(
        fresh.withCoverageKeys { Array($0) } == used.withCoverageKeys { Array($0) },
        "a scratch remembers keys")

    var scratch = FeatureScratch(settings: settings)
    let described = extractor.describe(
        ask: UnsafeBufferPointer(rebasing: ask), context: UnsafeBufferPointer(rebasing: context),
        document: UnsafeBufferPointer(rebasing: document), into: &scratch)
    for family in FeatureFamily.allCases {
        let slots = fresh.withSlots(of: family) { Array($0) }
        precondition(slots == used.withSlots(of: family) { Array($0) }, "a scratch remembers slots")
        precondition(Set(slots).count == slots.count, "a slot occurs twice")
        precondition(
            slots.allSatisfy { $0 >> 1 < settings.bucketCount(of: family) }, "a slot lies outside its table")
        var seen: Set<UInt32> = []
        let named = described.filter { $0.family == family && seen.insert($0.slot).inserted }.map(\.slot)
        precondition(named == slots, "an explanation has other features than the prediction")
    }
    return 0
}
