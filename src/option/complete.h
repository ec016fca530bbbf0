// SPDX-License-Identifier: MIT
// What a shell needs to complete a command line: subcommands, their options, and the values of those that
// have few. Made of manuals; knows no option by name.
#pragma once

#include "option/manual.h"

#include <stdbool.h>

#define COMPLETE_NAME 64 // "--" and the longest name

struct complete {
    const struct manual *const *manuals; // the program's own first; ends in NULL
    const char *list_option;             // whose value is some of these, with commas between
    const char *list_words;              // with spaces between
};

// What the value of an option is, as far as a shell can help.
enum complete_value {
    COMPLETE_NONE,
    COMPLETE_ANY,
    COMPLETE_WORDS,
    COMPLETE_LIST,
    COMPLETE_FILE,
    COMPLETE_DIR
};
enum complete_value complete_value_of(const struct complete *c, const struct opt *row);

// "0 1" or the words of an enum, with spaces between.
void complete_words(const struct opt *row, FILE *out);

// Each row of a manual in turn, its own before the rest, without those of the rest that its own hide; NULL
// behind the last. Starts with at = 0.
const struct opt *complete_next(const struct manual *m, size_t *at);

// "-n", "--requests"; "" where there is none.
const char *complete_letter(const struct opt *row, char dst[COMPLETE_NAME]);
const char *complete_long(const struct opt *row, char dst[COMPLETE_NAME]);
