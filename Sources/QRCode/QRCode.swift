import CQREncode

/// A QR code (ISO/IEC 18004) of error correction level M, as a picture.
package struct QRCode: Sendable {
    /// Modules on a side, without the quiet zone.
    package let width: Int
    /// Row by row; true is dark.
    private let modules: [Bool]

    /// The quiet zone that the standard asks for, in modules.
    private static let margin = 4

    /// - Parameter text: At most 2,331 bytes of UTF-8; nil beyond.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard let code = QRcode_encodeData(Int32(bytes.count), bytes, 0, QR_ECLEVEL_M) else {
            return nil
        }
        defer { QRcode_free(code) }
        guard let data = code.pointee.data else { return nil }
        width = Int(code.pointee.width)
        modules = (0..<width * width).map { data[$0] & 1 == 1 }
    }

    package func isDark(row: Int, column: Int) -> Bool { modules[row * width + column] }

    /// A picture as SVG: one path, dark on white, no scripts and no references.
    package var svg: String {
        let side = width + 2 * Self.margin
        var path = ""
        for row in 0..<width {
            var column = 0
            while column < width {
                guard isDark(row: row, column: column) else {
                    column += 1
                    continue
                }
                let start = column
                while column < width, isDark(row: row, column: column) { column += 1 }
                let run = column - start
                path += "M\(start + Self.margin) \(row + Self.margin)h\(run)v1h-\(run)z"
            }
        }
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(side) \(side)\" "
            + "shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h\(side)v\(side)H0z\"/>"
            + "<path d=\"\(path)\"/></svg>"
    }
}
