// FeatureExtractionTests
