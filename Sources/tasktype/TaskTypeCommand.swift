import ArgumentParser

/// The program's version, also written into weights files.
let programVersion = "0.1.0"

@main
struct TaskTypeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tasktype",
        abstract: "Tells what kind of work a request asks for, so that a router can pick the model for it.",
        discussion: """
            Results go to standard output, progress and messages to standard error.
            Exit status: 0 done; 1 a stated bar was not met; 2 bad usage or input; 130 stopped by Ctrl-C.
            """,
        version: programVersion,
        subcommands: [
            ClassifyCommand.self, TrainCommand.self, EvaluateCommand.self, DataCommand.self, ModelsCommand.self,
            BenchCommand.self, RouteCommand.self, PolicyCommand.self, DecisionsCommand.self, SimulateCommand.self,
            EvaluateRoutingCommand.self, AskRulesCommand.self, ServeCommand.self,
        ])

    static func main() {
        // A reader of our output that goes away shows as an error of `write`, not as a signal.
        ignoreWriteSignals()
        do {
            let arguments = CommandLine.arguments.dropFirst()
            if arguments.first == ClassifyCommand.configuration.commandName,
                let plain = Classification(plain: arguments.dropFirst())
            {
                return try plain.run()
            }
            var command = try parseAsRoot()
            try command.run()
        } catch let failure as Failure {
            StandardError.write("tasktype: \(failure.message)\n")
            exitProcess(failure.status)
        } catch let exit as ExitCode {
            exitProcess(exit.rawValue)
        } catch {
            // Usage errors and --help come here; ArgumentParser knows their text, we fix the status.
            let status = exitCode(for: error)
            let message = fullMessage(for: error)
            if status.isSuccess {
                if !message.isEmpty { StandardOutput.write(message + "\n") }
                exitProcess(0)
            }
            StandardError.write(message + "\n")
            exitProcess(2)
        }
    }
}
