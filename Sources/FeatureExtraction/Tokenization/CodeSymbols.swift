/// ASCII symbols that form code tokens of up to three: `{ } ( ) [ ] < > = + - * / % & | ^ ~ : ; @ # $ \ !` and the backtick.
enum CodeSymbols {
    @inline(__always)
    static func contains(_ scalar: UInt32) -> Bool {
        let bits: UInt64 = scalar < 64 ? 0x7C00_AF7A_0000_0000 : 0x7800_0001_7800_0001
        return bits &>> UInt64(scalar & 63) & 1 == 1
    }
}
