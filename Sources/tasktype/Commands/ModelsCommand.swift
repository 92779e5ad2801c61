import ArgumentParser

struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "Look at weights files, adapt them, make them smaller, and look after a folder of models in service.",
        discussion: "docs/models.md describes the folder, docs/promotion.md how a candidate is judged.",
        subcommands: [
            ModelsListCommand.self, ModelsInspectCommand.self, ModelsVerifyCommand.self, ModelsDiffCommand.self,
            ModelsPromoteCommand.self, ModelsRollbackCommand.self, ModelsPruneCommand.self, ModelsAdaptCommand.self,
            ModelsShrinkCommand.self, ModelsVectorsCommand.self,
        ])
}
