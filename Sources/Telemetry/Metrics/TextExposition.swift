/// Prometheus's text format, version 0.0.4.
public enum TextExposition {
    /// The media type of what `render` writes.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// `name="value",…`, names ascending: the order in which a program gives labels makes no new series.
    static func labelText(_ labels: [(String, String)]) -> String {
        labels.sorted { $0.0 < $1.0 }.map { "\($0.0)=\"\(escaped($0.1, quotes: true))\"" }.joined(separator: ",")
    }

    /// Backslashes, line breaks and, in label values, quotation marks with a backslash before them.
    ///
    /// Works on bytes: a carriage return and line feed are one `Character`, in which the line feed would go unseen.
    static func escaped(_ text: String, quotes: Bool) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
            case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
            case UInt8(ascii: "\"") where quotes: bytes.append(contentsOf: "\\\"".utf8)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The shortest text that reads back as the same number.
    static func text(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-Inf" : "+Inf" }
        // Whole numbers without ".0", as long as each one is exact.
        if number.magnitude < 0x1p53, number.rounded() == number { return "\(Int(number))" }
        return "\(number)"
    }
}

extension PrometheusRegistry {
    /// Appends every metric in Prometheus's text format, always in the same order.
    public func render(into bytes: inout [UInt8]) {
        for family in families() { family.render(into: &bytes) }
    }
}

extension MetricFamily {
    fileprivate func render(into bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.append(contentsOf: "# HELP \(name) \(TextExposition.escaped(help, quotes: false))\n".utf8)
        bytes.append(contentsOf: "# TYPE \(name) \(kind)\n".utf8)
        let head = bytes.count
        for one in series { render(one, into: &bytes) }
        // A family that has nothing to say now says nothing.
        if bytes.count == head { bytes.removeSubrange(start...) }
    }

    private func render(_ series: Series, into bytes: inout [UInt8]) {
        switch series.source {
        case .counter(let counter, let hidesZero):
            let value = counter.value
            if !(hidesZero && value == 0) { line("", series.labels, TextExposition.text(value), &bytes) }
        case .gauge(let gauge):
            line("", series.labels, TextExposition.text(gauge.value), &bytes)
        case .computed(let value):
            if let value = value() { line("", series.labels, TextExposition.text(value), &bytes) }
        case .histogram(let histogram):
            let (buckets, sum) = histogram.snapshot()
            let prefix = series.labels.isEmpty ? "" : series.labels + ","
            for (bound, count) in zip(histogram.bounds.values + [.infinity], buckets) {
                line("_bucket", "\(prefix)le=\"\(TextExposition.text(bound))\"", "\(count)", &bytes)
            }
            line("_sum", series.labels, TextExposition.text(sum), &bytes)
            line("_count", series.labels, "\(buckets.last ?? 0)", &bytes)
        }
    }

    private func line(_ suffix: String, _ labels: String, _ value: String, _ bytes: inout [UInt8]) {
        bytes.append(contentsOf: name.utf8)
        bytes.append(contentsOf: suffix.utf8)
        if !labels.isEmpty {
            bytes.append(UInt8(ascii: "{"))
            bytes.append(contentsOf: labels.utf8)
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: value.utf8)
        bytes.append(UInt8(ascii: "\n"))
    }
}
