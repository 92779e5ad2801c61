/// Why rows cannot be labelled; the message says what to do.
package struct LabellingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One sentence for the person who started the run.
    package let message: String

    package init(_ message: String) { self.message = message }

    package var description: String { message }
}
