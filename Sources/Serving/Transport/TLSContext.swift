import NIOSSL

extension ServiceConfiguration.TLS {
    /// What TLS connections are made with; nil without a certificate.
    func serverContext() throws(ServiceError) -> NIOSSLContext? {
        guard let certificate else { return nil }
        guard let privateKey else {
            throw ServiceError("tls.certificate is set without tls.private_key; set both")
        }
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(certificate)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: privateKey, format: .pem)))
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["http/1.1"]
            if let clientAuthorities {
                configuration.trustRoots = .file(clientAuthorities)
                // The names in a client's certificate are not looked at: whoever the authorities vouch for is let in.
                configuration.certificateVerification = .noHostnameVerification
            }
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw ServiceError("TLS cannot be set up from \(certificate) and \(privateKey): \(error)")
        }
    }
}
