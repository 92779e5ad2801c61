import ArgumentParser
import Dispatch
import Serving

struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Answer routers over HTTP, on a TCP port, a Unix domain socket, or both.",
        discussion: """
            What is set by a flag goes before environment variables, these before the file, and the file before the \
            defaults. The variable of a flag has its name in capitals: --listen-port is TASKTYPE_LISTEN_PORT, and \
            `listen: {port: 8085}` in the file.
            """)

    @Option(help: ArgumentHelp("Configuration in YAML; a key that does not exist is an error.", valueName: "file"))
    var config: String?
    @Flag(help: "Check the configuration, print what it comes to, and serve nothing.")
    var checkConfig = false
    @Option(help: "How --check-config prints: yaml or json.")
    var format: ConfigurationFormat = .yaml

    @OptionGroup(title: "Listening") var listen: ListenOptions
    @OptionGroup(title: "Encryption") var encryption: EncryptionOptions
    @OptionGroup(title: "Tokens (other users of the machine can see flags; better name files)")
    var tokens: TokenOptions
    @OptionGroup(title: "Models") var models: ServedModelOptions
    @OptionGroup(title: "Classification") var classification: ClassificationOptions
    @OptionGroup(title: "Routing") var routing: ServedPolicyOptions
    @OptionGroup(title: "HTTP") var http: HTTPOptions
    @OptionGroup(title: "Log") var log: LogOptions

    func run() throws {
        let configuration = try readConfiguration()
        if checkConfig {
            for warning in configuration.warnings { StandardError.write("tasktype: warning: \(warning)\n") }
            StandardError.write("configuration is valid\n")
            StandardOutput.write(format == .yaml ? configuration.yaml : configuration.json + "\n")
            return
        }
        // The service is asynchronous, the other commands are not. The main thread waits as Dispatch's main queue.
        Task {
            do {
                try await Sidecar(configuration, version: programVersion).run()
                exitProcess(0)
            } catch {
                StandardError.write("tasktype: \(error)\n")
                exitProcess(2)
            }
        }
        dispatchMain()
    }

    private func readConfiguration() throws -> ServiceConfiguration {
        var flags: [String: String] = [:]
        let groups = [
            listen.settings, encryption.settings, tokens.settings, models.settings, classification.settings,
            routing.settings, http.settings, log.settings,
        ]
        for (key, text) in groups.joined() { flags[key] = text }
        do {
            return try ServiceConfiguration(file: config, environment: environmentVariables(), flags: flags)
        } catch {
            throw Failure("\(error)")
        }
    }
}

enum ConfigurationFormat: String, ExpressibleByArgument {
    case yaml, json
}
