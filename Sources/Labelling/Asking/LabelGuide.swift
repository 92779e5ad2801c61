internal import JSONCoding

/// What a model is told about the labels it may give.
package struct LabelGuide: Sendable, Equatable {
    /// Labels, in the order in which they are offered.
    package let labels: [String]
    /// What each stands for, and how ties are broken.
    package let text: String

    /// Bytes that a guide may have; it is sent with every row.
    package static let byteLimit = 64 << 10

    /// The four task types of the default model.
    package static let taskTypes = LabelGuide(
        uncheckedLabels: ["simple", "code", "reasoning", "complex"],
        text: """
            Decide what kind of work the request asks for: what would a competent assistant have to do to answer it well?

            simple: to find, transform or write something short in one go. Direct questions and definitions, how-to in a few \
            steps, extraction, formatting, rewriting, sorting into classes, translation, a summary of a given text, small \
            talk, short creative text (poem, tweet, email, scene), role-play that needs no long output.
            code: code or its behaviour is the subject. Writing, reviewing, explaining, debugging, testing or porting it; SQL, \
            regular expressions, shell, spreadsheet formulas, configuration, LaTeX or markup as source; stack traces; how an \
            API, a library or a developer's tool is used.
            reasoning: several steps that depend on each other, on a problem that is complete in itself. Mathematics, \
            quantities, proofs, puzzles, deduction from given facts, plans and schedules under constraints, weighing options \
            to reach a decision, arguing causes and consequences, diagnosis, estimation, judging a given text or result.
            complex: large context, or long output whose parts must fit together. Working through a long document or several, \
            synthesis of sources, research reports, literature reviews, texts of 800 words and more (article, essay, story, \
            chapter, business plan, curriculum), expert work with many parts, four or more deliverables that belong together.

            Where more than one fits, the first of these that holds decides:
            1. The main deliverable is code or an understanding of code: code, also where the problem is mathematical or the \
            program is large.
            2. The output must be long or join many parts, or several pages of input must be worked through: complex.
            3. Two or more dependent steps of inference, a calculation, or a trade-off to be decided: reasoning.
            4. Otherwise: simple. The length of a request decides nothing: a long passage with one easy question is simple.

            In a conversation, judge the person's last request in the light of what came before: "now the same for the other \
            table" is the kind of work that it continues. System prompts, reminders, tool schemas and results of tools are not \
            the request. Single words and the length of the request are no reasons for a label.

            alt_label is for a second label that a careful reader could defend; most requests have none.
            """)

    private init(uncheckedLabels labels: [String], text: String) {
        self.labels = labels
        self.text = text
    }

    /// A guide of one's own; every label must be mentioned in it.
    package init(labels: [String], text: String) throws(LabellingError) {
        guard labels.count >= 2 else {
            throw LabellingError("there must be at least two labels; name them in --labels")
        }
        guard labels.count <= 1000 else { throw LabellingError("there are more than 1,000 labels; name fewer") }
        guard text.utf8.count <= Self.byteLimit else {
            throw LabellingError(
                "the guide has \(text.utf8.count) bytes, and is sent with every row; shorten it to \(Self.byteLimit)")
        }
        var folded: Set<String> = []
        for label in labels {
            guard !label.isEmpty else { throw LabellingError("a label is empty; write --labels a,b,c") }
            guard folded.insert(label.lowercased()).inserted else {
                throw LabellingError("the label \(quoted(label)) is there twice (case does not count); keep one")
            }
            guard text.lowercased().contains(label.lowercased()) else {
                throw LabellingError(
                    "the guide says nothing of the label \(quoted(label)); describe it, or leave it out of --labels")
            }
        }
        self.labels = labels
        self.text = text
    }

    /// The label that `name` means: exactly, else in another case.
    func label(_ name: String) -> String? {
        if labels.contains(name) { return name }
        let folded = name.lowercased()
        return labels.first { $0.lowercased() == folded }
    }
}
