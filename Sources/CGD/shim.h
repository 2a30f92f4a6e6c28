#ifndef COURTYARD_CGD_H
#define COURTYARD_CGD_H
#include <gd.h>
// gd writes what it finds wrong in a file to standard error; the caller learns of it by the result.
static inline void courtyard_gd_ignore(int priority, const char *format, va_list arguments) {
    (void)priority; (void)format; (void)arguments;
}
static inline void courtyard_gd_silence(void) { gdSetErrorMethod(courtyard_gd_ignore); }
// gd's accessors are macros, which Swift does not see.
static inline int courtyard_gd_width(gdImagePtr image) { return gdImageSX(image); }
static inline int courtyard_gd_height(gdImagePtr image) { return gdImageSY(image); }
static inline int courtyard_gd_is_opaque(gdImagePtr image) {
    for (int y = 0; y < gdImageSY(image); y++)
        for (int x = 0; x < gdImageSX(image); x++)
            if (gdTrueColorGetAlpha(gdImageTrueColorPixel(image, x, y)) != 0) return 0;
    return 1;
}
#endif
