internal import LinearAlgebra

/// What training needs beyond the program itself.
public enum TrainingLibraries {
    /// Loads OpenBLAS and LAPACKE, or says what to install.
    ///
    /// Training loads them by itself, but can then only stop the program where they are missing.
    public static func load() throws(TrainingError) {
        do throws(LinearAlgebraLibraries.LoadingError) {
            try LinearAlgebraLibraries.load()
        } catch {
            throw TrainingError(.failed, error.description)
        }
    }
}
