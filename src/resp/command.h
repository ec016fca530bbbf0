// SPDX-License-Identifier: MIT
// Requests as a server takes them from a stream of bytes: arrays of bulk strings, or inline commands. Copies
// nothing: the arguments lie in the caller's bytes. Knows no command by name.
#pragma once

#include "base/slice.h"
#include "resp/resp.h"

#include <sys/types.h>

#define COMMAND_ARGS_MAX 1024
#define COMMAND_BULK_MAX (INT64_C(512) << 20)

struct command {
    size_t argc; // 0: an empty line or array, which asks nothing and gets no reply
    struct slice argv[COMMAND_ARGS_MAX];
    size_t want;           // after RESP_MORE: with fewer bytes than this there is no use in coming again
    const char *complaint; // after RESP_BAD: what is wrong, for an error reply
};

// Takes the request at the start of data. Answers its bytes (> 0), RESP_MORE or RESP_BAD.
ssize_t command_parse(struct command *c, const char *data, size_t len);
