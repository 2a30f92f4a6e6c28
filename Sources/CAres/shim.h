#ifndef COURTYARD_CARES_H
#define COURTYARD_CARES_H
#include <poll.h>
#include <sys/select.h>
#include <sys/time.h>
#include <ares.h>
#endif
