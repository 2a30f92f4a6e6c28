#ifndef COURTYARD_CEXPAT_H
#define COURTYARD_CEXPAT_H
#include <expat.h>
#endif
