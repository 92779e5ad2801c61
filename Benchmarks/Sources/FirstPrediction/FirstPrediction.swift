import TaskType

/// Prints the seconds from opening a model to its first prediction.
///
/// Arguments: the request, and a weights file (the embedded model where left out).
@main
struct FirstPrediction {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 2 || arguments.count == 3 else {
            print("usage: FirstPrediction REQUEST [MODEL]")
            return
        }
        let start = ContinuousClock.now
        let classifier =
            try arguments.count == 3 ? TaskClassifier(contentsOf: arguments[2]) : TaskClassifier()
        let prediction = classifier.classify(arguments[1])
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        // What is printed depends on the prediction, so that it cannot be optimised away.
        print(prediction.source == .model ? "\(seconds)" : "the model did not answer")
    }
}
