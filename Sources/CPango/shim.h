#ifndef COURTYARD_CPANGO_H
#define COURTYARD_CPANGO_H
#include <pango/pangocairo.h>
#include <cairo-pdf.h>
// Sets what an attribute covers; the struct's fields stand behind unions that Swift reads badly.
static inline void courtyard_pango_insert(
    PangoAttrList *list, PangoAttribute *attribute, unsigned start, unsigned end) {
    attribute->start_index = start;
    attribute->end_index = end;
    pango_attr_list_insert(list, attribute);
}
#endif
