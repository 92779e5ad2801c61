/// Progress on standard error: a line that redraws itself on a terminal, else a line a stage.
final class ProgressLine {
    private let isQuiet: Bool
    private let redraws: Bool
    private let clock = ContinuousClock()
    private var stage = ""
    private var stageStart: ContinuousClock.Instant
    private var lastDrawn: ContinuousClock.Instant?
    private var isDrawn = false

    init(isQuiet: Bool) {
        self.isQuiet = isQuiet
        redraws = standardErrorIsTerminal && environmentVariable("TERM") != "dumb"
        stageStart = clock.now
    }

    /// Shows that `rows` have been passed over in `stage`, of which `fraction` is done where that is known.
    func update(stage: String, rows: Int, fraction: Double?) {
        guard !isQuiet else { return }
        let now = clock.now
        if stage != self.stage {
            finishStage()
            self.stage = stage
            stageStart = now
            lastDrawn = nil
            if !redraws { StandardError.write("\(stage)\n") }
        }
        guard redraws else { return }
        if let lastDrawn, now - lastDrawn < .milliseconds(100) { return }
        lastDrawn = now
        let seconds = (now - stageStart) / .seconds(1)
        var line = "\r\u{1B}[K\(stage)"
        if let fraction {
            let filled = Int(fraction * 20)
            line += "  [" + String(repeating: "#", count: filled) + String(repeating: ".", count: 20 - filled) + "]"
        }
        if rows > 0, seconds > 0.2 { line += "  \(Int(Double(rows) / seconds)) rows/s" }
        if let fraction, fraction > 0.02, seconds > 1 {
            line += "  \(Int((seconds / fraction * (1 - fraction)).rounded(.up))) s left"
        }
        StandardError.write(line)
        isDrawn = true
    }

    /// Clears the line.
    func finishStage() {
        if isDrawn { StandardError.write("\r\u{1B}[K") }
        isDrawn = false
    }
}
