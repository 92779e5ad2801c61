/// A drawing as inline SVG, in units of about a pixel.
package struct Drawing {
    package let width: Double
    package let height: Double
    private var markup = Markup()

    package init(width: Double, height: Double) {
        self.width = width
        self.height = height
    }

    /// A coordinate: two decimals are a hundredth of a pixel.
    package static func coordinate(_ value: Double) -> String { decimal(value, digits: 2) }

    package mutating func line(_ style: String, _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) {
        markup.void(
            "line",
            [
                "class": style, "x1": Self.coordinate(x1), "y1": Self.coordinate(y1), "x2": Self.coordinate(x2),
                "y2": Self.coordinate(y2),
            ])
    }

    package mutating func rectangle(
        _ style: String, x: Double, y: Double, width: Double, height: Double, title: String? = nil
    ) {
        let attributes: KeyValuePairs = [
            "class": style, "x": Self.coordinate(x), "y": Self.coordinate(y), "width": Self.coordinate(max(0, width)),
            "height": Self.coordinate(max(0, height)),
        ]
        guard let title else { return markup.void("rect", attributes) }
        markup.element("rect", attributes) { $0.element("title", title) }
    }

    package mutating func dot(_ style: String, _ x: Double, _ y: Double, radius: Double, title: String? = nil) {
        let attributes: KeyValuePairs = [
            "class": style, "cx": Self.coordinate(x), "cy": Self.coordinate(y), "r": Self.coordinate(radius),
        ]
        guard let title else { return markup.void("circle", attributes) }
        markup.element("circle", attributes) { $0.element("title", title) }
    }

    /// A line through points, or an area where `isClosed`.
    package mutating func path(_ style: String, _ points: [(x: Double, y: Double)], isClosed: Bool = false) {
        markup.void(
            isClosed ? "polygon" : "polyline",
            [
                "class": style,
                "points": points.map { Self.coordinate($0.x) + "," + Self.coordinate($0.y) }.joined(separator: " "),
            ])
    }

    /// A word of the program's own; `anchor` is start, middle or end.
    package mutating func word(
        _ text: String, _ x: Double, _ y: Double, anchor: String = "middle", style: String = "tick",
        turned: Bool = false
    ) {
        let place = (Self.coordinate(x), Self.coordinate(y))
        guard turned else {
            return markup.element(
                "text", ["class": style, "x": place.0, "y": place.1, "text-anchor": anchor], text)
        }
        markup.element(
            "text",
            [
                "class": style, "x": place.0, "y": place.1, "text-anchor": anchor,
                "transform": "rotate(-90 \(place.0) \(place.1))",
            ], text)
    }

    /// Puts the drawing into a page; `id` must be unique there, the description says in words what is to be seen.
    package func place(in page: inout Markup, id: String, title: String, description: String) {
        page.element(
            "svg",
            [
                "class": "drawing", "viewBox": "0 0 \(Self.coordinate(width)) \(Self.coordinate(height))",
                "role": "img", "aria-labelledby": "\(id)-t \(id)-d", "xmlns": "http://www.w3.org/2000/svg",
            ]
        ) { page in
            page.element("title", ["id": id + "-t"], title)
            page.element("desc", ["id": id + "-d"], description)
            page.append(markup)
        }
    }

    /// Puts a small drawing into a table, whose cells say the same in words; one that is cropped fills its cell and
    /// shows its middle.
    package func placeSilently(in page: inout Markup, style: String, isCropped: Bool = false) {
        page.element(
            "svg",
            [
                "class": style, "viewBox": "0 0 \(Self.coordinate(width)) \(Self.coordinate(height))",
                "preserveAspectRatio": isCropped ? "xMidYMid slice" : "xMidYMid meet",
                "aria-hidden": "true", "xmlns": "http://www.w3.org/2000/svg",
            ]
        ) { $0.append(markup) }
    }
}
