// SPDX-License-Identifier: MIT
// One line of a trace: a command and when it was sent, as MONITOR writes it or as CSV. Reads no file; knows
// no command by name.
//
//     1339518083.107412 [0 127.0.0.1:60866] "SET" "key" "a \"value\"\x00"
//     12.000125,SET,key,"a ""value"""
#pragma once

#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

enum trace_line {
    TRACE_COMMAND,
    TRACE_BLANK,     // nothing, a comment (#), the OK before MONITOR's lines, the heading of CSV (time,...)
    TRACE_MALFORMED, // neither of the two
    TRACE_NO_MEMORY,
};

struct trace {
    uint64_t at_ns; // since whenever the trace counts from
    unsigned db;    // of MONITOR; 0 where the trace has none
    bool script;    // of MONITOR: a script sent it, not a client
    struct slice *argv;
    size_t argc, cap;
};

// Takes a line without its end, over which the arguments are written: they are good as long as it is. A
// zeroed struct is a new one; trace_free in any case.
enum trace_line trace_parse(struct trace *t, char *line, size_t len);
void trace_free(struct trace *t);
