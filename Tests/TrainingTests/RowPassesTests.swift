import FeatureExtraction
import TestSupport
import Testing

@testable import Training

@Suite("Passes over rows")
struct RowPassesTests {
    private func dataset() throws -> (dataset: Dataset, isTrained: [Bool]) {
        let (dataset, _, _) = try compacted(randomSamples(1700, seed: 41))
        return (dataset, (0..<1700).map { $0 % 3 != 0 || $0 > 1600 })
    }

    @Test(
        "Each pass visits each trained row once, with its features, in an order of its own", arguments: [1, 20_000],
        [false, true])
    func visits(chunk: Int, decodesAhead: Bool) throws {
        let (dataset, isTrained) = try dataset()
        let passes = RowPasses(dataset, isTrained: isTrained, chunk: chunk, decodesAhead: decodesAhead)
        let trained = isTrained.indices.filter { isTrained[$0] }
        #expect(passes.trained == trained)
        var generator = SeededGenerator(seed: 7)
        var orders: [[Int]] = []
        for _ in 0..<2 {
            var order: [Int] = []
            var chunks = 0
            var wrong = 0
            passes.forEachChunk(&generator) { rows, visits in
                chunks += 1
                for visit in visits {
                    let row = trained[Int(visit.position)]
                    order.append(row)
                    let segment = Int(visit.row) * FeatureFamily.count
                    let slots = (0..<FeatureFamily.count).map {
                        Array(rows.slots[rows.segments[segment + $0]..<rows.segments[segment + $0 + 1]])
                    }
                    if slots != dataset.slots(row) { wrong += 1 }
                }
                return true
            }
            #expect(wrong == 0)
            #expect(chunks == (chunk == 1 ? 4 : chunks) && chunks > 1)
            #expect(order.sorted() == trained)
            orders.append(order)
        }
        #expect(orders[0] != orders[1])
    }

    @Test("Whoever decodes, rows are visited in the same order", arguments: [1, 20_000])
    func sameOrder(chunk: Int) throws {
        let (dataset, isTrained) = try dataset()
        let orders = [false, true].map { decodesAhead in
            let passes = RowPasses(dataset, isTrained: isTrained, chunk: chunk, decodesAhead: decodesAhead)
            var generator = SeededGenerator(seed: 9)
            var order: [UInt32] = []
            for _ in 0..<2 {
                passes.forEachChunk(&generator) { _, visits in
                    order += visits.map(\.position)
                    return true
                }
            }
            return order
        }
        #expect(orders[0] == orders[1])
        #expect(orders[0].count == 2 * isTrained.count { $0 })
    }

    @Test("Rows in order come with their positions, and a pass ends where it is told to")
    func order() throws {
        let (dataset, isTrained) = try dataset()
        let resident = RowPasses(DecodedRows(dataset), trained: isTrained.indices.filter { isTrained[$0] })
        let chunked = RowPasses(dataset, isTrained: isTrained, chunk: 1)
        for passes in [resident, chunked] {
            var positions: [Int] = []
            passes.forEach { _, _, position in positions.append(position) }
            #expect(positions == Array(passes.trained.indices))
        }
        for decodesAhead in [false, true] {
            let passes = RowPasses(dataset, isTrained: isTrained, chunk: 1, decodesAhead: decodesAhead)
            var generator = SeededGenerator(seed: 8)
            var chunks = 0
            passes.forEachChunk(&generator) { _, _ in
                chunks += 1
                return false
            }
            #expect(chunks == 1)
        }
    }
}
