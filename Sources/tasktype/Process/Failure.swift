/// Ends the program with a sentence for the person who ran it.
struct Failure: Error {
    /// What went wrong and what to do.
    let message: String
    /// The exit status: 1 a bar was not met, 2 bad usage or input, 130 stopped.
    let status: Int32

    init(_ message: String, status: Int32 = 2) {
        self.message = message
        self.status = status
    }
}
