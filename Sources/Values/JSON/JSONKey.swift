/// A member name as ``JSONWriter`` writes it, with quotes and colon; for names that every row of a
/// list has.
///
/// Its few bytes are kept for as long as the program runs, so make it once.
package struct JSONKey: @unchecked Sendable {
    let text: UnsafeRawBufferPointer

    /// - Parameter name: ASCII without `"`, `\` and control characters.
    package init(_ name: StaticString) {
        var writer = JSONWriter()
        writer.key(name)
        let bytes = writer.bytes
        let kept = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        kept.copyBytes(from: bytes)
        text = UnsafeRawBufferPointer(kept)
    }
}
