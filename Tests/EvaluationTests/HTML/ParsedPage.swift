import Foundation
import FoundationXML

/// An element of a page that was read by an XML parser.
final class PageElement {
    let name: String
    let attributes: [String: String]
    private(set) weak var parent: PageElement?
    fileprivate(set) var children: [PageElement] = []
    /// The element's own text and that of its descendants.
    fileprivate(set) var text = ""

    init(name: String, attributes: [String: String], parent: PageElement?) {
        self.name = name
        self.attributes = attributes
        self.parent = parent
    }

    /// The element and everything in it.
    var all: [PageElement] { [self] + children.flatMap(\.all) }

    func all(_ name: String) -> [PageElement] { all.filter { $0.name == name } }

    func first(id: String) -> PageElement? { all.first { $0.attributes["id"] == id } }

    /// The numbers that the element carries for programs, in order.
    var values: [Double] { all("data").compactMap { $0.attributes["value"].flatMap(Double.init) } }

    /// The cells of the first table with a caption, row by row.
    func table(_ caption: String) -> [[PageElement]]? {
        all("table").first { $0.all("caption").first?.text == caption }?.all("tbody").first?.children.map(\.children)
    }
}

/// Reads pages that are XML as well as HTML.
final class PageReader: NSObject, XMLParserDelegate {
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    private let root = PageElement(name: "", attributes: [:], parent: nil)
    private var open: [PageElement] = []

    static func read(_ page: String) throws -> PageElement {
        let reader = PageReader()
        reader.open = [reader.root]
        let parser = XMLParser(data: Data(page.utf8))
        parser.delegate = reader
        guard parser.parse(), let page = reader.root.children.first else {
            throw Fault(
                description: "line \(parser.lineNumber), column \(parser.columnNumber): "
                    + "\(parser.parserError.map { "\($0)" } ?? "nothing there")")
        }
        return page
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        let element = PageElement(name: name, attributes: attributes, parent: open.last)
        open.last?.children.append(element)
        open.append(element)
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        open.removeLast()
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) { for element in open { element.text += text } }
}
