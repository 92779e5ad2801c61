internal import CLinearAlgebra

/// OpenBLAS and LAPACKE, which are loaded when this module first needs them.
///
/// A program that links this module thus starts as quickly as one without it, and where the libraries are not installed.
public enum LinearAlgebraLibraries {
    /// Why the libraries are not there.
    public struct LoadingError: Error, Sendable, Equatable, CustomStringConvertible {
        /// One sentence that says what is missing and what to install.
        public let description: String
    }

    /// Loads the libraries, or says what is missing; every call after the first costs a few loads.
    ///
    /// Without this, the first call that needs them stops the program where they are missing. OpenBLAS reads its
    /// environment variables (`OPENBLAS_NUM_THREADS`, `OPENBLAS_CORETYPE`) when it is loaded, so they have to be set before.
    public static func load() throws(LoadingError) {
        if let reason = tasktype_linear_algebra_load() { throw LoadingError(description: String(cString: reason)) }
    }
}
