// SPDX-License-Identifier: MIT
// What a connection says before its first request: who it is, which protocol, which database. Bytes and names
// only; knows no connection.
#pragma once

#include "base/buf.h"
#include "run/conf.h"

// In the order in which they are sent.
enum login_step {
    LOGIN_HELLO, // with AUTH in it
    LOGIN_AUTH,
    LOGIN_SELECT,
    LOGIN_READONLY, // of a cluster: reads from a replica
    LOGIN_NAME,
    LOGIN_LIBRARY,
    LOGIN_VERSION,
    LOGIN_TRACKING,
    LOGIN_STEPS,
};

extern const char *const login_tracking_names[]; // by enum tracking, ends in NULL

struct login {
    unsigned n; // replies that it brings
    enum login_step steps[LOGIN_STEPS];
};

// Appends to out what conf asks for, and READONLY. 0 or -ENOMEM.
int login_compile(struct login *l, const struct run_conf *conf, bool readonly, struct buf *out);

// AUTH alone, and only where conf has a password: for a connection that carries no load.
int login_auth(struct login *l, const struct run_conf *conf, struct buf *out);

// Why a server refused the step with the words of an error: the beginning of a sentence that goes on with
// them, and its end, which says what to do.
struct login_refusal {
    const char *what, *cure;
};
struct login_refusal login_refused(enum login_step step, struct slice text);

const char *login_name(enum login_step step); // "AUTH"
