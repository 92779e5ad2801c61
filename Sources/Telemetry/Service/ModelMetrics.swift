import Synchronization

/// What is counted for one model; made when it is loaded, and held by it.
public final class ModelMetrics: Sendable {
    /// The model's name, the value of the label `model`.
    public let name: String
    /// The values of the label `task_type`: the model's labels, the default label, and `other` as the last.
    public let taskTypes: [String]

    /// One for each task type and each source, a task type's sources in a row.
    private let counts: [PrometheusCounter]
    private let uncertain: PrometheusCounter
    private let confidence: PrometheusHistogram
    private let duration: PrometheusHistogram

    /// - Parameter labels: the model's labels, in the order of its probabilities.
    init(registry: PrometheusRegistry, name: String, labels: [String], defaultLabel: String) {
        self.name = name
        var taskTypes = labels
        for extra in [defaultLabel, "other"] where !taskTypes.contains(extra) { taskTypes.append(extra) }
        self.taskTypes = taskTypes
        let model = ("model", name)
        counts = taskTypes.flatMap { taskType in
            ClassificationSource.allCases.map { source in
                registry.counter(
                    "tasktype_classifications_total", help: "Inputs answered, by model, task type and source.",
                    labels: [model, ("task_type", taskType), ("source", source.rawValue)],
                    hidesZero: source != .model || !labels.contains(taskType))
            }
        }
        uncertain = registry.counter(
            "tasktype_classification_uncertain_total",
            help: "Inputs whose answer is marked uncertain: low confidence or unfamiliar words.", labels: [model])
        confidence = registry.histogram(
            "tasktype_classification_confidence",
            help: "Calibrated probability of the task type that was answered.", bounds: .confidence, labels: [model])
        duration = registry.histogram(
            "tasktype_classification_duration_seconds",
            help: "Time to classify one input, without reading the call and writing the answer.", bounds: .latency,
            labels: [model])
    }

    /// The position of a task type; for one of the model's labels, its position among these.
    ///
    /// Labels are few and short: comparing them one by one is faster than hashing.
    public func index(of taskType: String) -> Int {
        taskTypes.firstIndex(of: taskType) ?? taskTypes.count - 1
    }

    /// Counts an input that was answered.
    ///
    /// - Parameters:
    ///   - taskType: what `index(of:)` gives for the answer, which for a model's answer is the label's position.
    ///   - confidence: its probability; counted for answers of the model alone, since others have none.
    ///   - isUncertain: whether the caller is told to use its default route.
    public func classified(taskType: Int, source: ClassificationSource, confidence: Float, isUncertain: Bool) {
        let taskType = taskTypes.indices.contains(taskType) ? taskType : taskTypes.count - 1
        counts[taskType * ClassificationSource.allCases.count + source.index].increment()
        if isUncertain { uncertain.increment() }
        if source == .model { self.confidence.observe(Double(confidence)) }
    }

    /// Counts the time that classifying one input took.
    public func took(nanoseconds: UInt64) { duration.observe(nanoseconds: nanoseconds) }
}
