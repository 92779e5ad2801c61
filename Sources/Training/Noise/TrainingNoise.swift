/// Copies of training rows as people write them in haste, trained on beside the rows.
///
/// Each row is copied once, with one or more kinds of noise in what is asked, and counts less than the row itself. A copy
/// is learnt from only where its row is: settings, calibration and scores never see one. Training on such copies is what
/// makes a text classifier keep its answer when a text is misspelt (Belinkov & Bisk 2018 on noise, Wei & Zou 2019 on
/// light edits of few rows).
public struct TrainingNoise: Sendable, Equatable {
    /// What is done to a text.
    public enum Kind: String, Sendable, CaseIterable, Codable {
        /// Letters swapped, left out, doubled, replaced or added, and words joined or parted.
        case typos
        /// No punctuation, no marks between sentences, or no apostrophes and hyphens either.
        case punctuation
        /// Small letters throughout, at times capitals throughout.
        case casing = "case"
    }

    /// What is done to texts; a copy has one of them or several.
    public let kinds: Set<Kind>
    /// What a copy counts for where its row counts 1.
    public let weight: Double
    /// Share of characters with a typing error, on average over copies that have some.
    public let typoRate: Double

    /// What a copy counts where nothing else is said.
    public static let defaultWeight = 0.5
    /// Share of characters with a typing error where nothing else is said.
    public static let defaultTypoRate = 0.05

    /// Noise of some kinds.
    ///
    /// - Throws: Where there is no kind, or a number is out of its range.
    public init(
        kinds: Set<Kind>, weight: Double = Self.defaultWeight, typoRate: Double = Self.defaultTypoRate
    ) throws(TrainingError) {
        guard !kinds.isEmpty else {
            throw TrainingError(.badOption, "noise needs a kind: typos, punctuation or case")
        }
        guard weight > 0, weight <= 1 else {
            throw TrainingError(.badOption, "the weight of noisy copies must be above 0 and at most 1, not \(weight)")
        }
        guard typoRate > 0, typoRate <= 0.3 else {
            throw TrainingError(
                .badOption,
                "the share of characters with a typing error must be above 0 and at most 0.3, not \(typoRate)"
            )
        }
        self.kinds = kinds
        self.weight = weight
        self.typoRate = typoRate
    }

    /// What noise made of the samples, for reports and provenance.
    public struct Figures: Sendable, Equatable, Codable {
        /// The kinds, in a fixed order.
        public var kinds: [Kind]
        /// What a copy counts for where its row counts 1.
        public var weight: Double
        /// Share of characters with a typing error; absent without typing errors.
        public var typo_rate: Double?
        /// Copies that were trained on; texts that noise leaves as they are have none.
        public var copies: Int
    }

    /// The settings beside a number of copies.
    func figures(copies: Int) -> Figures {
        Figures(
            kinds: Kind.allCases.filter(kinds.contains), weight: weight,
            typo_rate: kinds.contains(.typos) ? typoRate : nil, copies: copies)
    }
}
