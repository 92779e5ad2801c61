/// The rules that tie the header's offsets to the data.
enum TensorLayout {
    /// Checks sizes, alignment and that the tensors cover the data exactly.
    ///
    /// - Parameters:
    ///   - tensors: what the header says, in any order.
    ///   - dataStart: where the data begin in the file.
    ///   - dataCount: how many bytes of data the file holds.
    /// - Returns: the tensors in the order of their data.
    /// - Complexity: O(*n* log *n*) for *n* tensors.
    static func check(
        _ tensors: [TensorInfo], dataStart: Int, dataCount: Int
    ) throws(Violation) -> [TensorInfo] {
        // Names break ties between tensors without elements, so that the first violation found is always the same.
        let sorted = tensors.sorted {
            ($0.byteRange.lowerBound, $0.byteRange.upperBound, $0.name)
                < ($1.byteRange.lowerBound, $1.byteRange.upperBound, $1.name)
        }
        var end = 0
        var previous: TensorInfo?
        for tensor in sorted {
            let place = "tensor \(quoted(tensor.name))"
            let range = tensor.byteRange
            guard let needed = tensor.dtype.byteCount(shape: tensor.shape) else {
                throw Violation("\(place) has a shape with more elements than any file can hold")
            }
            guard needed == range.count else {
                throw Violation(
                    "\(place) has a shape that needs \(needed) bytes, but data_offsets that span \(range.count)"
                )
            }
            guard range.upperBound <= dataCount else {
                throw Violation(
                    "\(place) ends at byte \(range.upperBound) of the data, of which there are \(dataCount)")
            }
            if range.lowerBound < end, let previous {
                throw Violation("\(place) overlaps tensor \(quoted(previous.name))")
            }
            guard range.lowerBound == end else {
                throw Violation("\(place) leaves a hole of \(range.lowerBound - end) bytes before it")
            }
            guard (dataStart + range.lowerBound) % tensor.dtype.byteCount == 0 else {
                throw Violation(
                    "\(place) begins at byte \(dataStart + range.lowerBound) of the file, "
                        + "which is no multiple of its \(tensor.dtype.byteCount)-byte elements")
            }
            end = range.upperBound
            previous = tensor
        }
        guard end == dataCount else {
            let last =
                previous.map { "its last tensor, \(quoted($0.name))," }
                ?? "its header, which names no tensor,"
            throw Violation("\(last) is followed by \(dataCount - end) bytes that belong to no tensor")
        }
        return sorted
    }
}
