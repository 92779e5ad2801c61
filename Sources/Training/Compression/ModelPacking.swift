internal import TaskType

/// Turns a trained model into the bytes of its file, in the precision or within the size that was asked for.
struct ModelPacking {
    let options: TrainingOptions
    let origin: Provenance.Origin
    let smaller: SmallerModel?

    /// The file without provenance.
    func encode(_ model: TaskModel) throws -> [UInt8] {
        try smaller?.encode(model) ?? model.encoded(precision: options.precision, provenance: "{}")
    }

    /// The file with its provenance; the report is told the file's size.
    func encode(_ model: TaskModel, _ report: inout TrainingReport) throws -> [UInt8] {
        var told = report
        func provenance() throws -> String { try encodeSorted(Provenance(origin: origin, training: told)) }
        let bytes =
            try smaller?.encode(model) { keptRows in
                told.size_search?.chosen.kept_rows = keptRows
                return try provenance()
            } ?? model.encoded(precision: options.precision, provenance: try provenance())
        report = told
        report.file_bytes = bytes.count
        return bytes
    }
}
