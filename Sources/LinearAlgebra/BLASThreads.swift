internal import COpenBLAS

/// Keeps OpenBLAS on the calling thread.
///
/// OpenBLAS splits a product over its own threads by default. For the sizes met here that is slower, and the
/// last bits of a result then depend on the number of threads. Parallel work belongs above this module.
///
/// Calls into this module come from one thread at a time: some builds of OpenBLAS return wrong numbers when
/// several threads enter them together.
public enum BLASThreads {
    /// Makes OpenBLAS compute on the calling thread alone; every call after the first costs one load.
    ///
    /// Each function of this module calls it, so that nobody needs to remember to.
    public static func useOne() { _ = once }

    private static let once: Void = openblas_set_num_threads(1)

    /// The number of threads that OpenBLAS says it will use.
    static var current: Int { Int(openblas_get_num_threads()) }
}
