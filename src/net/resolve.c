// SPDX-License-Identifier: MIT
#include "net/resolve.h"

#include "base/thread.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

// getaddrinfo cannot be interrupted, and may wait for half a minute: it has a thread of its own, which is
// left behind when the user wants to end. Belongs to both sides: the last one to leave frees it.
struct errand {
    char *host;
    char service[8];
    int done_fd; // eventfd: rc and list are there
    int rc, error;
    struct addrinfo *list;
    atomic_int holders;
};

static int ask(const char *host, const char *service, int flags, struct addrinfo **list)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV | flags};
    return getaddrinfo(host, service, &hints, list);
}

static void leave(struct errand *e)
{
    if (atomic_fetch_sub(&e->holders, 1) > 1)
        return;
    if (e->list)
        freeaddrinfo(e->list);
    if (e->done_fd >= 0)
        close(e->done_fd);
    free(e->host);
    free(e);
}

static void *run_errand(void *arg)
{
    struct errand *e = arg;
    uint64_t one = 1;
    e->rc = ask(e->host, e->service, 0, &e->list);
    e->error = errno;
    if (e->rc != 0)
        e->list = NULL;
    if (write(e->done_fd, &one, sizeof one) < 0)
        e->rc = EAI_SYSTEM; // an eventfd does not fill up
    leave(e);
    return NULL;
}

static struct errand *new_errand(const char *host, const char *service)
{
    struct errand *e = calloc(1, sizeof *e);
    if (!e)
        return NULL;
    snprintf(e->service, sizeof e->service, "%s", service);
    atomic_init(&e->holders, 1);
    e->host = strdup(host);
    e->done_fd = eventfd(0, EFD_CLOEXEC);
    if (e->host && e->done_fd >= 0)
        return e;
    leave(e);
    return NULL;
}

// Until the answer is there or stop_fd is readable. False in the latter case.
static bool await(const struct errand *e, int stop_fd)
{
    struct pollfd p[2] = {{.fd = e->done_fd, .events = POLLIN}, {.fd = stop_fd, .events = POLLIN}};
    while (poll(p, 2, -1) < 0 && errno == EINTR)
        ;
    uint64_t n;
    return p[0].revents && read(e->done_fd, &n, sizeof n) == sizeof n;
}

static int send_errand(struct errand *e, int stop_fd, struct addrinfo **out)
{
    pthread_t thread;
    atomic_store(&e->holders, 2);
    if (thread_start(&thread, run_errand, e) < 0) {
        atomic_store(&e->holders, 1);
        return ask(e->host, e->service, 0, out); // then it cannot be interrupted
    }
    pthread_detach(thread);
    if (!await(e, stop_fd))
        return EAI_INTR;
    *out = e->list;
    e->list = NULL;
    errno = e->error;
    return e->rc;
}

int resolve(struct addrinfo **out, const char *host, uint16_t port, int stop_fd)
{
    char service[8];
    snprintf(service, sizeof service, "%u", port);
    if (ask(host, service, AI_NUMERICHOST, out) == 0) // nobody has to be asked
        return 0;
    struct errand *e = new_errand(host, service);
    if (!e)
        return EAI_MEMORY;
    int rc = send_errand(e, stop_fd, out);
    int error = errno;
    leave(e);
    errno = error;
    return rc;
}
