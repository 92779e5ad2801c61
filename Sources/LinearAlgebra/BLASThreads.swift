internal import CLinearAlgebra

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Keeps OpenBLAS on the calling thread.
///
/// OpenBLAS splits a product over its own threads by default. For the sizes met here that is slower, and the
/// last bits of a result then depend on the number of threads. Parallel work belongs above this module.
///
/// Calls from several threads take turns: some builds of OpenBLAS return wrong numbers when several threads enter them
/// together. Prediction calls nothing here, so no lock stands in its way.
public enum BLASThreads {
    /// Makes OpenBLAS compute on the calling thread alone; every call after the first costs one load.
    ///
    /// Each function of this module sees to it, so that nobody needs to remember to.
    public static func useOne() { _ = once }

    /// Waits until no other thread is in OpenBLAS or LAPACKE.
    static func enter() {
        useOne()
        pthread_mutex_lock(turn.mutex)
    }

    /// Lets the next thread in.
    static func leave() { pthread_mutex_unlock(turn.mutex) }

    /// A mutex at an address of its own for ever, as POSIX asks.
    private struct Turn: @unchecked Sendable {
        // Sendable: what the address points to is touched by pthread_mutex_… only.
        let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        init() { pthread_mutex_init(mutex, nil) }
    }

    private static let turn = Turn()

    private static let once: Void = start()

    private static func start() {
        do throws(LinearAlgebraLibraries.LoadingError) {
            try LinearAlgebraLibraries.load()
        } catch {
            fatalError(error.description)
        }
        tasktype_blas_set_threads(1)
    }

    /// The number of threads that OpenBLAS says it will use.
    static var current: Int {
        useOne()
        return Int(tasktype_blas_threads())
    }
}
