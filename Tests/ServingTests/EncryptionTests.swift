import Foundation
import TestSupport
import Testing

@testable import Serving

/// TLS as `curl` and `openssl` see it; both are on every Debian that has the build's packages.
@Suite struct EncryptionTests {
    /// Runs a program; its status and what it printed.
    private static func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    /// An authority, a certificate for localhost, and one for a client.
    private func makeCertificates(in folder: String) throws {
        func openssl(_ arguments: String...) throws {
            let result = try Self.run("openssl", arguments)
            try #require(result.status == 0, "openssl \(arguments.joined(separator: " "))")
        }
        try openssl(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Test authority", "-keyout",
            folder + "/ca.key", "-out", folder + "/ca.pem")
        for (name, subject) in [("server", "/CN=localhost"), ("client", "/CN=router")] {
            try openssl(
                "req", "-newkey", "rsa:2048", "-nodes", "-subj", subject, "-addext", "subjectAltName=DNS:localhost",
                "-keyout", folder + "/\(name).key", "-out", folder + "/\(name).csr")
            try openssl(
                "x509", "-req", "-in", folder + "/\(name).csr", "-CA", folder + "/ca.pem", "-CAkey", folder + "/ca.key",
                "-CAcreateserial", "-copy_extensions", "copy", "-days", "2", "-out", folder + "/\(name).pem")
        }
    }

    @Test func `TLS and mutual TLS are spoken, and a client without a certificate is not let in`() async throws {
        let folder = try ScratchFolder()
        try makeCertificates(in: folder.path)
        let path = folder.path
        for isMutual in [false, true] {
            try await withSidecar({
                $0.tls.certificate = path + "/server.pem"
                $0.tls.privateKey = path + "/server.key"
                if isMutual { $0.tls.clientAuthorities = path + "/ca.pem" }
            }) { port in
                let call = [
                    "--silent", "--max-time", "10", "--cacert", path + "/ca.pem", "--data", #"{"text":"hello"}"#,
                    "--header",
                    "Content-Type: application/json", "--resolve", "localhost:\(port):127.0.0.1",
                    "https://localhost:\(port)/v1/classify",
                ]
                let identity = ["--cert", path + "/client.pem", "--key", path + "/client.key"]
                let named = try Self.run("curl", identity + call)
                #expect(named.status == 0 && named.output.contains("task_type"), "\(named)")
                let unnamed = try Self.run("curl", call)
                #expect((unnamed.status == 0) == !isMutual, "\(unnamed)")
                // Who speaks plain HTTP to it gets no answer, and does no harm.
                let plain = try RawConnection(port: port)
                plain.send(post("/v1/classify", #"{"text":"hello"}"#))
                #expect(plain.rest()?.hasPrefix("HTTP") != true)
            }
        }
    }

    @Test func `certificates that cannot be used keep the service from starting, with a sentence`() async throws {
        let folder = try ScratchFolder()
        try "no certificate".write(toFile: folder.path + "/bad.pem", atomically: true, encoding: .utf8)
        let path = folder.path + "/bad.pem"
        await #expect(throws: ServiceError.self) {
            try await withSidecar({
                $0.tls.certificate = path
                $0.tls.privateKey = path
            }) { _ in }
        }
    }
}
