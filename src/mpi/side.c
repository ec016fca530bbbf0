// SPDX-License-Identifier: MIT
#include "mpi/side.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <mpi.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#define ADDRESSES_MAX 16
#define DIAL_MS 300                // for one of them
#define PATIENCE_NS (2 * NS_PER_S) // for all that come

// Where rank 0 is, and by what it knows its own.
struct invitation {
    char machine[128]; // whose loopback is the same
    char addresses[ADDRESSES_MAX][INET6_ADDRSTRLEN];
    unsigned char secret[16];
    uint16_t port; // 0: nobody listens
    bool live;
};

struct hello {
    unsigned char secret[16];
    int rank;
};

static void read_into(const char *path, char *dst, size_t cap)
{
    FILE *in = fopen(path, "re");
    if (!in || !fgets(dst, (int)cap, in))
        dst[0] = 0;
    if (in)
        fclose(in);
}

// This boot and this network namespace.
static void know_machine(char dst[128])
{
    char boot[64], ns[48] = "";
    read_into("/proc/sys/kernel/random/boot_id", boot, sizeof boot);
    if (readlink("/proc/self/ns/net", ns, sizeof ns - 1) < 0)
        ns[0] = 0;
    snprintf(dst, 128, "%s%s", boot, ns);
}

// --- rank 0 ---

static int listen_any(int ranks, uint16_t *port)
{
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    struct sockaddr_in four = {.sin_family = AF_INET};
    socklen_t len = sizeof six;
    int zero = 0, fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof zero);
    if (fd < 0 || bind(fd, (struct sockaddr *)&six, sizeof six) < 0) {
        if (fd >= 0)
            close(fd);
        fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0 || bind(fd, (struct sockaddr *)&four, sizeof four) < 0)
            return fd;
    }
    if (listen(fd, ranks) == 0 && getsockname(fd, (struct sockaddr *)&six, &len) == 0)
        *port = ntohs(six.sin6_port); // at the same place in both
    return fd;
}

static void list_addresses(struct invitation *v)
{
    struct ifaddrs *all = NULL;
    int n = 0;
    if (getifaddrs(&all) < 0)
        return;
    for (struct ifaddrs *a = all; a && n < ADDRESSES_MAX; a = a->ifa_next) {
        if (!a->ifa_addr || !(a->ifa_flags & IFF_UP) || (a->ifa_flags & IFF_LOOPBACK))
            continue;
        const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)a->ifa_addr;
        const struct sockaddr_in *four = (const struct sockaddr_in *)a->ifa_addr;
        int family = a->ifa_addr->sa_family;
        bool usable = family == AF_INET || (family == AF_INET6 && !IN6_IS_ADDR_LINKLOCAL(&six->sin6_addr));
        const void *at = family == AF_INET ? (const void *)&four->sin_addr : (const void *)&six->sin6_addr;
        if (usable && inet_ntop(family, at, v->addresses[n], sizeof v->addresses[n]))
            n++;
    }
    freeifaddrs(all);
}

static bool terminal_there(void)
{
    int fd = isatty(STDERR_FILENO) ? STDERR_FILENO : open("/dev/tty", O_WRONLY | O_CLOEXEC);
    if (fd > STDERR_FILENO)
        close(fd);
    return fd >= 0;
}

static int invite(struct invitation *v, int ranks)
{
    know_machine(v->machine);
    v->live = terminal_there();
    if (getrandom(v->secret, sizeof v->secret, 0) != sizeof v->secret)
        return -1;
    list_addresses(v);
    return listen_any(ranks, &v->port);
}

static void keep_alive(int fd)
{
    int on = 1, idle_s = 10, each_s = 5, times = 3;
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof idle_s);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &each_s, sizeof each_s);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &times, sizeof times);
}

// One that came: its rank, or -1 where it is none of ours.
static int admit(struct side *s, const struct invitation *v, int fd)
{
    struct hello h;
    struct pollfd p = {.fd = fd, .events = POLLIN};
    if (poll(&p, 1, DIAL_MS) != 1 || recv(fd, &h, sizeof h, MSG_WAITALL) != sizeof h ||
        memcmp(h.secret, v->secret, sizeof h.secret) != 0 || h.rank < 1 || h.rank >= s->ranks ||
        s->fds[h.rank] >= 0)
        return -1;
    keep_alive(fd);
    s->fds[h.rank] = fd;
    return h.rank;
}

static void admit_all(struct side *s, const struct invitation *v, int listener, int expected)
{
    uint64_t until_ns = clock_ns() + PATIENCE_NS;
    while (expected > 0 && clock_ns() < until_ns) {
        struct pollfd p = {.fd = listener, .events = POLLIN};
        poll(&p, 1, DIAL_MS);
        int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0)
            continue;
        if (admit(s, v, fd) < 0)
            close(fd);
        else
            expected--;
    }
}

// --- the others ---

static int dial(const char *address, uint16_t port)
{
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port)};
    bool is_six = inet_pton(AF_INET6, address, &six.sin6_addr) == 1;
    if (!is_six && inet_pton(AF_INET, address, &four.sin_addr) != 1)
        return -1;
    int why = 0, fd = socket(is_six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    socklen_t len = sizeof why;
    const void *to = is_six ? (const void *)&six : (const void *)&four;
    if (fd < 0)
        return -1;
    bool begun = connect(fd, to, is_six ? sizeof six : sizeof four) == 0 || errno == EINPROGRESS;
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    if (begun && poll(&p, 1, DIAL_MS) == 1 && getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &len) == 0 && !why)
        return fd;
    close(fd);
    return -1;
}

static int dial_rank0(const struct invitation *v, int rank)
{
    char machine[128];
    struct hello h = {.rank = rank};
    uint64_t until_ns = clock_ns() + PATIENCE_NS;
    int fd = -1;
    know_machine(machine);
    memcpy(h.secret, v->secret, sizeof h.secret);
    if (strcmp(machine, v->machine) == 0)
        fd = dial("127.0.0.1", v->port);
    for (int i = 0; fd < 0 && i < ADDRESSES_MAX && v->addresses[i][0] && clock_ns() < until_ns; i++)
        fd = dial(v->addresses[i], v->port);
    if (fd >= 0 && send(fd, &h, sizeof h, MSG_NOSIGNAL) == sizeof h)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

// --- all ---

void side_open(struct side *s, int rank, int ranks)
{
    struct invitation v = {0};
    *s = (struct side){.rank = rank, .ranks = ranks, .fd = -1};
    int listener = rank == 0 ? invite(&v, ranks) : -1, there = 0, all = 0;
    MPI_Bcast(&v, sizeof v, MPI_BYTE, 0, MPI_COMM_WORLD);
    s->live = v.live;
    if (rank > 0 && v.port)
        s->fd = dial_rank0(&v, rank);
    there = s->fd >= 0;
    MPI_Reduce(&there, &all, 1, MPI_INT, MPI_SUM, 0, MPI_COMM_WORLD);
    s->fds = calloc((size_t)ranks, sizeof *s->fds);
    s->last = calloc((size_t)ranks, sizeof *s->last);
    for (int r = 0; s->fds && r < ranks; r++)
        s->fds[r] = -1;
    if (rank == 0 && s->fds && s->last && listener >= 0)
        admit_all(s, &v, listener, all);
    if (listener >= 0)
        close(listener);
}

// Whether the other end is there, whatever it sent.
static bool holds(int fd)
{
    char one;
    ssize_t got = fd < 0 ? 1 : recv(fd, &one, 1, MSG_DONTWAIT | MSG_PEEK);
    return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

bool side_holds(const struct side *s)
{
    return holds(s->fd);
}

bool side_look(struct side *s, int rank)
{
    int fd = s->fds ? s->fds[rank] : -1, n = 0;
    if (fd < 0)
        return true;
    while (ioctl(fd, FIONREAD, &n) == 0 && (size_t)n >= sizeof *s->last)
        if (recv(fd, &s->last[rank], sizeof *s->last, MSG_DONTWAIT) < 0)
            return false;
    return holds(fd);
}

void side_forget(struct side *s)
{
    for (int r = 0; s->last && r < s->ranks; r++)
        s->last[r] = (struct ranks_live){0};
}

struct ranks_live side_sum(struct side *s, uint64_t phase)
{
    struct ranks_live sum = {.phase = phase};
    for (int r = 1; s->fds && r < s->ranks; r++) {
        side_look(s, r);
        const struct ranks_live *x = &s->last[r];
        if (x->phase != phase)
            continue;
        sum.answered += x->answered;
        sum.errors += x->errors;
        sum.requests += x->requests;
        sum.rps += x->rps;
        sum.mean_rps += x->mean_rps;
    }
    return sum;
}

void side_close(struct side *s)
{
    for (int r = 0; s->fds && r < s->ranks; r++)
        if (s->fds[r] >= 0)
            close(s->fds[r]);
    if (s->fd >= 0)
        close(s->fd);
    free(s->fds);
    free(s->last);
    *s = (struct side){.fd = -1};
}
