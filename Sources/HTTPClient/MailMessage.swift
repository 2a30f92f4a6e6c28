import CLinux

/// A plain text mail to one recipient, perhaps with files.
package struct MailMessage: Sendable {
    /// An address with an optional name to show.
    package struct Mailbox: Sendable, Equatable {
        package let name: String
        package let address: String

        /// - Returns: nil if the address could change a header or an SMTP command, is not ASCII, or
        ///   has not exactly one `@`; or if the name has a control character.
        package init?(name: String = "", address: String) {
            let parts = address.split(separator: "@", omittingEmptySubsequences: false)
            guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), address.utf8.count <= 254,
                address.utf8.allSatisfy(MailSyntax.isAddressCharacter), MailSyntax.isOneLine(name)
            else { return nil }
            (self.name, self.address) = (name, address)
        }
    }

    /// The envelope's sender and recipient are those of the headers.
    package let from, to: Mailbox
    package let subject: String
    /// Lines may end in LF, CRLF or CR.
    package let text: String
    /// The text's language as a tag of RFC 5646, such as `es`; nil says nothing of it.
    package let language: String?
    /// Seconds since 1970.
    package let date: Int64
    /// What stands before the `@` of the Message-ID; equal at each attempt to send the message.
    package let id: String
    package let attachments: [Attachment]

    /// - Returns: nil if the subject has a control character (checklist rule 30), or `id` or
    ///   `language` anything but letters, digits, hyphens, dots and underscores.
    package init?(
        from: Mailbox, to: Mailbox, subject: String, text: String, language: String? = nil,
        date: Int64, id: String, attachments: [Attachment] = []
    ) {
        guard MailSyntax.isOneLine(subject), subject.utf8.count <= 1_000, !id.isEmpty,
            id.utf8.count <= 200, id.utf8.allSatisfy(MailSyntax.isPlain),
            language?.utf8.allSatisfy(MailSyntax.isPlain) ?? true
        else { return nil }
        (self.from, self.to, self.subject, self.text) = (from, to, subject, text)
        (self.language, self.date, self.id) = (language, date, id)
        self.attachments = attachments
    }

    /// The message as it is sent: RFC 5322 in ASCII, each line ended by CRLF.
    package var bytes: [UInt8] {
        let domain = from.address.split(separator: "@").last ?? ""
        let languageField = language.map { "Content-Language: \($0)\r\n" } ?? ""
        let head = """
            Date: \(MailSyntax.date(date))\r
            From: \(MailSyntax.mailbox(from))\r
            To: \(MailSyntax.mailbox(to))\r
            Subject: \(MailSyntax.phrase(subject))\r
            Message-ID: <\(id)@\(domain)>\r
            Auto-Submitted: auto-generated\r
            MIME-Version: 1.0\r\n
            """
        let part = """
            \(languageField)Content-Type: text/plain; charset=utf-8\r
            Content-Transfer-Encoding: quoted-printable\r
            \r\n
            """
        let body = Array(part.utf8) + QuotedPrintable.encode(text)
        guard !attachments.isEmpty else { return Array(head.utf8) + body }
        return Array(head.utf8) + mixed(body)
    }

    /// Text and files as the parts of one content (RFC 2046 §5.1).
    ///
    /// What separates them can stand in no part: neither quoted-printable nor base 64 has `=_`.
    private func mixed(_ body: [UInt8]) -> [UInt8] {
        let boundary = "=_" + id.prefix(60)
        var bytes = Array(
            "Content-Type: multipart/mixed; boundary=\"\(boundary)\"\r\n\r\n--\(boundary)\r\n".utf8)
        bytes += body
        for attachment in attachments {
            let head = """
                \r
                --\(boundary)\r
                Content-Type: \(attachment.mediaType); name="\(attachment.name)"\r
                Content-Disposition: attachment; filename="\(attachment.name)"\r
                Content-Transfer-Encoding: base64\r
                \r\n
                """
            bytes += Array(head.utf8)
            // 57 bytes make the 76 characters that a line may have (RFC 2045 §6.8).
            for start in stride(from: 0, to: attachment.content.count, by: 57) {
                let line = attachment.content[start..<min(start + 57, attachment.content.count)]
                bytes += Array(MailSyntax.base64(Array(line)).utf8) + [13, 10]
            }
        }
        return bytes + Array("\r\n--\(boundary)--\r\n".utf8)
    }

    /// A file that goes with a message.
    package struct Attachment: Sendable, Equatable {
        /// 1 to 100 letters, digits, hyphens, dots and underscores.
        package let name: String
        /// Such as `application/pdf`.
        package let mediaType: String
        package let content: [UInt8]

        /// - Returns: nil if name or type could change a header (checklist rule 30).
        package init?(name: String, mediaType: String, content: [UInt8]) {
            let type = mediaType.split(separator: "/", omittingEmptySubsequences: false)
            guard 1...100 ~= name.utf8.count, name.utf8.allSatisfy(MailSyntax.isPlain),
                type.count == 2,
                type.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(MailSyntax.isPlain) })
            else { return nil }
            (self.name, self.mediaType, self.content) = (name, mediaType, content)
        }
    }
}

/// How values are written in a mail's head.
enum MailSyntax {
    /// No control character, so neither CR nor LF; nor the two line separators of Unicode.
    static func isOneLine(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy {
            $0.properties.generalCategory != .control && $0 != "\u{2028}" && $0 != "\u{2029}"
        }
    }

    static func isAddressCharacter(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && !"<>,;:\"()[]\\".utf8.contains(byte)
    }

    static func isPlain(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
            || (0x61...0x7A).contains(byte) || byte == 0x2D || byte == 0x2E || byte == 0x5F
    }

    static func mailbox(_ mailbox: MailMessage.Mailbox) -> String {
        if mailbox.name.isEmpty { return mailbox.address }
        let isPlainName =
            mailbox.name.utf8.count <= 60
            && mailbox.name.utf8.allSatisfy { isPlain($0) || $0 == 0x20 }
        let name = isPlainName ? "\"\(mailbox.name)\"" : encodedWords(mailbox.name)
        return "\(name)\r\n <\(mailbox.address)>"
    }

    /// Short printable ASCII as it is, all else as encoded words.
    static func phrase(_ text: String) -> String {
        let isPlain =
            text.utf8.count <= 60 && text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
            && !text.contains("=?") && !text.hasPrefix(" ") && !text.hasSuffix(" ")
        return isPlain ? text : encodedWords(text)
    }

    /// RFC 2047, one word a line: at most 75 characters each, no character cut in two.
    private static func encodedWords(_ text: String) -> String {
        var words: [[UInt8]] = [[]]
        for scalar in text.unicodeScalars {
            let bytes = Array(UTF8.encode(scalar) ?? .init())
            if words[words.count - 1].count + bytes.count > 45 { words.append([]) }
            words[words.count - 1] += bytes
        }
        return words.map { "=?utf-8?B?\(base64($0))?=" }.joined(separator: "\r\n ")
    }

    static func base64(_ bytes: [UInt8]) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = group.reduce(0) { $0 << 8 | Int($1) }
            bits <<= 8 * (3 - group.count)
            for index in 0...3 {
                let digit = digits[(bits >> (18 - 6 * index)) & 63]
                text.append(index <= group.count ? digit : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// RFC 5322 §3.3 in UTC, such as `Sat, 21 Nov 2026 13:10:40 +0000`.
    static func date(_ seconds: Int64) -> String {
        var time = time_t(seconds)
        var parts = tm()
        guard gmtime_r(&time, &parts) != nil else { return "Thu, 01 Jan 1970 00:00:00 +0000" }
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map(twoDigits)
        return "\(days[Int(parts.tm_wday)]), \(twoDigits(parts.tm_mday)) "
            + "\(months[Int(parts.tm_mon)]) \(parts.tm_year + 1_900) "
            + clock.joined(separator: ":") + " +0000"
    }

    private static func twoDigits(_ number: Int32) -> String {
        number < 10 ? "0\(number)" : String(number)
    }
}

/// The transfer encoding that leaves ASCII readable (RFC 2045 §6.7).
enum QuotedPrintable {
    static func encode(_ text: String) -> [UInt8] {
        var out: [UInt8] = []
        var lineLength = 0
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            let next = index + 1 < bytes.count ? bytes[index + 1] : 10
            index += 1
            if byte == 13, next == 10, index < bytes.count { continue }
            if byte == 10 || byte == 13 {
                out += [13, 10]
                lineLength = 0
                continue
            }
            // A blank at the end of a line would get lost on the way.
            let endsLine = next == 10 || next == 13
            let isLiteral =
                (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "=")
                || (byte == 0x20 || byte == 9) && !endsLine
            let width = isLiteral ? 1 : 3
            if lineLength + width > 75 {
                out += [UInt8(ascii: "="), 13, 10]
                lineLength = 0
            }
            out += isLiteral ? [byte] : escaped(byte)
            lineLength += width
        }
        return lineLength > 0 ? out + [13, 10] : out
    }

    private static func escaped(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}
