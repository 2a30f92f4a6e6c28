#ifndef COURTYARD_CZIP_H
#define COURTYARD_CZIP_H
#include <zip.h>
#endif
