#ifndef COURTYARD_CARGON2_H
#define COURTYARD_CARGON2_H
#include <argon2.h>
#endif
