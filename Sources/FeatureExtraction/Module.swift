// FeatureExtraction
