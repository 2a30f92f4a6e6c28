#ifndef COURTYARD_CLINUX_H
#define COURTYARD_CLINUX_H
// Linux calls that the Swift overlay does not show, or shows only under _GNU_SOURCE. That macro
// must never be defined here (debug builds break), so such calls are declared by hand.
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

int accept4(int socket, struct sockaddr *address, socklen_t *length, int flags);
int malloc_trim(size_t pad);

static inline int courtyard_epoll_add(int epoll, int fd, uint32_t events, uint64_t data) {
    struct epoll_event event;
    memset(&event, 0, sizeof event);
    event.events = events;
    event.data.u64 = data;
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}
static inline int courtyard_epoll_modify(int epoll, int fd, uint32_t events, uint64_t data) {
    struct epoll_event event;
    memset(&event, 0, sizeof event);
    event.events = events;
    event.data.u64 = data;
    return epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event);
}
static inline int courtyard_epoll_remove(int epoll, int fd) {
    struct epoll_event event;
    memset(&event, 0, sizeof event);
    return epoll_ctl(epoll, EPOLL_CTL_DEL, fd, &event);
}
// epoll_event is packed on x86-64, which Swift imports as an opaque layout; read it here.
static inline uint64_t courtyard_epoll_data(const struct epoll_event *events, int index) {
    return events[index].data.u64;
}
static inline uint32_t courtyard_epoll_events(const struct epoll_event *events, int index) {
    return events[index].events;
}
extern char **environ;
// Global C variables are not safe to touch from Swift 6; these functions are.
static inline char **courtyard_environment(void) { return environ; }
static inline FILE *courtyard_stderr(void) { return stderr; }
// Makes a new file that only its owner may read; `open` is variadic, which Swift cannot call.
static inline int courtyard_create_private(const char *path) {
    return open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
}
// Swift cannot see `errno`, a macro.
static inline int courtyard_errno(void) { return errno; }
// A write to a closed socket then fails with EPIPE instead of ending the process.
static inline void courtyard_ignore_broken_pipes(void) { signal(SIGPIPE, SIG_IGN); }
// Lets other threads go first: nice 10, of this thread alone, as Linux has it. Cannot fail.
static inline void courtyard_yield_to_others(void) {
    setpriority(PRIO_PROCESS, 0, 10);
}
static inline int courtyard_set_thread_name(const char *name) {
    return prctl(PR_SET_NAME, (unsigned long)name, 0, 0, 0);
}
static inline int64_t courtyard_monotonic_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}
static inline int64_t courtyard_realtime_microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}
#endif
