/// All series of one name.
struct MetricFamily: Sendable {
    /// The type that Prometheus is told.
    enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    /// What gives a series its numbers.
    enum Source: Sendable {
        /// Left out while it is zero, if so wanted.
        case counter(PrometheusCounter, hidesZero: Bool)
        case gauge(PrometheusGauge)
        case histogram(PrometheusHistogram)
        /// Asked at each scrape; nil leaves the series out.
        case computed(@Sendable () -> Double?)
    }

    /// One set of label values.
    struct Series: Sendable {
        /// `name="value",…` with values escaped; empty where there are no labels.
        var labels: String
        var source: Source

        /// Whether this is the object that a caller holds.
        func holds(_ object: AnyObject) -> Bool {
            switch source {
            case .counter(let counter, _): counter === object
            case .gauge(let gauge): gauge === object
            case .histogram(let histogram): histogram === object
            case .computed: false
            }
        }
    }

    let name: String
    let help: String
    let kind: Kind
    /// Only for histograms.
    let bounds: HistogramBounds?
    /// Ascending by `labels`, so that two scrapes have the same order.
    private(set) var series: [Series] = []

    init(name: String, help: String, kind: Kind, bounds: HistogramBounds? = nil) {
        self.name = name
        self.help = help
        self.kind = kind
        self.bounds = bounds
    }

    /// Names of the lines that it renders.
    var sampleNames: [String] {
        kind == .histogram ? [name, name + "_bucket", name + "_sum", name + "_count"] : [name]
    }

    /// The series with these labels.
    func series(labels: String) -> Series? {
        let index = position(of: labels)
        return index < series.count && series[index].labels == labels ? series[index] : nil
    }

    mutating func insert(_ new: Series) { series.insert(new, at: position(of: new.labels)) }

    /// Puts a series in the place of the one with the same labels.
    mutating func replace(_ new: Series) {
        let index = position(of: new.labels)
        if index < series.count, series[index].labels == new.labels { series[index] = new }
    }

    mutating func remove(_ object: AnyObject) { series.removeAll { $0.holds(object) } }

    private func position(of labels: String) -> Int {
        var low = 0
        var high = series.count
        while low < high {
            let middle = (low + high) / 2
            if series[middle].labels < labels { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
