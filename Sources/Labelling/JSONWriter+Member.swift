internal import JSONCoding

extension JSONWriter {
    mutating func member(_ name: String, _ text: String) {
        key(name)
        value(text)
    }

    mutating func member(_ name: String, _ number: Int) {
        key(name)
        value(number)
    }

    mutating func member(_ name: String, _ number: Double?) {
        key(name)
        if let number { value(number) } else { null() }
    }

    mutating func member(_ name: String, _ text: String?) {
        key(name)
        if let text { value(text) } else { null() }
    }

    mutating func member(_ name: String, _ interval: ClosedRange<Double>?) {
        key(name)
        guard let interval else { return null() }
        array { json in
            json.value(interval.lowerBound)
            json.value(interval.upperBound)
        }
    }
}
