import TaskType

@main
struct ClassifyRequests {
    static func main() throws {
        let classifier = try TaskClassifier()
        for text in CommandLine.arguments.dropFirst() {
            print(classifier.classify(text).taskType, text, separator: "\t")
        }
    }
}
