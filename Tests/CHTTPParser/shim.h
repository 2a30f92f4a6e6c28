#ifndef COURTYARD_CHTTPPARSER_H
#define COURTYARD_CHTTPPARSER_H
// An independent HTTP parser that ours is compared with; used by tests alone.
#include <http_parser.h>
#include <string.h>

struct courtyard_verdict {
    int accepted;
    char method[16];
    char target[4000];
    unsigned long long length;
    int is_chunked;
};

static int courtyard_on_url(http_parser *parser, const char *at, size_t count) {
    struct courtyard_verdict *verdict = parser->data;
    size_t used = strlen(verdict->target);
    if (used + count + 1 > sizeof verdict->target) return 1;
    memcpy(verdict->target + used, at, count);
    verdict->target[used + count] = 0;
    return 0;
}

static int courtyard_on_head(http_parser *parser) {
    struct courtyard_verdict *verdict = parser->data;
    verdict->accepted = 1;
    strncpy(verdict->method, http_method_str(parser->method), sizeof verdict->method - 1);
    verdict->length = parser->content_length == (unsigned long long)-1 ? 0 : parser->content_length;
    verdict->is_chunked = (parser->flags & F_CHUNKED) != 0;
    return 0;
}

static inline void courtyard_judge(
    const char *bytes, size_t count, struct courtyard_verdict *verdict) {
    http_parser parser;
    http_parser_settings settings;
    memset(verdict, 0, sizeof *verdict);
    http_parser_settings_init(&settings);
    settings.on_url = courtyard_on_url;
    settings.on_headers_complete = courtyard_on_head;
    http_parser_init(&parser, HTTP_REQUEST);
    parser.data = verdict;
    http_parser_execute(&parser, &settings, bytes, count);
}
#endif
