import Samples

/// Lists on standard error the bad rows that were passed over, of which `errors` are the first.
func reportSkippedRows(_ errors: [SampleError], count: Int) {
    for error in errors { StandardError.write("tasktype: skipped \(error)\n") }
    if count == 1 { StandardError.write("tasktype: 1 bad row was skipped\n") }
    if count > 1 { StandardError.write("tasktype: \(count) bad rows were skipped\n") }
}
