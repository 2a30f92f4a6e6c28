#ifndef COURTYARD_CPOSTGRESQL_H
#define COURTYARD_CPOSTGRESQL_H
#include <libpq-fe.h>
#endif
