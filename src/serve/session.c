// SPDX-License-Identifier: MIT
#include "serve/session.h"

#include "base/clock.h"
#include "serve/arrival.h"
#include "serve/commands.h"
#include "serve/reply.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_BYTES (64 * 1024)
#define READS_MAX 16 // in one go, so that a busy connection lets the others have their turn
#define SLOW_READ_BYTES 1024
#define SLOW_READ_NS (5 * NS_PER_MS)
#define KEEP_BYTES ((size_t)1 << 16) // a buffer larger than this is given back when it is empty

struct session *session_new(int fd, const struct secure *tls)
{
    struct session *s = calloc(1, sizeof *s);
    if (s && tls && !(s->ssl = secure_begin(tls, fd))) {
        free(s);
        return NULL;
    }
    if (s)
        s->fd = fd;
    return s;
}

void session_free(struct session *s)
{
    if (s->ssl)
        secure_end(s->ssl);
    close(s->fd);
    buf_free(&s->in);
    buf_free(&s->holds);
    buf_free(&s->asker.out);
    plant_free(&s->last);
    free(s);
}

static void shrink(struct buf *b)
{
    if (b->len == 0 && b->cap > KEEP_BYTES)
        buf_free(b);
}

// How much of out may go in one write.
static size_t sendable(struct session *s, const struct service *service)
{
    size_t all = s->asker.out.len - s->asker.out.head;
    const struct hold *hold = (const void *)buf_unread(&s->holds).at;
    size_t holds = buf_unread(&s->holds).len / sizeof *hold;
    if (!holds)
        return all;
    uint64_t end = s->sent_bytes;
    for (size_t i = 0; i < holds && hold[i].due_ns <= service->now_ns; i++) {
        end = hold[i].end;
        if (service->faults.conf.nagle)
            break;
    }
    return (size_t)(end - s->sent_bytes);
}

static void sent(struct session *s, struct service *service, size_t n)
{
    buf_take(&s->asker.out, n);
    s->sent_bytes += n;
    while (buf_unread(&s->holds).len &&
           ((const struct hold *)(const void *)buf_unread(&s->holds).at)->end <= s->sent_bytes) {
        buf_take(&s->holds, sizeof(struct hold));
        service->faults.held--;
    }
}

// Bytes sent, or -errno.
static ssize_t put(struct session *s, const char *at, size_t len)
{
    if (s->ssl)
        return secure_write(s->ssl, at, len);
    ssize_t n = send(s->fd, at, len, MSG_NOSIGNAL);
    return n < 0 ? -errno : n;
}

// Bytes read, 0 at the end of the stream, or -errno.
static ssize_t get(struct session *s, char *dst, size_t cap, bool punctual)
{
    if (s->ssl)
        return secure_read(s->ssl, dst, cap);
    if (punctual)
        return arrival_read(s->fd, dst, cap, &s->arrived_ns);
    ssize_t n = recv(s->fd, dst, cap, 0);
    return n < 0 ? -errno : n;
}

static void change_keys(struct session *s, uint64_t every)
{
    if (!every || !s->ssl || s->replies < s->keys_at + every)
        return;
    s->keys_at = s->replies;
    secure_change_keys(s->ssl);
}

// 0 when all that may go is gone, -EAGAIN when it is not, or -errno.
static int flush(struct session *s, struct service *service)
{
    struct buf *out = &s->asker.out;
    size_t may;
    while ((may = sendable(s, service)) > 0) {
        change_keys(s, service->faults.conf.key_update);
        ssize_t n = put(s, out->at + out->head, may);
        if (n < 0 && n != -EINTR)
            return (int)n;
        if (n > 0)
            sent(s, service, (size_t)n);
    }
    shrink(out);
    return 0;
}

// The counts stay readable, whatever is planted.
static bool spared(const struct command *c)
{
    return c->argc && (slice_is_nocase(c->argv[0], "INFO") || slice_is_nocase(c->argv[0], "CONFIG"));
}

// A reply that was put into out from `from` on meets its fate.
static void plant(struct session *s, struct service *service, const struct fate *fate, size_t from)
{
    struct buf *out = &s->asker.out;
    char text[64];
    if (fate->mute || fate->error || fate->garbage)
        out->len = from;
    if (fate->garbage && !fate->mute) {
        reply_line(&s->asker, "garbage instead of a reply");
    } else if (fate->error && !fate->mute) {
        snprintf(text, sizeof text, "%.40s planted", service->faults.conf.error_prefix);
        reply_error(&s->asker, text);
    }
    s->replies += !fate->mute;
    s->asker.quit |= fate->drop;
}

// What was last put into out waits until due_ns, and behind those that were asked for first.
static void hold_back(struct session *s, struct service *service, uint64_t due_ns)
{
    struct hold hold = {due_ns, s->put_bytes};
    const struct slice held = buf_unread(&s->holds);
    if (held.len) {
        struct hold last;
        memcpy(&last, held.at + held.len - sizeof last, sizeof last);
        hold.due_ns = hold.due_ns > last.due_ns ? hold.due_ns : last.due_ns;
    }
    if (buf_append(&s->holds, &hold, sizeof hold) < 0)
        s->asker.quit = true;
    else
        service->faults.held++;
}

static void run_faulty(struct session *s, struct service *service, const struct command *c)
{
    struct faults *f = &service->faults;
    struct buf *out = &s->asker.out;
    struct fate fate = {0};
    uint64_t due_ns = 0, now_ns = clock_ns(); // the turn of the loop began before the request
    size_t before = out->len - out->head;
    s->asker.whole = true; // it has one fate
    plant_keep(service, s->asker.db, c);
    commands_run(service, &s->asker, c);
    if (!spared(c)) {
        plant_value(service, &s->asker, &s->last, c, out->head + before);
        fate = faults_draw(f, s->replies);
        plant(s, service, &fate, out->head + before);
        due_ns = f->conf.capacity > 0 ? faults_turn(f, s->arrived_ns ? s->arrived_ns : now_ns) : 0;
        if (fate.wait_ns)
            due_ns = (due_ns > now_ns ? due_ns : now_ns) + fate.wait_ns;
    }
    s->put_bytes += out->len - out->head - before;
    hold_back(s, service, due_ns);
}

// Runs what has come in whole, up to the bound on replies; a request whose reply is longer is kept, and run
// on from where it stopped. False when no whole request is left.
static bool run(struct session *s, struct service *service)
{
    struct command *command = &service->command;
    while (!s->asker.quit) {
        struct slice in = buf_unread(&s->in);
        if (in.len < s->want || in.len == 0)
            return false;
        if (s->asker.out.len - s->asker.out.head > REPLIES_MAX)
            return true;
        ssize_t n = command_parse(command, in.at, in.len);
        s->want = n == RESP_MORE ? command->want : 0;
        if (n == RESP_MORE)
            return false;
        if (n == RESP_BAD)
            commands_complain(&s->asker, command->complaint);
        else if (faults_any(&service->faults))
            run_faulty(s, service, command);
        else
            commands_run(service, &s->asker, command);
        if (s->asker.resume)
            return true;
        buf_take(&s->in, n > 0 ? (size_t)n : in.len);
    }
    return true;
}

// Bytes read, 0 at the end of the stream, or -errno.
static ssize_t read_some(struct session *s, const struct service *service)
{
    size_t most = service->faults.conf.slow_read ? SLOW_READ_BYTES : SIZE_MAX;
    size_t missing = s->want > s->in.len - s->in.head ? s->want - (s->in.len - s->in.head) : 0;
    if (buf_reserve(&s->in, missing > READ_BYTES ? missing : READ_BYTES) < 0)
        return -ENOMEM;
    size_t room = s->in.cap - s->in.len;
    ssize_t n = get(s, s->in.at + s->in.len, room < most ? room : most, service->faults.conf.punctual);
    if (n > 0)
        s->in.len += (size_t)n;
    return n;
}

size_t session_held(const struct session *s)
{
    return buf_unread(&s->holds).len / sizeof(struct hold);
}

uint64_t session_due(const struct session *s)
{
    uint64_t due_ns = s->reads_from_ns ? s->reads_from_ns : UINT64_MAX;
    const struct slice held = buf_unread(&s->holds);
    if (held.len) {
        struct hold first;
        memcpy(&first, held.at, sizeof first);
        due_ns = first.due_ns < due_ns ? first.due_ns : due_ns;
    }
    return due_ns;
}

// What to wait for with replies held back, or reading put off.
static uint32_t wait_for_input(const struct session *s)
{
    if (s->asker.quit || s->reads_from_ns)
        return EPOLLRDHUP;
    return EPOLLIN;
}

uint32_t session_go(struct session *s, struct service *service)
{
    if (s->reads_from_ns <= service->now_ns)
        s->reads_from_ns = 0;
    for (int reads = 0;;) {
        bool more = run(s, service);
        int rc = flush(s, service);
        if (rc == -EAGAIN)
            return EPOLLOUT;
        bool unsent = s->asker.out.len > s->asker.out.head;
        if (rc < 0 || (s->asker.quit && !unsent))
            return 0;
        if (more && !unsent)
            continue;
        shrink(&s->in);
        if (more || s->asker.quit || s->reads_from_ns || reads++ == READS_MAX)
            return more ? EPOLLRDHUP : wait_for_input(s);
        ssize_t n = read_some(s, service);
        if (n == -EAGAIN || n == -EINTR)
            return EPOLLIN;
        if (n <= 0)
            return 0;
        if (service->faults.conf.slow_read)
            s->reads_from_ns = service->now_ns + SLOW_READ_NS;
    }
}
