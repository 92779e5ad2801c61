// VectorKernelsTests
