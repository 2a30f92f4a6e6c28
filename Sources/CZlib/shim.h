#ifndef COURTYARD_CZLIB_H
#define COURTYARD_CZLIB_H
#include <zlib.h>
// zlib's initialisers are macros that pass the version and the struct size; Swift sees no macros.
static inline int courtyard_deflate_init_gzip(z_stream *stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}
#endif
