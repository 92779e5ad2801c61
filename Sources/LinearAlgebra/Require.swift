/// Stops the program with a sentence that names the numbers that disagree, in release builds too.
///
/// `precondition` prints nothing once optimised, and a wrong shape found in a long training run is worth the
/// message.
func require(_ holds: Bool, _ message: @autoclosure () -> String) {
    guard holds else { fatalError(message()) }
}
