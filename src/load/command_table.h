// SPDX-License-Identifier: MIT
// What is known of a command by its name, one row each: for the catalogue's and for those that a user gives.
// Which of a command's words those keys are is for load/keyed.h.
#pragma once

#include "base/slice.h"

#include <stdbool.h>

// How a command reads, and so what a hit is.
enum reads {
    READS_NOTHING, // writes, or has nothing to miss
    READS_ONE,     // a null or an empty aggregate is a miss
    READS_MANY,    // each null in the array is a miss, each other element a hit
    READS_COUNT,   // 0 is a miss
};

// Which arguments are keys.
enum command_keys {
    COMMAND_KEYS_FIRST, // the first, as of most
    COMMAND_KEYS_NONE,
    COMMAND_KEYS_ALL,
    COMMAND_KEYS_PAIRS,        // each second one: it has a value behind it
    COMMAND_KEYS_BUT_LAST,     // all but the last
    COMMAND_KEYS_TWO,          // the first two
    COMMAND_KEYS_SECOND,       // the second, behind a subcommand
    COMMAND_KEYS_FROM_SECOND,  // all from the second on
    COMMAND_KEYS_COUNTED,      // as many as the first says, behind it
    COMMAND_KEYS_COUNTED_LATE, // as many as the second says, behind it
    COMMAND_KEYS_STORED,       // likewise, and the first, where the result goes
    COMMAND_KEYS_STREAMS,      // the first half of what stands behind STREAMS
    COMMAND_KEYS,              // how many of these
};

struct command_facts {
    enum reads reads;
    bool only_reads; // changes nothing, so that a replica can answer it
    bool idempotent; // leaves what it would leave if it were carried out once more, so that who does not know
                     // whether it was may ask it again: what --retry sends again
    bool keeps_values;  // it writes none that --verify would not know: it may take some away
    bool adds;          // it takes nothing away that others read, unless it says until when it stays
    bool reads_strings; // that a plain SET of its first argument would have written
    bool gives_value;   // that of its key, as its answer
    bool takes_value;   // its second argument, for its key
    enum command_keys keys;
    const char *cure; // how to fill what it reads; "": by no test of the catalogue
};

// Of a command that has no row: it reads nothing that can be missed, and may change anything.
struct command_facts command_table_of(struct slice command);
