import CPango
import Values

/// The fonts and the direction of one document, for text to be laid out in.
///
/// Belongs to the thread that made it: Pango keeps one font map for each thread.
final class TextContext {
    fileprivate let pango: OpaquePointer
    fileprivate let font: OpaquePointer
    let language: Language

    /// Noto has a face for nearly every script; fontconfig finds those that are not named here.
    private static let families = "Noto Sans, Noto Sans Arabic, Noto Sans CJK SC"

    init?(language: Language) {
        guard let map = pango_cairo_font_map_get_default(),
            let pango = pango_font_map_create_context(map),
            let font = pango_font_description_new()
        else { return nil }
        (self.pango, self.font, self.language) = (pango, font, language)
        pango_font_description_set_family(font, Self.families)
        pango_context_set_base_dir(
            pango, language.isRightToLeft ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR)
        pango_context_set_language(pango, pango_language_from_string(language.rawValue))
        pango_cairo_context_set_resolution(pango, 72)
        pango_context_set_round_glyph_positions(pango, 0)
        let options = cairo_font_options_create()
        cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
        cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
        pango_cairo_context_set_font_options(pango, options)
        cairo_font_options_destroy(options)
    }

    deinit {
        pango_font_description_free(font)
        g_object_unref(UnsafeMutableRawPointer(pango))
    }
}

/// Text broken into lines of a width.
final class TextLayout {
    enum Alignment {
        case start, end
        /// To the right in either direction, so that decimals stand above each other.
        case figure
    }

    struct Line {
        fileprivate let line: UnsafeMutablePointer<PangoLayoutLine>
        /// From the layout's top, left edge and baseline; points.
        let top, height, left, baseline: Double
    }

    private let layout: OpaquePointer
    let lines: [Line]
    /// Points.
    let width, height: Double

    /// - Parameters:
    ///   - runs: One after the other; a line end ends a paragraph.
    ///   - width: Points; nil for as wide as the text is.
    ///   - alignment: At which side lines stand.
    ///   - isOneLine: Whether what does not fit on one line ends in an ellipsis.
    ///   - context: Fonts and direction.
    init(
        _ runs: [TextRun], width: Double?, alignment: Alignment = .start, isOneLine: Bool = false,
        in context: TextContext
    ) {
        layout = pango_layout_new(context.pango)
        pango_layout_set_font_description(layout, context.font)
        pango_layout_set_auto_dir(layout, 0)
        pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
        pango_layout_set_width(layout, width.map { Int32($0 * Self.scale) } ?? -1)
        if isOneLine {
            pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END)
            pango_layout_set_single_paragraph_mode(layout, 1)
        }
        let isRight =
            alignment == .figure || (alignment == .end) != context.language.isRightToLeft
        pango_layout_set_alignment(layout, isRight ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT)
        let text = runs.map(\.text).joined()
        pango_layout_set_text(layout, text, Int32(text.utf8.count))
        Self.style(layout, runs)
        lines = Self.lines(of: layout, runs)
        var size = PangoRectangle()
        pango_layout_get_extents(layout, nil, &size)
        self.width = width ?? Double(size.width) / Self.scale + 0.01
        height = lines.last.map { $0.top + $0.height } ?? 0
    }

    deinit { g_object_unref(UnsafeMutableRawPointer(layout)) }

    private static let scale = Double(PANGO_SCALE)

    private static func style(_ layout: OpaquePointer, _ runs: [TextRun]) {
        guard let attributes = pango_attr_list_new() else { return }
        defer { pango_attr_list_unref(attributes) }
        var start: UInt32 = 0
        for run in runs {
            let end = start + UInt32(run.text.utf8.count)
            func add(_ attribute: UnsafeMutablePointer<PangoAttribute>?) {
                courtyard_pango_insert(attributes, attribute, start, end)
            }
            add(pango_attr_size_new(Int32(run.style.size * scale)))
            add(pango_attr_font_features_new("tnum=1, lnum=1"))
            if run.style.isBold { add(pango_attr_weight_new(PANGO_WEIGHT_BOLD)) }
            let color = run.style.color
            add(
                pango_attr_foreground_new(
                    UInt16(color.red * 257), UInt16(color.green * 257), UInt16(color.blue * 257)))
            start = end
        }
        pango_layout_set_attributes(layout, attributes)
    }

    /// Lines of a height that their style gives, so that scripts with taller letters stand on the
    /// same baselines as their neighbours.
    private static func lines(of layout: OpaquePointer, _ runs: [TextRun]) -> [Line] {
        guard let iterator = pango_layout_get_iter(layout) else { return [] }
        defer { pango_layout_iter_free(iterator) }
        var lines: [Line] = []
        var top = 0.0
        var measure = LineMeasure(runs)
        repeat {
            guard let line = pango_layout_iter_get_line_readonly(iterator) else { continue }
            var size = PangoRectangle()
            pango_layout_iter_get_line_extents(iterator, nil, &size)
            let start = Int(line.pointee.start_index)
            let look = measure.look(start..<start + Int(line.pointee.length))
            if !lines.isEmpty { top += look.spaceBefore }
            lines.append(
                Line(
                    line: line, top: top, height: look.height, left: Double(size.x) / scale,
                    baseline: top + look.height / 2 + look.size * 0.36))
            top += look.height
        } while pango_layout_iter_next_line(iterator) != 0
        return lines
    }

    /// Draws some of the lines, the first of them with its top at `y`.
    func draw(_ range: Range<Int>, x: Double, y: Double, on cairo: OpaquePointer) {
        guard let first = lines[range].first else { return }
        for line in lines[range] {
            cairo_move_to(cairo, x + line.left, y + line.baseline - first.top)
            pango_cairo_show_layout_line(cairo, line.line)
        }
    }
}

/// How high lines are, by the styles of what stands on them.
private struct LineMeasure {
    private var runs: [(range: Range<Int>, style: TextStyle)] = []
    private var first = 0

    init(_ runs: [TextRun]) {
        var start = 0
        for run in runs {
            let end = start + run.text.utf8.count
            self.runs.append((start..<end, run.style))
            start = end
        }
    }

    /// The look of the line with those bytes; lines are asked for in order.
    mutating func look(_ line: Range<Int>) -> (size: Double, height: Double, spaceBefore: Double) {
        while first + 1 < runs.count, runs[first].range.upperBound <= line.lowerBound { first += 1 }
        guard first < runs.count else { return (0, 0, 0) }
        var size = runs[first].style.size
        for run in runs[first...].dropFirst() {
            guard run.range.lowerBound < line.upperBound else { break }
            size = max(size, run.style.size)
        }
        let isRunStart = runs[first].range.lowerBound == line.lowerBound
        return (
            size, size * (size > 13 ? 1.3 : 1.5),
            isRunStart ? runs[first].style.spaceBefore : 0
        )
    }
}
