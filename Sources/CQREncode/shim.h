#ifndef COURTYARD_CQRENCODE_H
#define COURTYARD_CQRENCODE_H
#include <qrencode.h>
#endif
