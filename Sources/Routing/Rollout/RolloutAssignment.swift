/// Where in [0, 1) a user or session stands, which decides on its arm.
///
/// Each of them stands at one place for as long as the rollout has its name. Those below the share are routed: as the
/// share grows, units come in and none goes out.
public enum RolloutAssignment {
    /// What the places are drawn for, each independently of the other.
    public enum Draw: String, Sendable {
        /// Who stays with the model of before at every step.
        case holdout
        /// Who of the others is routed.
        case canary
        /// By which number outcomes name the unit.
        case unit
    }

    /// The place of a unit; uniform over units, and the same in every process.
    ///
    /// FNV-1a (64 bits) over the rollout's name, the draw and the unit, a zero byte after each of the first two; then the
    /// finaliser of SplitMix64 (Steele, Lea, Flood 2014), since FNV-1a alone leaves its upper bits alike for units that
    /// differ in the last byte; then the upper 53 bits, divided by 2⁵³.
    public static func place(of unit: String, rollout: String, draw: Draw) -> Double {
        Double(hash(of: unit, rollout: rollout, draw: draw) >> 11) / 9_007_199_254_740_992
    }

    /// The number by which outcomes name a unit: the same hash, whole.
    public static func number(of unit: String, rollout: String) -> UInt64 {
        hash(of: unit, rollout: rollout, draw: .unit)
    }

    /// A unit's number as decisions and outcomes write it: 16 hexadecimal digits.
    package static func text(of number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    private static func hash(of unit: String, rollout: String, draw: Draw) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        for byte in rollout.utf8 { add(byte) }
        add(0)
        for byte in draw.rawValue.utf8 { add(byte) }
        add(0)
        for byte in unit.utf8 { add(byte) }
        hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
        return hash ^ (hash >> 31)
    }

    /// What is assigned as a whole: the first of the rollout's units that the request has, else the request itself.
    static func unit(of request: RoutingRequest, _ rollout: Policy.Rollout) -> String {
        for name in rollout.units {
            let value = name == "session" ? request.session : request.metadata[name]
            if let value, !value.isEmpty { return name + ":" + value }
        }
        return "request:" + (request.id.isEmpty ? request.text : request.id)
    }
}
