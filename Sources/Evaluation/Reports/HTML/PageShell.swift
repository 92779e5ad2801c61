extension Markup {
    /// A page that needs nothing else: no network, no script.
    ///
    /// - Parameters:
    ///   - contents: ids and titles of the sections, for the list at the top.
    ///   - style: rules beside those of all reports.
    package static func page(
        title: String, heading: (inout Markup) -> Void, contents: [(id: String, title: String)],
        style: StaticString = "", sections: (inout Markup) -> Void
    ) -> String {
        var page = Markup()
        page.constant("<!DOCTYPE html>\n")
        page.element("html", ["lang": "en", "xmlns": "http://www.w3.org/1999/xhtml"]) { page in
            page.element("head") { page in
                page.void("meta", ["charset": "utf-8"])
                page.void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
                page.void("meta", ["name": "color-scheme", "content": "light dark"])
                page.void("meta", ["name": "referrer", "content": "no-referrer"])
                // Nothing in the page may run or be fetched, whatever the data say.
                page.void(
                    "meta",
                    [
                        "http-equiv": "Content-Security-Policy",
                        "content": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
                    ])
                page.element("title", title)
                page.constant("<style>")
                page.constant(ReportStyle.sheet)
                page.constant(style)
                page.constant("</style>")
            }
            page.newline()
            page.element("body") { page in
                page.element("header") { page in
                    page.element("h1", [:], heading)
                    page.element("nav", ["aria-label": "Sections"]) { page in
                        page.element("ul") { page in
                            for (id, title) in contents {
                                page.element("li") { $0.element("a", ["href": "#" + id], title) }
                            }
                        }
                    }
                }
                page.element("main", [:], sections)
            }
        }
        page.newline()
        return page.html
    }
}
