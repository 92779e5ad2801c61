import Hummingbird
import JSONCoding
import NIOCore

extension RouteTable {
    /// What there is of models, and the calls that change which revision answers.
    func addModels(to router: Router<BasicRequestContext>) {
        let core = core
        get(.models, router) { _ throws(WireError) in
            Exchange.Answer { core.store.writeStatus(to: &$0) }
        }
        post(.activate, router) { exchange, request, name throws(WireError) in
            let revision = try Self.revision(await exchange.readJSON(request))
            do throws(ModelStoreError) {
                let status = try await core.store.activate(name ?? "", revision: revision)
                return Exchange.Answer { status.write(to: &$0) }
            } catch {
                throw error.wireError
            }
        }
        post(.rollback, router) { exchange, request, name throws(WireError) in
            _ = try await exchange.readJSON(request)
            do throws(ModelStoreError) {
                let status = try await core.store.rollback(name ?? "")
                return Exchange.Answer { status.write(to: &$0) }
            } catch {
                throw error.wireError
            }
        }
    }

    /// The revision that the body of an activation names: `{"revision": "sha256:…"}`; nil for an empty body or object.
    private static func revision(_ body: ByteBuffer) throws(WireError) -> String? {
        guard body.readableBytes > 0 else { return nil }
        let json = body.readableBytesUInt8Span
        do throws(RequestDecodingError) {
            var cursor = JSONCursor(invalidUnicode: .reject)
            var revision: String?
            var isGiven = false
            try cursor.openObject(in: json, field: nil)
            while let key = try cursor.nextKey(in: json) {
                guard key.name == "revision" else {
                    try cursor.skip(in: json)
                    continue
                }
                if isGiven { throw .duplicate(key) }
                isGiven = true
                revision = try cursor.stringOrNull(in: json, field: key.name)
            }
            try cursor.finish(in: json)
            return revision
        } catch {
            throw WireError(error)
        }
    }
}
