import JSONCoding

extension WireError {
    /// What a client that sent bad JSON is told: 400 where it is not JSON or not Unicode, 422 where it is the wrong JSON.
    init(_ error: RequestDecodingError) {
        switch error.code {
        case .malformedJSON: self.init(400, "invalid_json", "\(error)", field: error.field)
        case .invalidUTF8: self.init(400, "invalid_unicode", "\(error)", field: error.field)
        case .wrongType: self.init(422, "wrong_type", "\(error)", field: error.field)
        case .duplicateField: self.init(422, "duplicate_field", "\(error)", field: error.field)
        case .missingField: self.init(422, "missing_field", "\(error)", field: error.field)
        case .ambiguousRequest: self.init(422, "ambiguous_request", "\(error)", field: error.field)
        }
    }
}
