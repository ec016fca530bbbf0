// SPDX-License-Identifier: MIT
// Moves bytes between connections and the kernel, and knows nothing else. Completion-shaped: the caller
// queues and reaps, and is never called back, so that its loop reads from top to bottom.
#pragma once

#include "base/slice.h"
#include "net/conn.h"
#include "net/filter.h"

#include <stddef.h>
#include <stdint.h>

enum io_kind {
    IO_OPEN,   // the connection stands
    IO_DATA,   // bytes came
    IO_SENT,   // what could not be sent at once is gone now
    IO_CLOSED, // the other side ended it (error 0), or it broke (error -errno)
};

// One completion.
struct io_event {
    enum io_kind kind;
    void *owner;
    union {
        const char *data; // IO_DATA: good until the next reap; NULL: bytes of c->skip, passed over unseen
        const struct agreement *agreed; // IO_OPEN: what a filter came to, good as long; NULL: there is none
    };
    size_t len;
    int error;
    const char *why; // IO_CLOSED: a sentence on it, or NULL; good until hang_up
    uint64_t at_ns;  // IO_DATA: the clock, right after the bytes were had
};

struct engine;
struct engine_ops;

#define SKIP_MIN ((size_t)8192)  // less is read rather than passed over
#define SKIM_BYTES ((size_t)512) // read at a time of a large reply

// What an engine may count on when it makes room.
struct engine_conf {
    unsigned connections;
    size_t reply_bytes; // what one connection's outstanding replies come to, roughly
    bool large;    // replies hold large values: read little at a time, so that c->skip can pass the rest over
    bool in_parts; // the kernel may send a part of c->out and say so, and is not to be asked for all of it
    bool refills;  // c->out is filled again before all replies to its former bytes have come
    struct slice canned;            // what engine_null answers to each request; stays until close
    const struct slice *canned_by;  // and to requests whose kinds it is told, by kind; or NULL
    unsigned asks_max;              // requests in one send, at most
    const struct filter *filter;    // engine_filtered: what changes bytes
    const struct engine_ops *below; // and who moves them
};

struct engine_ops {
    const char *name;
    // In the thread that will use it. 0, or -errno where the kernel does not have or allow it.
    int (*open)(struct engine **out, const struct engine_conf *conf);
    void (*close)(struct engine *e);
    // Begins a connection; IO_OPEN or IO_CLOSED follows. 0, or -errno; -EAGAIN when a unix socket's backlog
    // is full and it must be tried again.
    int (*dial)(struct engine *e, struct conn *c, const struct addr *to, void *owner);
    // Ends it. Nothing more is reported for it, and c may be dialled anew.
    void (*hang_up)(struct engine *e, struct conn *c);
    // Sends c->out, at once or when there is room: sets c->blocked in the latter case, and IO_SENT follows.
    // 0, or -errno when the connection is broken.
    int (*send)(struct engine *e, struct conn *c);
    // The next completion: 1; or 0 when none came within timeout_ns; or -errno.
    int (*reap)(struct engine *e, uint64_t timeout_ns, struct io_event *ev);
    const char *(*waits)(const struct engine *e); // by which system call: "epoll_pwait2"
    // What each request is answered with from now on, in the place of conf->canned, while none is under way.
    // NULL: a server answers.
    void (*canned)(struct engine *e, struct slice reply);
};

extern const struct engine_ops engine_epoll;
extern const struct engine_ops engine_uring;    // answers -ENOSYS to open in a build without liburing
extern const struct engine_ops engine_null;     // no network: answers each request in memory
extern const struct engine_ops engine_filtered; // any of these, with a filter between it and the caller

#define ENGINE_NULL_BYTES ((size_t)64 * 1024) // of replies that it lays side by side, at most

enum engine_choice {
    ENGINE_AUTO, // io_uring where the kernel lets this process have it, else epoll
    ENGINE_URING,
    ENGINE_EPOLL,
    ENGINE_NULL,
};

// Whether replies with values of so many bytes can be passed over: TCP can throw away what nobody has to see.
bool engine_skips(size_t value_bytes, const struct addr *from, const struct filter *filter);

// The engine chosen, or NULL with err (ERR_USAGE) when it cannot be had.
const struct engine_ops *engine_find(enum engine_choice choice, struct err *err);
