/// Disjoint sets of numbers (Galler and Fischer 1964); the smallest member names its set.
struct UnionFind: Sendable {
    private var parents: [Int32]

    init(count: Int) { parents = (0..<Int32(count)).map(\.self) }

    /// The name of the set that `element` is in.
    mutating func find(_ element: Int) -> Int {
        var root = Int32(element)
        while parents[Int(root)] != root { root = parents[Int(root)] }
        var next = Int32(element)
        while parents[Int(next)] != root { (next, parents[Int(next)]) = (parents[Int(next)], root) }
        return Int(root)
    }

    /// Makes one set of two.
    mutating func unite(_ first: Int, _ second: Int) {
        let (first, second) = (find(first), find(second))
        parents[max(first, second)] = Int32(min(first, second))
    }

    /// The name of every element's set.
    mutating func roots() -> [Int32] { parents.indices.map { Int32(find($0)) } }
}
