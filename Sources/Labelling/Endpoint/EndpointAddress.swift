internal import FoundationEssentials
internal import JSONCoding

/// Where requests go, and the key that goes with them.
package struct EndpointAddress: Sendable, Equatable {
    /// The whole address, with the path of chat completions.
    package let url: String
    /// The address without what may be secret in it, for messages.
    package let shown: String
    /// Whether the address is on this machine.
    package let isLoopback: Bool
    /// Whether nobody on the way can read what is sent.
    package let isEncrypted: Bool
    let key: String?

    /// Reads an address: `https://host/v1`, the whole of `…/v1/chat/completions`, or a host alone.
    ///
    /// - Parameters:
    ///   - key: sent as a bearer token; it stays out of every message.
    ///   - allowsPlainKey: whether a key may be sent over HTTP to another machine.
    package init(_ text: String, key: String?, allowsPlainKey: Bool) throws(LabellingError) {
        guard var parts = URLComponents(string: text), let host = parts.host, !host.isEmpty,
            let scheme = parts.scheme?.lowercased(), scheme == "http" || scheme == "https"
        else {
            throw LabellingError(
                "--endpoint is no http or https address; write it like https://api.example.com/v1")
        }
        guard parts.user == nil, parts.password == nil else {
            throw LabellingError("--endpoint holds a name or a password; put the key into the environment instead")
        }
        parts.fragment = nil
        var path = parts.percentEncodedPath
        while path.hasSuffix("/") { path.removeLast() }
        if !path.hasSuffix("/chat/completions") { path += (path.isEmpty ? "/v1" : "") + "/chat/completions" }
        parts.percentEncodedPath = path
        guard let url = parts.string else {
            throw LabellingError("--endpoint is no address; write it like https://api.example.com/v1")
        }
        self.url = url
        isEncrypted = scheme == "https"
        isLoopback = Self.isLoopback(host.lowercased())
        shown = "\(scheme)://\(host)" + (parts.port.map { ":\($0)" } ?? "") + path
        if let key {
            guard !key.isEmpty, key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw LabellingError(
                    "the key in the environment is empty or has white space or other characters that no key has; set it again"
                )
            }
            guard isEncrypted || isLoopback || allowsPlainKey else {
                throw LabellingError(
                    "the key would be sent to \(quoted(host)) unencrypted; use https, or say --allow-plain-key if the way there is safe"
                )
            }
        }
        self.key = key
    }

    private static func isLoopback(_ host: String) -> Bool {
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        if bare == "localhost" || bare == "::1" { return true }
        let bytes = bare.split(separator: ".", omittingEmptySubsequences: false)
        return bytes.count == 4 && bytes[0] == "127" && bytes.allSatisfy { UInt8($0) != nil }
    }
}
