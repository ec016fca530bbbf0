// SPDX-License-Identifier: MIT
// What a request costs when nothing is measured: prebuilt bytes with fresh key digits are sent and replies
// are counted by their known length, in a bare loop over epoll or io_uring. The scorecard prints how far
// hkv-bench stands from it. Looks at nothing but the length of a reply: every key must be there, with -d
// bytes.
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#ifdef FLOOR_URING
#include <liburing.h>
#endif

#define DIGITS 12
#define EVENTS_MAX 512
#define IN_BYTES ((size_t)128 * 1024)
#define SHARE_MIN 4096 // with values this large all connections send from the same bytes
#define SECONDS_MAX 60

struct conn {
    int fd;
    uint64_t owed_bytes; // of the replies to the batch under way
};

struct floor {
    const char *engine;
    bool set; // or get
    unsigned port, conns_n, pipeline, requests, value_bytes, keys;

    unsigned unsent; // requests
    uint64_t owed_bytes;
    uint64_t random;
    struct conn *conns;
    char *out;         // batches of prebuilt requests
    size_t out_stride; // from one connection's batch to the next one's
    size_t request_bytes, digits_at, reply_bytes;
};

static char pairs[100][2]; // "00" to "99"

static int complain(const char *what, int error)
{
    fprintf(stderr, "floor: %s: %s\n", what, strerror(error));
    return -error;
}

// --- requests ---

// Writes one request at dst, which has room, and answers its end.
static char *build_request(struct floor *f, char *dst)
{
    char *p = stpcpy(dst, f->set ? "*3\r\n$3\r\nSET\r\n$16\r\nkey:" : "*2\r\n$3\r\nGET\r\n$16\r\nkey:");
    f->digits_at = (size_t)(p - dst);
    p = stpcpy(p, "000000000000\r\n");
    if (!f->set)
        return p;
    p += sprintf(p, "$%u\r\n", f->value_bytes);
    memset(p, 'x', f->value_bytes);
    return stpcpy(p + f->value_bytes, "\r\n");
}

static int build_batches(struct floor *f)
{
    for (int i = 0; i < 100; i++)
        memcpy(pairs[i], (char[]){(char)('0' + i / 10), (char)('0' + i % 10)}, 2);
    char *one = malloc(128 + (size_t)f->value_bytes);
    if (!one)
        return complain("requests", ENOMEM);
    f->request_bytes = (size_t)(build_request(f, one) - one);
    f->reply_bytes = strlen("+OK\r\n");
    if (!f->set)
        f->reply_bytes = (size_t)snprintf(NULL, 0, "$%u\r\n\r\n", f->value_bytes) + f->value_bytes;
    bool shared = f->set && f->value_bytes >= SHARE_MIN;
    f->out_stride = shared ? 0 : f->request_bytes * f->pipeline;
    size_t n = shared ? f->pipeline : (size_t)f->pipeline * f->conns_n;
    f->out = malloc(n * f->request_bytes);
    for (size_t i = 0; f->out && i < n; i++)
        memcpy(f->out + i * f->request_bytes, one, f->request_bytes);
    free(one);
    f->unsent = f->requests;
    f->owed_bytes = f->requests * f->reply_bytes;
    return f->out ? 0 : complain("requests", ENOMEM);
}

static uint32_t draw(struct floor *f)
{
    f->random ^= f->random << 13;
    f->random ^= f->random >> 7;
    f->random ^= f->random << 17;
    return (uint32_t)((f->random >> 32) * f->keys >> 32);
}

// All but the first two digits: a key has 32 bits, so these stay 0.
static void write_digits(char *dst, uint32_t n)
{
    for (int i = DIGITS - 2; i >= 2; i -= 2, n /= 100)
        memcpy(dst + i, pairs[n % 100], 2);
}

static char *batch_at(const struct floor *f, const struct conn *c)
{
    return f->out + (size_t)(c - f->conns) * f->out_stride;
}

// Writes a connection's next batch where batch_at says and answers its bytes; 0: all has been asked.
static size_t next_batch(struct floor *f, struct conn *c)
{
    unsigned n = f->unsent < f->pipeline ? f->unsent : f->pipeline;
    char *at = batch_at(f, c) + f->digits_at;
    for (unsigned i = 0; i < n; i++, at += f->request_bytes)
        write_digits(at, draw(f));
    f->unsent -= n;
    c->owed_bytes = n * f->reply_bytes;
    return n * f->request_bytes;
}

// Takes bytes of replies: 1 when they complete the batch, 0 when not, or -errno.
static int take(struct floor *f, struct conn *c, size_t len)
{
    if (len > c->owed_bytes)
        return complain("not the replies that were expected", EPROTO);
    c->owed_bytes -= len;
    f->owed_bytes -= len;
    return c->owed_bytes == 0;
}

static int dial(struct floor *f, struct conn *c)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)f->port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int on = 1;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0)
        return complain("socket", errno);
    if (connect(c->fd, (struct sockaddr *)&to, sizeof to) < 0)
        return complain("connect", errno);
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return 0;
}

// --- epoll: sockets that block while a large batch goes out, so that a write is one call ---

static int send_batch(struct floor *f, struct conn *c)
{
    size_t len = next_batch(f, c);
    if (!len)
        return 0;
    ssize_t sent = send(c->fd, batch_at(f, c), len, MSG_NOSIGNAL);
    return sent == (ssize_t)len ? 0 : complain("send", sent < 0 ? errno : EIO);
}

static int receive(struct floor *f, struct conn *c, char *in)
{
    ssize_t n = recv(c->fd, in, IN_BYTES, 0);
    if (n <= 0)
        return complain("recv", n < 0 ? errno : ECONNRESET);
    int whole = take(f, c, (size_t)n);
    return whole > 0 ? send_batch(f, c) : whole;
}

static int watch(struct floor *f, int ep)
{
    for (struct conn *c = f->conns; c < f->conns + f->conns_n; c++) {
        struct epoll_event ev = {.events = EPOLLIN, .data.ptr = c};
        if (epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &ev) < 0)
            return complain("epoll_ctl", errno);
        int rc = send_batch(f, c);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int run_epoll(struct floor *f)
{
    static char in[IN_BYTES];
    struct epoll_event events[EVENTS_MAX];
    int ep = epoll_create1(EPOLL_CLOEXEC);
    int rc = ep < 0 ? complain("epoll_create1", errno) : watch(f, ep);
    while (rc == 0 && f->owed_bytes) {
        int n = epoll_wait(ep, events, EVENTS_MAX, -1);
        if (n < 0)
            rc = complain("epoll_wait", errno);
        for (int i = 0; rc == 0 && i < n; i++)
            rc = receive(f, events[i].data.ptr, in);
    }
    return rc;
}

// --- io_uring: one system call a turn, for all sends that the turn made ready ---

#ifdef FLOOR_URING

#define SQ_ENTRIES_MAX 4096
#define CQ_ENTRIES_MAX 65536
#define BUFFERS_MAX 512
#define BUFFER_BYTES_MIN 4096
#define BUFFER_BYTES_MAX (64 * 1024)

struct loop {
    struct io_uring ring;
    struct io_uring_buf_ring *buffers;
    char *bytes; // of all buffers
    unsigned buffers_n;
    unsigned buffer_bytes;
    int used; // buffers to be given back at the end of the turn
};

// The least power of two from lo to hi that holds n, or hi.
static unsigned power_of_two(size_t n, unsigned lo, unsigned hi)
{
    while (lo < n && lo < hi)
        lo *= 2;
    return lo;
}

static void give_back(struct loop *l, unsigned buffer)
{
    io_uring_buf_ring_add(l->buffers, l->bytes + (size_t)buffer * l->buffer_bytes, l->buffer_bytes,
                          (unsigned short)buffer, io_uring_buf_ring_mask(l->buffers_n), l->used++);
}

static void *map(size_t bytes)
{
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

static int open_buffers(struct loop *l, const struct floor *f)
{
    l->buffers_n = power_of_two((size_t)2 * f->conns_n, 16, BUFFERS_MAX);
    l->buffer_bytes = power_of_two(f->reply_bytes * f->pipeline, BUFFER_BYTES_MIN, BUFFER_BYTES_MAX);
    l->buffers = map(l->buffers_n * sizeof(struct io_uring_buf));
    l->bytes = map((size_t)l->buffers_n * l->buffer_bytes);
    if (!l->buffers || !l->bytes)
        return -ENOMEM;
    struct io_uring_buf_reg reg = {.ring_addr = (uint64_t)(uintptr_t)l->buffers,
                                   .ring_entries = l->buffers_n};
    int rc = io_uring_register_buf_ring(&l->ring, &reg, 0);
    if (rc < 0)
        return rc;
    io_uring_buf_ring_init(l->buffers);
    for (unsigned i = 0; i < l->buffers_n; i++)
        give_back(l, i);
    io_uring_buf_ring_advance(l->buffers, l->used);
    l->used = 0;
    return 0;
}

static int open_loop(struct loop *l, const struct floor *f)
{
    struct io_uring_params params = {
        .flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_CQSIZE,
        .cq_entries = power_of_two((size_t)4 * f->conns_n, 1024, CQ_ENTRIES_MAX)};
    int rc = io_uring_queue_init_params(power_of_two(f->conns_n, 64, SQ_ENTRIES_MAX), &l->ring, &params);
    if (rc < 0)
        return rc;
    rc = open_buffers(l, f);
    if (rc < 0)
        return rc;
    rc = io_uring_register_files_sparse(&l->ring, f->conns_n);
    for (unsigned i = 0; rc >= 0 && i < f->conns_n; i++)
        rc = io_uring_register_files_update(&l->ring, i, &f->conns[i].fd, 1);
    return rc < 0 ? rc : 0;
}

static struct io_uring_sqe *entry(struct loop *l)
{
    struct io_uring_sqe *sqe;
    while (!(sqe = io_uring_get_sqe(&l->ring)))
        io_uring_submit(&l->ring);
    return sqe;
}

static void arm(struct loop *l, const struct floor *f, struct conn *c)
{
    struct io_uring_sqe *sqe = entry(l);
    io_uring_prep_recv_multishot(sqe, (int)(c - f->conns), NULL, 0, 0);
    sqe->flags |= IOSQE_FIXED_FILE | IOSQE_BUFFER_SELECT;
    io_uring_sqe_set_data(sqe, c);
}

// MSG_WAITALL has the kernel go on after a short send, so only a failure needs a completion.
static void queue_batch(struct loop *l, struct floor *f, struct conn *c)
{
    size_t len = next_batch(f, c);
    if (!len)
        return;
    struct io_uring_sqe *sqe = entry(l);
    io_uring_prep_send(sqe, (int)(c - f->conns), batch_at(f, c), len, MSG_NOSIGNAL | MSG_WAITALL);
    sqe->flags |= IOSQE_FIXED_FILE | IOSQE_CQE_SKIP_SUCCESS;
    io_uring_sqe_set_data(sqe, c);
}

static int complete(struct loop *l, struct floor *f, const struct io_uring_cqe *cqe)
{
    struct conn *c = io_uring_cqe_get_data(cqe);
    if (cqe->res <= 0 && cqe->res != -ENOBUFS)
        return complain("io_uring", cqe->res ? -cqe->res : ECONNRESET);
    if (cqe->flags & IORING_CQE_F_BUFFER)
        give_back(l, cqe->flags >> IORING_CQE_BUFFER_SHIFT);
    if (!(cqe->flags & IORING_CQE_F_MORE))
        arm(l, f, c);
    int whole = cqe->res > 0 ? take(f, c, (size_t)cqe->res) : 0;
    if (whole > 0)
        queue_batch(l, f, c);
    return whole < 0 ? whole : 0;
}

static int turn(struct loop *l, struct floor *f)
{
    int rc = io_uring_submit_and_wait(&l->ring, 1);
    if (rc < 0 && rc != -EINTR)
        return complain("io_uring_enter", -rc);
    struct io_uring_cqe *cqe;
    unsigned head, seen = 0;
    io_uring_for_each_cqe(&l->ring, head, cqe)
    {
        rc = complete(l, f, cqe);
        if (rc < 0)
            return rc;
        seen++;
    }
    io_uring_cq_advance(&l->ring, seen);
    io_uring_buf_ring_advance(l->buffers, l->used);
    l->used = 0;
    return 0;
}

static int run_uring(struct floor *f)
{
    static struct loop l;
    int rc = open_loop(&l, f);
    if (rc < 0)
        return complain("io_uring", -rc);
    for (struct conn *c = f->conns; c < f->conns + f->conns_n; c++) {
        arm(&l, f, c);
        queue_batch(&l, f, c);
    }
    while (rc == 0 && f->owed_bytes)
        rc = turn(&l, f);
    return rc;
}

#else

static int run_uring(struct floor *f)
{
    (void)f;
    return complain("built without liburing", ENOSYS);
}

#endif

// --- the program ---

static const char usage[] = "usage: floor -p PORT [--engine epoll|uring] [--op get|set] [-c CONNECTIONS] [-P "
                            "PIPELINE] [-n REQUESTS]\n"
                            "             [-d BYTES] [-r KEYS]\n";

static int read_options(struct floor *f, int argc, char **argv)
{
    static const char letters[] = "pcPndr";
    unsigned *const numbers[] = {&f->port,     &f->conns_n,     &f->pipeline,
                                 &f->requests, &f->value_bytes, &f->keys};
    static const struct option names[] = {
        {"engine", required_argument, NULL, 'e'}, {"op", required_argument, NULL, 'o'}, {0}};
    const char *op = "get";
    for (int c; (c = getopt_long(argc, argv, "p:c:P:n:d:r:", names, NULL)) != -1;) {
        const char *letter = strchr(letters, c);
        if (letter)
            *numbers[letter - letters] = (unsigned)strtoul(optarg, NULL, 10);
        else if (c == 'e')
            f->engine = optarg;
        else if (c == 'o')
            op = optarg;
        else
            return -EINVAL;
    }
    f->set = !strcmp(op, "set");
    bool known = f->set || !strcmp(op, "get");
    return known && f->port && f->conns_n && f->pipeline && f->requests && f->keys ? 0 : -EINVAL;
}

// The loop of the engine by that name, or NULL.
static int (*engine(const char *name))(struct floor *f)
{
    if (!strcmp(name, "epoll"))
        return run_epoll;
    return !strcmp(name, "uring") ? run_uring : NULL;
}

int main(int argc, char **argv)
{
    struct floor f = {.engine = "epoll",
                      .conns_n = 50,
                      .pipeline = 1,
                      .value_bytes = 3,
                      .keys = 100000,
                      .requests = 100000,
                      .random = 0x9e3779b97f4a7c15};
    int usable = read_options(&f, argc, argv);
    int (*run)(struct floor *) = engine(f.engine);
    if (usable < 0 || !run) {
        fputs(usage, stderr);
        return 2;
    }
    alarm(SECONDS_MAX); // a key that is not there has a shorter reply: the rest of it would be waited for
    f.conns = calloc(f.conns_n, sizeof *f.conns);
    int rc = f.conns ? build_batches(&f) : complain("connections", ENOMEM);
    for (unsigned i = 0; rc == 0 && i < f.conns_n; i++)
        rc = dial(&f, &f.conns[i]);
    if (rc == 0)
        rc = run(&f);
    if (rc == 0)
        printf("ok %u\n", f.requests);
    return rc < 0;
}
