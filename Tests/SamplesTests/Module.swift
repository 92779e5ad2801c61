// SamplesTests
