/// The type of a tensor's elements, under its name in the file.
public enum DType: String, Hashable, Sendable, CaseIterable {
    /// IEEE 754 binary64.
    case f64 = "F64"
    /// IEEE 754 binary32.
    case f32 = "F32"
    /// IEEE 754 binary16.
    case f16 = "F16"
    /// The upper half of a binary32.
    case bf16 = "BF16"
    /// Signed, 64 bits.
    case i64 = "I64"
    /// Signed, 32 bits.
    case i32 = "I32"
    /// Signed, 16 bits.
    case i16 = "I16"
    /// Signed, 8 bits.
    case i8 = "I8"
    /// Unsigned, 64 bits.
    case u64 = "U64"
    /// Unsigned, 32 bits.
    case u32 = "U32"
    /// Unsigned, 16 bits.
    case u16 = "U16"
    /// Unsigned, 8 bits.
    case u8 = "U8"
    /// One byte, 0 or 1.
    case bool = "BOOL"

    /// Bytes that one element takes.
    public var byteCount: Int {
        switch self {
        case .f64, .i64, .u64: 8
        case .f32, .i32, .u32: 4
        case .f16, .bf16, .i16, .u16: 2
        case .i8, .u8, .bool: 1
        }
    }

    /// The bytes of a tensor of this shape, or nil when an extent is negative or the number exceeds `Int`.
    ///
    /// The product is formed from left to right and refused where a step overflows, as the format's own
    /// reader does, even if a later extent is 0.
    func byteCount(shape: [Int]) -> Int? {
        var elements = 1
        for extent in shape {
            let (product, overflow) = elements.multipliedReportingOverflow(by: extent)
            if overflow || extent < 0 { return nil }
            elements = product
        }
        let (bytes, overflow) = elements.multipliedReportingOverflow(by: byteCount)
        return overflow ? nil : bytes
    }
}

/// A Swift type whose memory is the little-endian form of a `DType`, so that tensors are used in place.
public protocol TensorElement: BitwiseCopyable, Sendable {
    /// The type's name in the file.
    static var dtype: DType { get }
}

extension Float: TensorElement {
    /// `F32`.
    public static var dtype: DType { .f32 }
}

extension Int8: TensorElement {
    /// `I8`.
    public static var dtype: DType { .i8 }
}

extension UInt8: TensorElement {
    /// `U8`.
    public static var dtype: DType { .u8 }
}

extension UInt32: TensorElement {
    /// `U32`.
    public static var dtype: DType { .u32 }
}
