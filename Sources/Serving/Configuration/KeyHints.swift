import JSONCoding

extension ConfigurationKey {
    /// What an unknown key at the top of a file, or of no section, was probably meant to be; "" where nothing is near.
    static func hint(for name: String) -> String {
        // `listen.port: 1` where a section was expected.
        if let key = named(name) { return "; write `\(key.member)` under `\(key.section)`" }
        if let near = nearestName(to: name, among: sections) { return "; did you mean `\(near)`?" }
        if let key = nearestMember(to: name) { return "; did you mean `\(key.member)` under `\(key.section)`?" }
        return "; the sections are \(list(sections))"
    }

    /// What an unknown key in a section was probably meant to be.
    static func hint(for member: String, in section: String) -> String {
        let members = all.filter { $0.section == section }.map(\.member)
        if let near = nearestName(to: member, among: members) { return "; did you mean `\(near)`?" }
        if let key = nearestMember(to: member) { return "; did you mean `\(key.member)` under `\(key.section)`?" }
        return "; its keys are \(list(members))"
    }

    private static func nearestMember(to name: String) -> ConfigurationKey? {
        guard let near = nearestName(to: name, among: all.map(\.member)) else { return nil }
        return all.first { $0.member == near }
    }

    private static func list(_ names: [String]) -> String { names.map { "`\($0)`" }.joined(separator: ", ") }
}
