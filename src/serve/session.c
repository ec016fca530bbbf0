// SPDX-License-Identifier: MIT
#include "serve/session.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_BYTES (64 * 1024)
#define READS_MAX 16                 // in one go, so that a busy connection lets the others have their turn
#define OUT_MAX ((size_t)1 << 20)    // unsent replies, beside the last one
#define KEEP_BYTES ((size_t)1 << 16) // a buffer larger than this is given back when it is empty

struct session *session_new(int fd)
{
    struct session *s = calloc(1, sizeof *s);
    if (s)
        s->fd = fd;
    return s;
}

void session_free(struct session *s)
{
    close(s->fd);
    buf_free(&s->in);
    buf_free(&s->asker.out);
    free(s);
}

static void shrink(struct buf *b)
{
    if (b->len == 0 && b->cap > KEEP_BYTES)
        buf_free(b);
}

// 0 when all is gone, -EAGAIN when it is not, or -errno.
static int flush(struct session *s)
{
    struct buf *out = &s->asker.out;
    while (out->len > out->head) {
        ssize_t n = send(s->fd, out->at + out->head, out->len - out->head, MSG_NOSIGNAL);
        if (n < 0 && errno != EINTR)
            return -errno;
        if (n > 0)
            buf_take(out, (size_t)n);
    }
    shrink(out);
    return 0;
}

// Runs what has come in whole, up to the bound on replies. False when no whole request is left.
static bool run(struct session *s, struct service *service)
{
    struct command command;
    while (!s->asker.quit) {
        struct slice in = buf_unread(&s->in);
        if (in.len < s->want || in.len == 0)
            return false;
        if (s->asker.out.len - s->asker.out.head > OUT_MAX)
            return true;
        ssize_t n = command_parse(&command, in.at, in.len);
        s->want = n == RESP_MORE ? command.want : 0;
        if (n == RESP_MORE)
            return false;
        if (n == RESP_BAD)
            commands_complain(&s->asker, command.complaint);
        else
            commands_run(service, &s->asker, &command);
        buf_take(&s->in, n > 0 ? (size_t)n : in.len);
    }
    return true;
}

// Bytes read, 0 at the end of the stream, or -errno.
static ssize_t read_some(struct session *s)
{
    size_t missing = s->want > s->in.len - s->in.head ? s->want - (s->in.len - s->in.head) : 0;
    if (buf_reserve(&s->in, missing > READ_BYTES ? missing : READ_BYTES) < 0)
        return -ENOMEM;
    ssize_t n = recv(s->fd, s->in.at + s->in.len, s->in.cap - s->in.len, 0);
    if (n < 0)
        return -errno;
    s->in.len += (size_t)n;
    return n;
}

uint32_t session_go(struct session *s, struct service *service)
{
    for (int reads = 0;;) {
        bool more = run(s, service);
        int rc = flush(s);
        if (rc == -EAGAIN)
            return EPOLLOUT;
        if (rc < 0 || s->asker.quit)
            return 0;
        if (more)
            continue;
        shrink(&s->in);
        if (reads++ == READS_MAX)
            return EPOLLIN;
        ssize_t n = read_some(s);
        if (n == -EAGAIN || n == -EINTR)
            return EPOLLIN;
        if (n <= 0)
            return 0;
    }
}
