// SPDX-License-Identifier: MIT
// io_uring behind the engine interface. One io_uring_enter a turn of the loop for all connections: multishot
// receives into a ring of provided buffers, sends that complete in silence, registered files. Needs
// Linux 6.1.
#include "net/engine.h"

#include "base/clock.h"
#include "net/stamp.h"

#include <errno.h>
#include <liburing.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

#define SQ_ENTRIES 256
#define CQ_ENTRIES_MIN 1024
#define BUFFERS_MIN 16
#define BUFFERS_MAX 512
#define BUFFER_BYTES_MIN 4096
#define BUFFER_BYTES_MAX (64 * 1024)
#define GROUP 0

// Sends wait in the submission ring until this many are there or the loop sleeps. More would save little (a
// system call is 1/16 of a request's cost by then), and each waits for those before it: docs/performance.md
// has the figures.
#define BATCH_MAX 16

// What a completion is about, in user_data beside the connection and the number of times it was dialled: some
// come when it has been dialled hundreds of times since. A connection's address leaves the lowest bits free.
enum op { OP_RECEIVE, OP_STAMPED, OP_DISCARD, OP_SEND, OP_DIAL };
#define OPS UINT64_C(7)
_Static_assert(_Alignof(struct conn) > OPS, "an operation fits below a connection's address");

struct engine {
    struct io_uring ring;
    struct io_uring_buf_ring *buffers;
    char *bytes; // of all buffers
    size_t buffer_bytes;
    unsigned buffers_n; // a power of two
    int send_flags;
    bool hears_sent;       // the caller refills c->out before the replies tell that a send is through
    bool large;            // replies hold large values
    struct msghdr stamped; // what a receive with the kernel's stamps leaves room for
    struct conn *skimmed;  // has been read from, and its next receive is not yet armed
    int held;              // the buffer whose bytes the caller is looking at, or -1
    unsigned unsubmitted;  // sends in the submission ring
    unsigned *free_slots;  // of the table of registered files
    unsigned free_n;
    int broken;                  // -errno: the ring takes nothing more
    struct io_uring_sqe nowhere; // what is asked of a broken ring is written here
};

static uint64_t tag(const struct conn *c, enum op op)
{
    return (uint64_t)(uintptr_t)c | op | (uint64_t)c->dialled << 48;
}

static unsigned power_of_two(size_t n, unsigned lo, unsigned hi)
{
    unsigned p = lo;
    while (p < n && p < hi)
        p *= 2;
    return p;
}

// --- opening ---

static void give_back(struct engine *e, int buffer)
{
    int mask = io_uring_buf_ring_mask(e->buffers_n);
    io_uring_buf_ring_add(e->buffers, e->bytes + (size_t)buffer * e->buffer_bytes, (unsigned)e->buffer_bytes,
                          (unsigned short)buffer, mask, 0);
    io_uring_buf_ring_advance(e->buffers, 1);
}

static int open_buffers(struct engine *e, const struct engine_conf *conf)
{
    e->buffers_n = power_of_two(2u * conf->connections, BUFFERS_MIN, BUFFERS_MAX);
    e->buffer_bytes = power_of_two(conf->reply_bytes, BUFFER_BYTES_MIN, BUFFER_BYTES_MAX);
    size_t ring = e->buffers_n * sizeof(struct io_uring_buf);
    e->buffers = mmap(NULL, ring, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
    e->bytes = mmap(NULL, e->buffers_n * e->buffer_bytes, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE,
                    -1, 0);
    if (e->buffers == MAP_FAILED || e->bytes == MAP_FAILED)
        return -ENOMEM;
    struct io_uring_buf_reg reg = {
        .ring_addr = (uint64_t)(uintptr_t)e->buffers, .ring_entries = e->buffers_n, .bgid = GROUP};
    int rc = io_uring_register_buf_ring(&e->ring, &reg, 0);
    if (rc < 0)
        return rc;
    io_uring_buf_ring_init(e->buffers);
    for (unsigned i = 0; i < e->buffers_n; i++)
        give_back(e, (int)i);
    return 0;
}

static int open_slots(struct engine *e, unsigned n)
{
    e->free_slots = calloc(n, sizeof *e->free_slots);
    if (!e->free_slots)
        return -ENOMEM;
    while (e->free_n < n) {
        e->free_slots[e->free_n] = n - 1 - e->free_n;
        e->free_n++;
    }
    return io_uring_register_files_sparse(&e->ring, n);
}

static void close_uring(struct engine *e)
{
    if (!e)
        return;
    io_uring_queue_exit(&e->ring);
    if (e->bytes && e->bytes != MAP_FAILED)
        munmap(e->bytes, e->buffers_n * e->buffer_bytes);
    if (e->buffers && e->buffers != MAP_FAILED)
        munmap(e->buffers, e->buffers_n * sizeof(struct io_uring_buf));
    free(e->free_slots);
    free(e);
}

// A filter may let the ring be made and refuse its use.
static int try_ring(struct io_uring *ring)
{
    struct io_uring_cqe *cqe;
    io_uring_prep_nop(io_uring_get_sqe(ring));
    int rc = io_uring_submit_and_wait(ring, 1);
    if (rc >= 0)
        rc = io_uring_peek_cqe(ring, &cqe);
    if (rc < 0)
        return rc;
    rc = cqe->res;
    io_uring_cqe_seen(ring, cqe);
    return rc;
}

static int open_uring(struct engine **out, const struct engine_conf *conf)
{
    struct engine *e = calloc(1, sizeof *e);
    if (!e)
        return -ENOMEM;
    e->held = -1;
    e->hears_sent = conf->refills || conf->in_parts;
    e->send_flags = MSG_NOSIGNAL | (conf->in_parts ? 0 : MSG_WAITALL); // which TLS in the kernel refuses
    e->large = conf->large;
    e->stamped.msg_controllen = STAMP_CONTROL;
    struct io_uring_params params = {.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN |
                                              IORING_SETUP_CQSIZE | IORING_SETUP_SUBMIT_ALL,
                                     .cq_entries =
                                         power_of_two(2u * conf->connections, CQ_ENTRIES_MIN, 65536)};
    int rc = io_uring_queue_init_params(SQ_ENTRIES, &e->ring, &params);
    if (rc < 0) {
        free(e);
        return rc;
    }
    rc = open_buffers(e, conf);
    if (rc == 0)
        rc = open_slots(e, conf->connections);
    if (rc == 0)
        rc = try_ring(&e->ring);
    if (rc < 0) {
        close_uring(e);
        return rc;
    }
    *out = e;
    return 0;
}

// --- asking ---

static int submit(struct engine *e)
{
    e->unsubmitted = 0;
    int rc = io_uring_submit(&e->ring);
    return rc < 0 && rc != -EINTR && rc != -EAGAIN && rc != -EBUSY ? rc : 0;
}

// A free entry of the submission ring, emptied first if it is full.
static struct io_uring_sqe *entry(struct engine *e)
{
    struct io_uring_sqe *sqe = io_uring_get_sqe(&e->ring);
    while (!sqe && !e->broken) {
        e->broken = submit(e);
        sqe = io_uring_get_sqe(&e->ring);
    }
    return sqe ? sqe : &e->nowhere;
}

static void use_slot(struct io_uring_sqe *sqe, const struct conn *c, enum op op)
{
    sqe->flags |= IOSQE_FIXED_FILE;
    sqe->user_data = tag(c, op);
}

// Once for all that comes; or, where replies are large, once for a little, and then for what the caller need
// not see.
static void arm_receive(struct engine *e, struct conn *c)
{
    struct io_uring_sqe *sqe = entry(e);
    if (e->large && c->skip >= SKIP_MIN) {
        // Without MSG_WAITALL: the kernel goes on wrongly after a part (seen with Linux 6.18: EINVAL, or
        // never an end).
        io_uring_prep_recv(sqe, (int)c->slot, NULL, c->skip, MSG_TRUNC);
        use_slot(sqe, c, OP_DISCARD);
        return;
    }
    bool stamped = c->stamp && !e->large;
    if (e->large)
        io_uring_prep_recv(sqe, (int)c->slot, NULL, SKIM_BYTES, 0);
    else if (stamped)
        io_uring_prep_recvmsg_multishot(sqe, (int)c->slot, &e->stamped, 0);
    else
        io_uring_prep_recv_multishot(sqe, (int)c->slot, NULL, 0, 0);
    use_slot(sqe, c, stamped ? OP_STAMPED : OP_RECEIVE);
    sqe->flags |= IOSQE_BUFFER_SELECT;
    sqe->buf_group = GROUP;
}

static int dial_uring(struct engine *e, struct conn *c, const struct addr *to, void *owner)
{
    uint16_t dialled = c->dialled;
    int rc = conn_dial(c, to);
    c->dialled = (uint16_t)(dialled + 1); // completions of its former life are told by it
    if (rc < 0)
        return rc;
    c->owner = owner;
    c->slot = e->free_slots[--e->free_n];
    rc = io_uring_register_files_update(&e->ring, c->slot, &c->fd, 1);
    if (rc < 0) {
        e->free_slots[e->free_n++] = c->slot;
        conn_close(c);
        c->dialled = (uint16_t)(dialled + 1);
        return rc;
    }
    c->connecting = true;
    struct io_uring_sqe *sqe = entry(e);
    io_uring_prep_poll_add(sqe, (int)c->slot, POLLOUT);
    use_slot(sqe, c, OP_DIAL);
    return 0;
}

// The table lets go of the socket, and its end ends what is under way on it.
static void hang_up_uring(struct engine *e, struct conn *c)
{
    int none = -1;
    uint16_t dialled = c->dialled;
    if (e->skimmed == c)
        e->skimmed = NULL;
    submit(e); // nothing may wait for a slot that gets a new tenant
    io_uring_register_files_update(&e->ring, c->slot, &none, 1);
    e->free_slots[e->free_n++] = c->slot;
    conn_close(c);
    c->dialled = (uint16_t)(dialled + 1);
}

static uint32_t pieces_now(const struct conn *c)
{
    return c->out_n < CONN_PIECES_MAX ? c->out_n : CONN_PIECES_MAX;
}

static size_t bytes_of(const struct msghdr *m)
{
    size_t n = 0;
    for (size_t i = 0; i < m->msg_iovlen; i++)
        n += m->msg_iov[i].iov_len;
    return n;
}

// MSG_WAITALL makes the kernel go on by itself after a short send, so that success needs no completion: it is
// told by the replies. Only who fills c->out again before those (a window) hears of each send, and so do we
// where there are more pieces than one call takes, or where the kernel does not go on by itself.
static int send_uring(struct engine *e, struct conn *c)
{
    struct io_uring_sqe *sqe = entry(e);
    int flags = e->send_flags;
    bool stamps = c->stamp && c->stamp->sends;
    if (c->out_n == 1 && !stamps) {
        io_uring_prep_send(sqe, (int)c->slot, c->out->iov_base, c->out->iov_len, flags);
    } else {
        c->message = (struct msghdr){.msg_iov = c->out, .msg_iovlen = pieces_now(c)};
        if (stamps)
            stamp_asks(c->stamp, &c->message, bytes_of(&c->message));
        io_uring_prep_sendmsg(sqe, (int)c->slot, &c->message, (unsigned)flags);
    }
    use_slot(sqe, c, OP_SEND);
    c->blocked |= e->hears_sent || c->out_n > CONN_PIECES_MAX;
    if (!c->blocked)
        sqe->flags |= IOSQE_CQE_SKIP_SUCCESS;
    return ++e->unsubmitted >= BATCH_MAX ? submit(e) : 0;
}

// --- reaping ---

static bool closed(struct io_event *ev, int error)
{
    ev->kind = IO_CLOSED;
    ev->error = error;
    return true;
}

static bool dialled(struct engine *e, struct conn *c, int res, struct io_event *ev)
{
    int rc = res < 0 ? res : conn_dialled(c);
    if (rc < 0)
        return closed(ev, rc);
    arm_receive(e, c);
    ev->kind = IO_OPEN;
    return true;
}

static bool sent(struct engine *e, struct conn *c, int res, struct io_event *ev)
{
    if (res < 0)
        return closed(ev, res);
    conn_passed(c, (size_t)res);
    if (c->out_n) {
        int rc = send_uring(e, c);
        return rc < 0 ? closed(ev, rc) : false;
    }
    c->blocked = false;
    ev->kind = IO_SENT;
    return true;
}

// A receive has ended, or given all that it may. The next one of a large reply waits until the caller has
// seen this one, and told what it need not see.
static void receive_on(struct engine *e, struct conn *c)
{
    if (e->large)
        e->skimmed = c;
    else
        arm_receive(e, c);
}

// Where bytes came with the kernel's stamp they lie behind it. False where the stream ended, or worse.
static bool take_stamp(struct engine *e, struct conn *c, const struct io_uring_cqe *cqe, struct io_event *ev)
{
    struct io_uring_recvmsg_out *o =
        io_uring_recvmsg_validate(e->bytes + (size_t)e->held * e->buffer_bytes, cqe->res, &e->stamped);
    if (!o)
        return !closed(ev, -EPROTO);
    ev->data = io_uring_recvmsg_payload(o, &e->stamped);
    ev->len = io_uring_recvmsg_payload_length(o, cqe->res, &e->stamped);
    if (ev->len == 0)
        return !closed(ev, 0);
    stamp_arrived(c->stamp, o + 1, o->controllen);
    return true;
}

static bool received(struct engine *e, struct conn *c, const struct io_uring_cqe *cqe, struct io_event *ev)
{
    bool stamped = (enum op)(cqe->user_data & OPS) == OP_STAMPED;
    bool more = cqe->flags & IORING_CQE_F_MORE;
    if (cqe->res == -ENOBUFS) { // all buffers are with us: they go back as their events are reaped
        if (!more)
            arm_receive(e, c);
        return false;
    }
    if (cqe->res <= 0)
        return closed(ev, cqe->res);
    ev->kind = IO_DATA;
    ev->at_ns = clock_ns();
    if (cqe->flags & IORING_CQE_F_BUFFER)
        ev->data = e->bytes + (size_t)e->held * e->buffer_bytes;
    ev->len = (size_t)cqe->res;
    if (stamped && !take_stamp(e, c, cqe, ev))
        return true;
    if (!more)
        receive_on(e, c);
    return true;
}

static bool complete(struct engine *e, const struct io_uring_cqe *cqe, struct io_event *ev)
{
    struct conn *c = (struct conn *)(uintptr_t)(cqe->user_data & ((UINT64_C(1) << 48) - 1 - OPS));
    enum op op = (enum op)(cqe->user_data & OPS);
    if (cqe->flags & IORING_CQE_F_BUFFER)
        e->held = (int)(cqe->flags >> IORING_CQE_BUFFER_SHIFT);
    if ((uint16_t)(cqe->user_data >> 48) != c->dialled)
        return false;
    *ev = (struct io_event){.owner = c->owner};
    switch (op) {
    case OP_RECEIVE:
    case OP_STAMPED:
    case OP_DISCARD:
        return received(e, c, cqe, ev);
    case OP_SEND:
        return sent(e, c, cqe->res, ev);
    case OP_DIAL:
        return dialled(e, c, cqe->res, ev);
    }
    return false;
}

static int sleep_uring(struct engine *e, uint64_t timeout_ns)
{
    if (timeout_ns == 0) { // a timer of 0 ns costs some us, and whoever polls has no time
        e->unsubmitted = 0;
        int ready = io_uring_submit_and_get_events(&e->ring);
        return ready < 0 && ready != -EINTR && ready != -EAGAIN && ready != -EBUSY ? ready : 0;
    }
    struct __kernel_timespec t = {.tv_sec = (int64_t)(timeout_ns / NS_PER_S),
                                  .tv_nsec = (int64_t)(timeout_ns % NS_PER_S)};
    struct io_uring_cqe *cqe;
    e->unsubmitted = 0;
    int rc = io_uring_submit_and_wait_timeout(&e->ring, &cqe, 1, &t, NULL);
    bool nothing = rc == -ETIME || rc == -EINTR || rc == -EAGAIN || rc == -EBUSY;
    return rc < 0 && !nothing ? rc : 0;
}

static int reap_uring(struct engine *e, uint64_t timeout_ns, struct io_event *ev)
{
    if (e->skimmed && e->skimmed->fd >= 0)
        arm_receive(e, e->skimmed);
    e->skimmed = NULL;
    if (e->broken)
        return e->broken;
    for (bool slept = false;; slept = true) {
        struct io_uring_cqe *cqe;
        while (io_uring_peek_cqe(&e->ring, &cqe) == 0) {
            if (e->held >= 0)
                give_back(e, e->held);
            e->held = -1;
            bool event = complete(e, cqe, ev);
            io_uring_cqe_seen(&e->ring, cqe);
            if (event)
                return 1;
        }
        if (slept)
            return 0;
        int rc = sleep_uring(e, timeout_ns);
        if (rc < 0)
            return rc;
    }
}

static const char *waits_uring(const struct engine *e)
{
    (void)e;
    return "io_uring_enter";
}

const struct engine_ops engine_uring = {
    .name = "io_uring",
    .open = open_uring,
    .close = close_uring,
    .dial = dial_uring,
    .hang_up = hang_up_uring,
    .send = send_uring,
    .reap = reap_uring,
    .waits = waits_uring,
};
