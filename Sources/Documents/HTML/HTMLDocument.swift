import Crypto
import Values

/// The printable page of a document (BL-56): one file of HTML for A4 paper, without scripts and
/// without anything that would have to be fetched.
package enum HTMLDocument {
    /// The Content-Security-Policy to send with a page: its own style and its own picture, nothing
    /// else.
    package static let contentSecurityPolicy =
        "default-src 'none'; style-src '\(styleHash)'; img-src data:; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'"

    private static let styleHash =
        "sha256-" + Base64.encode(SHA256.digest(of: HTMLStyle.text).bytes)

    /// The page as UTF-8.
    ///
    /// - Parameters:
    ///   - document: What was frozen at issue; nothing else is printed.
    ///   - logo: The picture that the document's `logoSHA256` names.
    ///   - isVoid: Whether the document was voided since, which the page then says.
    /// - Returns: A complete document, `text/html; charset=utf-8`.
    package static func render(
        _ document: DocumentSnapshot, logo: Logo? = nil, isVoid: Bool = false
    ) -> [UInt8] {
        let printed = PrintedDocument(document)
        var html = HTMLBuilder()
        html.raw("<!DOCTYPE html>\n")
        html.raw("<html lang=\"\(printed.language.rawValue)\"")
        html.raw(printed.language.isRightToLeft ? " dir=\"rtl\">" : " dir=\"ltr\">")
        html.raw("<head><meta charset=\"utf-8\">")
        html.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
        html.raw("<meta name=\"referrer\" content=\"no-referrer\"><title>")
        html.text("\(printed.title) \(printed.number)")
        html.raw("</title><style>\(HTMLStyle.text)</style></head>\n<body><main>\n")
        html.masthead(printed, logo: logo)
        if isVoid { html.stamp(Phrase("Void").text(in: printed.language)) }
        html.parties(printed)
        html.headline(printed)
        html.lines(printed)
        html.sums(printed)
        html.closing(printed)
        html.raw("</main></body></html>\n")
        return Array(html.page.utf8)
    }
}

/// Writes the parts of a page; everything but its own tags goes through ``text(_:)``.
struct HTMLBuilder {
    private(set) var page = ""

    mutating func raw(_ markup: String) { page += markup }

    /// Text with what means something in HTML replaced, in elements and in attributes alike.
    mutating func text(_ text: String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": page += "&amp;"
            case "<": page += "&lt;"
            case ">": page += "&gt;"
            case "\"": page += "&quot;"
            case "'": page += "&#39;"
            case "\n": page += "<br>"
            default: page.unicodeScalars.append(scalar)
            }
        }
    }

    mutating func element(_ name: String, _ content: String) {
        raw("<\(name)>")
        text(content)
        raw("</\(name)>")
    }

    mutating func printed(_ content: PrintedText) {
        switch content {
        case .words(let words): text(words)
        case .foreign(let foreign): element("bdi", foreign)
        case .figure(let figure):
            raw("<bdi dir=\"ltr\">")
            text(figure)
            raw("</bdi>")
        }
    }

    fileprivate mutating func cell(_ content: PrintedText, isFigure: Bool = true) {
        raw(isFigure ? "<td class=\"n\">" : "<td>")
        printed(content)
        raw("</td>")
    }

    fileprivate mutating func masthead(_ document: PrintedDocument, logo: Logo?) {
        raw("<header><div class=\"brand\">")
        if let logo {
            raw("<img alt=\"\" src=\"data:\(logo.format.rawValue);base64,")
            raw(Base64.encode(logo.bytes))
            raw("\">")
        } else {
            raw("<p>")
            printed(document.workspace)
            raw("</p>")
        }
        raw("</div><div class=\"title\">")
        element("h1", document.title)
        raw("<p>")
        printed(.figure(document.number))
        raw("</p></div></header>\n")
    }

    fileprivate mutating func stamp(_ word: String) {
        raw("<p class=\"stamp\">")
        text(word)
        raw("</p>\n")
    }

    fileprivate mutating func parties(_ document: PrintedDocument) {
        raw("<div class=\"parties\">")
        for party in document.parties {
            raw("<section>")
            element("h2", party.heading)
            raw("<p><strong>")
            printed(party.name)
            raw("</strong>")
            for line in party.address {
                raw("<br>")
                printed(line)
            }
            raw("</p>")
            list(party.facts)
            raw("</section>")
        }
        raw("<section class=\"facts\">")
        list(document.facts)
        raw("</section></div>\n")
    }

    fileprivate mutating func list(_ facts: [PrintedDocument.Fact]) {
        guard !facts.isEmpty else { return }
        raw("<dl>")
        for fact in facts {
            element("dt", fact.label)
            raw("<dd>")
            printed(fact.value)
            raw("</dd>")
        }
        raw("</dl>")
    }

    fileprivate mutating func headline(_ document: PrintedDocument) {
        let isMany = document.headlineFacts.count > 1
        raw(isMany ? "<section class=\"headline many\"><div>" : "<section class=\"headline\"><div>")
        element("h2", document.headline.label)
        raw("<p>")
        printed(document.headline.value)
        raw("</p></div>")
        for fact in document.headlineFacts {
            raw("<div>")
            element("h2", fact.label)
            raw("<p class=\"small\">")
            printed(fact.value)
            raw("</p></div>")
        }
        raw("</section>\n")
    }

    fileprivate mutating func lines(_ document: PrintedDocument) {
        guard !document.rows.isEmpty else { return }
        raw("<table class=\"lines\"><thead><tr>")
        for (index, column) in document.columns.enumerated() {
            raw(index == 0 ? "<th scope=\"col\">" : "<th scope=\"col\" class=\"n\">")
            text(column)
            raw("</th>")
        }
        raw("</tr></thead><tbody>\n")
        for row in document.rows {
            raw("<tr>")
            cell(row.text, isFigure: false)
            for value in [row.quantity, row.unitPrice, row.rate, row.net] { cell(value) }
            raw("</tr>\n")
        }
        raw("</tbody></table>\n")
    }

    fileprivate mutating func sums(_ document: PrintedDocument) {
        raw("<div class=\"sums\"><div>")
        if !document.taxRows.isEmpty {
            raw("<table class=\"taxes\"><thead><tr>")
            for (index, column) in document.taxColumns.enumerated() {
                raw(index == 0 ? "<th scope=\"col\">" : "<th scope=\"col\" class=\"n\">")
                text(column)
                raw("</th>")
            }
            raw("</tr></thead><tbody>")
            for row in document.taxRows {
                raw("<tr>")
                cell(row.label, isFigure: false)
                cell(row.base)
                cell(row.tax)
                raw("</tr>")
            }
            raw("</tbody></table>")
        }
        raw("</div><table class=\"totals\"><tbody>")
        for total in document.totals {
            raw(total.isStrong ? "<tr class=\"strong\">" : "<tr>")
            raw("<th scope=\"row\">")
            text(total.label)
            raw("</th>")
            cell(total.value)
            raw("</tr>")
        }
        raw("</tbody></table></div>\n")
    }

    fileprivate mutating func closing(_ document: PrintedDocument) {
        raw("<div class=\"closing\">")
        if let reason = document.reason {
            raw("<section>")
            element("h2", reason.label)
            raw("<p>")
            printed(reason.value)
            raw("</p></section>")
        }
        for note in document.notes {
            raw("<p>")
            printed(note)
            raw("</p>")
        }
        if !document.bank.isEmpty {
            raw("<section>")
            element("h2", document.bankHeading)
            list(document.bank)
            if let note = document.paymentNote { element("p", note) }
            raw("</section>")
        }
        raw("<p class=\"quiet\">")
        text(document.currencyNote)
        raw("</p></div>\n")
    }
}
