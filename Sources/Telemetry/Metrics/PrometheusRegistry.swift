import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Every metric of a process, in Prometheus's terms; also a backend for swift-metrics.
///
/// The same name and labels give the same object. A metric that cannot be had (its name is taken by another type or
/// help, or is not valid, or has too many series) is reported once and counted, and the caller is given one that
/// counts but is not rendered: a mistake in a metric never stops a service.
public final class PrometheusRegistry: Sendable {
    private struct State {
        /// Ascending by name.
        var families: [MetricFamily] = []
        var reported: Set<String> = []
    }

    private let state = Mutex(State())
    private let refused = Atomic<Int>(0)
    private let seriesLimit: Int
    private let report: @Sendable (String) -> Void

    /// A registry with no metrics.
    ///
    /// - Parameters:
    ///   - seriesLimit: most series of one name.
    ///   - report: is told in a sentence why a metric cannot be had; the first 100 different reasons, once each.
    ///     Where left out, standard error.
    public init(seriesLimit: Int = 5000, report: (@Sendable (String) -> Void)? = nil) {
        self.seriesLimit = seriesLimit
        self.report = report ?? Self.writeToStandardError
    }

    /// How many metrics were asked for that could not be had.
    public var refusedMetrics: Int { refused.load(ordering: .relaxed) }

    /// A counter; its name ends in `_total`.
    ///
    /// - Parameter hidesZero: leaves it out of a scrape until something was counted.
    public func counter(
        _ name: String, help: String, labels: [(String, String)] = [], hidesZero: Bool = false
    ) -> PrometheusCounter {
        let source = series(of: MetricFamily(name: name, help: help, kind: .counter), labels: labels) {
            .counter(PrometheusCounter(), hidesZero: hidesZero)
        }
        if case .counter(let counter, _) = source { return counter }
        return PrometheusCounter()
    }

    /// A gauge.
    public func gauge(_ name: String, help: String, labels: [(String, String)] = []) -> PrometheusGauge {
        let source = series(of: MetricFamily(name: name, help: help, kind: .gauge), labels: labels) {
            .gauge(PrometheusGauge())
        }
        if case .gauge(let gauge) = source { return gauge }
        return PrometheusGauge()
    }

    /// A histogram; all series of one name have the same bounds.
    public func histogram(
        _ name: String, help: String, bounds: HistogramBounds, labels: [(String, String)] = []
    ) -> PrometheusHistogram {
        let family = MetricFamily(name: name, help: help, kind: .histogram, bounds: bounds)
        let source = series(of: family, labels: labels) { .histogram(PrometheusHistogram(bounds: bounds)) }
        if case .histogram(let histogram) = source { return histogram }
        return PrometheusHistogram(bounds: bounds)
    }

    /// A gauge whose number is asked for at each scrape; nil leaves it out.
    ///
    /// A second closure for the same name and labels takes the place of the first.
    public func computedGauge(
        _ name: String, help: String, labels: [(String, String)] = [], value: @escaping @Sendable () -> Double?
    ) {
        compute(MetricFamily(name: name, help: help, kind: .gauge), labels, value)
    }

    /// A counter whose number is asked for at each scrape; nil leaves it out.
    ///
    /// A second closure for the same name and labels takes the place of the first.
    public func computedCounter(
        _ name: String, help: String, labels: [(String, String)] = [], value: @escaping @Sendable () -> Double?
    ) {
        compute(MetricFamily(name: name, help: help, kind: .counter), labels, value)
    }

    /// Takes a metric that this registry gave out of it; who still holds it may go on counting, unseen.
    public func remove(_ metric: AnyObject) {
        state.withLock { state in
            for index in state.families.indices { state.families[index].remove(metric) }
            state.families.removeAll(where: \.series.isEmpty)
        }
    }

    /// All families at one moment.
    ///
    /// Rendering works on this copy, without the lock: a computed metric may then look at the registry itself.
    func families() -> [MetricFamily] { state.withLock { $0.families } }

    private func compute(
        _ family: MetricFamily, _ labels: [(String, String)], _ value: @escaping @Sendable () -> Double?
    ) {
        _ = series(of: family, labels: labels, replacing: true) { .computed(value) }
    }

    /// The source of a series, made where there is none yet; nil, and a report, where it cannot be had.
    private func series(
        of wanted: MetricFamily, labels: [(String, String)], replacing: Bool = false,
        make: () -> MetricFamily.Source
    ) -> MetricFamily.Source? {
        var problem = Self.problem(with: wanted, labels)
        var result: MetricFamily.Source?
        if problem == nil {
            let text = TextExposition.labelText(labels)
            state.withLock { state in
                let index = state.families.firstIndex { $0.name >= wanted.name } ?? state.families.count
                let exists = index < state.families.count && state.families[index].name == wanted.name
                problem =
                    exists
                    ? conflict(of: wanted, with: state.families[index], labels: text, replacing: replacing)
                    : Self.collision(of: wanted, with: state.families)
                guard problem == nil else { return }
                if !exists { state.families.insert(wanted, at: index) }
                if let old = state.families[index].series(labels: text) {
                    if replacing { state.families[index].replace(.init(labels: text, source: make())) }
                    result = old.source
                } else {
                    let source = make()
                    state.families[index].insert(.init(labels: text, source: source))
                    result = source
                }
            }
        }
        if let problem { refuse(problem) }
        return result
    }

    /// Why the series cannot join the family of the same name.
    private func conflict(
        of wanted: MetricFamily, with family: MetricFamily, labels: String, replacing: Bool
    ) -> String? {
        let name = "The metric \(wanted.name)"
        if family.kind != wanted.kind {
            return "\(name) is a \(family.kind) already and cannot be a \(wanted.kind) too; give one another name."
        }
        if family.help != wanted.help { return "\(name) has another help text already; use the same one everywhere." }
        if family.bounds != wanted.bounds { return "\(name) has other bounds already; use the same ones everywhere." }
        guard let old = family.series(labels: labels) else {
            return family.series.count < seriesLimit
                ? nil : "\(name) has \(seriesLimit) series already; more are not shown. Use labels with fewer values."
        }
        if case .computed = old.source {
            return replacing ? nil : "\(name){\(labels)} is computed at each scrape and cannot be set too."
        }
        return replacing ? "\(name){\(labels)} is set by the program and cannot be computed too." : nil
    }

    /// Why a new family cannot be had beside the others: a histogram `a` also renders `a_sum`, `a_count`, `a_bucket`.
    private static func collision(of wanted: MetricFamily, with families: [MetricFamily]) -> String? {
        let names = wanted.sampleNames
        for family in families where !family.sampleNames.allSatisfy({ !names.contains($0) }) {
            return "The metrics \(wanted.name) and \(family.name) would render lines of the same name; rename one."
        }
        return nil
    }

    private static func problem(with family: MetricFamily, _ labels: [(String, String)]) -> String? {
        guard MetricName.isValid(family.name) else {
            return "The metric name '\(family.name)' is not valid; use letters, digits and _, no digit first."
        }
        var seen: Set<String> = []
        for (name, _) in labels {
            guard MetricName.isValidLabel(name) else {
                return "The label '\(name)' of \(family.name) is not valid; use letters, digits and _, no digit first."
            }
            guard seen.insert(name).inserted else { return "The label \(name) of \(family.name) is given twice." }
            if family.kind == .histogram, name == "le" {
                return "The histogram \(family.name) cannot have a label le, which names its buckets; rename it."
            }
        }
        return nil
    }

    private func refuse(_ problem: String) {
        refused.wrappingAdd(1, ordering: .relaxed)
        let isNew = state.withLock { $0.reported.count < 100 && $0.reported.insert(problem).inserted }
        if isNew { report(problem) }
    }

    private static let writeToStandardError: @Sendable (String) -> Void = { problem in
        let line = Array("metrics: \(problem)\n".utf8)
        _ = line.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
    }
}
