// SPDX-License-Identifier: MIT
#include "serve/serve.h"

#include "base/clock.h"
#include "base/poller.h"
#include "base/thread.h"
#include "serve/arrival.h"
#include "serve/listen.h"
#include "serve/session.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define READY_MAX 256
#define ACCEPTS_MAX 256           // in one turn
#define WAKE_NS (100 * NS_PER_US) // how late a sleep may end

struct serve {
    struct poller poller;
    int tcp, unix_socket; // -1: none
    int stop;             // eventfd: end the loop
    int ended;            // eventfd: the loop has ended by itself
    int failed;           // -errno: of that
    int spare;            // a descriptor kept back, to accept and close a connection when there are no more
    char *unix_path;
    pthread_t thread;
    bool started;
    struct service service;
    uint64_t stall_at_ns; // 0: never
    struct secure *tls;   // NULL: plain
    struct session **sessions;
    size_t sessions_n, sessions_cap;
};

// --- connections ---

static int watch(const struct serve *s, int fd, int op, uint32_t events, void *what)
{
    struct epoll_event ev = {.events = events, .data.ptr = what};
    return epoll_ctl(s->poller.epoll, op, fd, &ev) < 0 ? -errno : 0;
}

// A process that is being started has the descriptor too for a moment: closed here alone, it would go on to
// be watched.
static void end_session(struct serve *s, struct session *c)
{
    watch(s, c->fd, EPOLL_CTL_DEL, 0, NULL);
    struct session *last = s->sessions[--s->sessions_n];
    s->sessions[c->at] = last;
    last->at = c->at;
    s->service.connected--;
    s->service.faults.held -= session_held(c);
    session_free(c);
}

static int keep_session(struct serve *s, struct session *c)
{
    if (s->sessions_n == s->sessions_cap) {
        size_t cap = s->sessions_cap ? s->sessions_cap * 2 : 64;
        struct session **more = realloc(s->sessions, cap * sizeof(struct session *));
        if (!more)
            return -ENOMEM;
        s->sessions = more;
        s->sessions_cap = cap;
    }
    c->events = EPOLLIN;
    c->at = s->sessions_n;
    int rc = watch(s, c->fd, EPOLL_CTL_ADD, c->events, c);
    if (rc == 0)
        s->sessions[s->sessions_n++] = c;
    return rc;
}

static void begin_session(struct serve *s, int fd)
{
    const struct fault_conf *faults = &s->service.faults.conf;
    int on = 1, little = 4096;
    if (!faults->nagle)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); // a unix socket has no use for it
    if (faults->slow_read)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
    if (s->service.faults.conf.punctual)
        arrival_watch(fd);
    struct session *c = session_new(fd, s->tls);
    if (!c) {
        close(fd);
    } else if (keep_session(s, c) < 0) {
        session_free(c);
    } else {
        s->service.connections++;
        s->service.connected++;
    }
}

static int open_spare(void)
{
    return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

// Without a descriptor left, the connection that waits would wake the loop for ever: it is taken and closed.
static void turn_away(struct serve *s, int listener)
{
    close(s->spare);
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd >= 0)
        close(fd);
    s->spare = open_spare();
}

static void accept_some(struct serve *s, int listener)
{
    for (int i = 0; i < ACCEPTS_MAX; i++) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0)
            begin_session(s, fd);
        else if (errno == EMFILE || errno == ENFILE)
            turn_away(s, listener);
        else if (errno == EAGAIN)
            return;
    }
}

// --- the loop ---

static void serve_session(struct serve *s, struct session *c)
{
    uint32_t events = session_go(c, &s->service);
    if (events == 0 || (events != c->events && watch(s, c->fd, EPOLL_CTL_MOD, events, c) < 0))
        end_session(s, c);
    else
        c->events = events;
}

static void tick(struct serve *s)
{
    s->service.now_ns = clock_ns();
    s->service.now_ms = s->service.now_ns / NS_PER_MS;
}

static bool holds_back(const struct serve *s)
{
    return faults_any(&s->service.faults) || s->service.faults.conf.slow_read;
}

// When something is due by itself: a held reply, a stall.
static uint64_t next_due(const struct serve *s)
{
    uint64_t due_ns = s->stall_at_ns ? s->stall_at_ns : UINT64_MAX;
    for (size_t i = 0; holds_back(s) && i < s->sessions_n; i++) {
        uint64_t at_ns = session_due(s->sessions[i]);
        due_ns = at_ns < due_ns ? at_ns : due_ns;
    }
    return due_ns;
}

static int wait_ready(struct serve *s, struct epoll_event *ready)
{
    uint64_t due_ns = next_due(s), now_ns = s->service.now_ns;
    uint64_t wait_ns = due_ns > now_ns ? due_ns - now_ns : 0;
    if (s->service.faults.conf.punctual) // awake in the end: a timer would be late
        wait_ns = wait_ns > WAKE_NS ? wait_ns - WAKE_NS : 0;
    int n = poller_wait(&s->poller, ready, READY_MAX, due_ns == UINT64_MAX ? POLLER_FOREVER : wait_ns);
    tick(s);
    return n;
}

// Stands still with everything, as a server does that saves, collects or swaps.
static void stall(struct serve *s)
{
    const struct fault_conf *c = &s->service.faults.conf;
    struct timespec t = {.tv_sec = (time_t)(c->stall_ns / NS_PER_S),
                         .tv_nsec = (long)(c->stall_ns % NS_PER_S)};
    while (nanosleep(&t, &t) < 0 && errno == EINTR)
        ;
    s->service.faults.stalls++;
    s->stall_at_ns += c->stall_every_ns;
    tick(s);
}

static void serve_due(struct serve *s)
{
    for (size_t i = s->sessions_n; holds_back(s) && i > 0; i--) // one that ends gives its place to the last
        if (session_due(s->sessions[i - 1]) <= s->service.now_ns)
            serve_session(s, s->sessions[i - 1]);
}

// Whom an event is for. False when the loop is to end.
static bool dispatch(struct serve *s, void *what)
{
    if (what == &s->stop)
        return false;
    if (what == &s->tcp)
        accept_some(s, s->tcp);
    else if (what == &s->unix_socket)
        accept_some(s, s->unix_socket);
    else
        serve_session(s, what);
    return true;
}

// Nobody is left waiting for a loop that is no more.
static void give_up(struct serve *s, int rc)
{
    uint64_t one = 1;
    while (s->sessions_n)
        end_session(s, s->sessions[0]);
    s->failed = rc;
    if (write(s->ended, &one, sizeof one) < 0)
        BUG("an eventfd does not fill up");
}

static void *loop(void *arg)
{
    struct serve *s = arg;
    struct epoll_event ready[READY_MAX];
    prctl(PR_SET_TIMERSLACK, 1);
    for (;;) {
        int n = wait_ready(s, ready);
        if (n < 0) {
            give_up(s, n);
            return NULL;
        }
        for (int i = 0; i < n; i++)
            if (!dispatch(s, ready[i].data.ptr))
                return NULL;
        serve_due(s);
        if (s->stall_at_ns && s->stall_at_ns <= s->service.now_ns)
            stall(s);
    }
}

// --- opening and closing ---

static int open_loop(struct serve *s)
{
    int rc = poller_open(&s->poller);
    if (rc < 0)
        return rc;
    s->stop = eventfd(0, EFD_CLOEXEC);
    s->ended = eventfd(0, EFD_CLOEXEC);
    s->spare = open_spare();
    if (s->stop < 0 || s->ended < 0 || s->spare < 0)
        return -errno;
    rc = watch(s, s->stop, EPOLL_CTL_ADD, EPOLLIN, &s->stop);
    if (rc == 0)
        rc = watch(s, s->tcp, EPOLL_CTL_ADD, EPOLLIN, &s->tcp);
    if (rc == 0 && s->unix_socket >= 0)
        rc = watch(s, s->unix_socket, EPOLL_CTL_ADD, EPOLLIN, &s->unix_socket);
    return rc;
}

static int open_all(struct serve *s, const struct serve_conf *conf, struct err *err)
{
    uint16_t port = conf->port;
    if (conf->tls.on && secure_open(&s->tls, &conf->tls, err) < 0)
        return -1;
    s->tcp = listen_tcp(conf->host, &port, err);
    if (s->tcp < 0)
        return -1;
    s->service.port = port;
    if (conf->unix_path) {
        s->unix_socket = listen_unix(conf->unix_path, err);
        if (s->unix_socket < 0)
            return -1;
        s->unix_path = strdup(conf->unix_path);
    }
    int rc = open_loop(s);
    return rc == 0 ? 0 : err_set(err, ERR_RUN, "the embedded server could not be set up: %s", strerror(-rc));
}

int serve_open(struct serve **out, const struct serve_conf *conf, struct err *err)
{
    struct serve *s = calloc(1, sizeof *s);
    if (!s)
        return err_set(err, ERR_RUN, "not enough memory for the embedded server");
    s->poller.epoll = s->poller.timer = s->tcp = s->unix_socket = s->stop = s->ended = s->spare = -1;
    tick(s);
    s->service.started_ms = s->service.now_ms;
    s->service.faults = faults_init(&conf->faults);
    if (conf->faults.stall_ns)
        s->stall_at_ns = s->service.now_ns + conf->faults.stall_every_ns;
    if (open_all(s, conf, err) < 0) {
        serve_close(s);
        return -1;
    }
    *out = s;
    return 0;
}

uint16_t serve_port(const struct serve *s)
{
    return s->service.port;
}

const char *serve_certificate(const struct serve *s)
{
    return s->tls ? secure_certificate(s->tls) : NULL;
}

int serve_ended_fd(const struct serve *s)
{
    return s->ended;
}

int serve_failed(const struct serve *s, struct err *err)
{
    uint64_t n;
    struct pollfd p = {.fd = s->ended, .events = POLLIN};
    if (poll(&p, 1, 0) != 1 || read(s->ended, &n, sizeof n) != sizeof n)
        return 0;
    return err_set(err, ERR_RUN, "waiting for the network failed: %s", strerror(-s->failed));
}

int serve_start(struct serve *s)
{
    int rc = thread_start(&s->thread, loop, s);
    s->started = rc == 0;
    return rc;
}

void serve_close(struct serve *s)
{
    uint64_t one = 1;
    if (s->started && write(s->stop, &one, sizeof one) == sizeof one)
        pthread_join(s->thread, NULL);
    while (s->sessions_n)
        end_session(s, s->sessions[0]);
    int all[] = {s->tcp, s->unix_socket, s->stop, s->ended, s->spare};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i] >= 0)
            close(all[i]);
    poller_close(&s->poller);
    if (s->unix_path)
        unlink(s->unix_path);
    free(s->unix_path);
    free(s->sessions);
    secure_close(s->tls);
    service_reset(&s->service);
    free(s);
}
