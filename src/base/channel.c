// SPDX-License-Identifier: MIT
#include "base/channel.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PIECE 65536

struct head {
    uint64_t type, number, len;
};

static int send_all(int fd, const char *at, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(fd, at, n, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return -errno;
        at += sent;
        n -= (size_t)sent;
    }
    return 0;
}

int channel_send(const struct channel *c, char type, uint64_t number, struct slice bytes)
{
    struct head h = {(unsigned char)type, number, bytes.len};
    int rc = send_all(c->fd, (const char *)&h, sizeof h);
    return rc == 0 ? send_all(c->fd, bytes.at, bytes.len) : rc;
}

static bool take(struct channel *c, struct message *m)
{
    struct slice all = buf_unread(&c->in);
    struct head h;
    if (all.len < sizeof h)
        return false;
    memcpy(&h, all.at, sizeof h);
    if (all.len - sizeof h < h.len)
        return false;
    *m = (struct message){(char)h.type, h.number, {all.at + sizeof h, h.len}};
    buf_take(&c->in, sizeof h + h.len);
    return true;
}

int channel_receive(struct channel *c, struct message *m, int stop_fd, int timeout_ms)
{
    while (!take(c, m)) {
        struct pollfd fds[] = {{.fd = c->fd, .events = POLLIN}, {.fd = stop_fd, .events = POLLIN}};
        int n = poll(fds, 2, timeout_ms);
        if (n <= 0 || (fds[1].revents && !fds[0].revents))
            return 0;
        if (buf_reserve(&c->in, PIECE) < 0)
            return -1;
        ssize_t got = read(c->fd, c->in.at + c->in.len, PIECE);
        if (got == 0 || (got < 0 && errno != EINTR))
            return -1;
        c->in.len += got > 0 ? (size_t)got : 0;
    }
    return 1;
}

void channel_close(struct channel *c)
{
    if (c->fd >= 0)
        close(c->fd);
    buf_free(&c->in);
    c->fd = -1;
}
