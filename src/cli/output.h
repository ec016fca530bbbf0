// SPDX-License-Identifier: MIT
// Where reports go: files and standard output. Opens them, and sees whether it all arrived; never writes.
#pragma once

#include "run/stopper.h"

#include "experiment/outcome.h"

#include <stdio.h>

#define OUTPUTS_MAX 10 // of one list

struct output {
    const char *option; // that asks for it, for sentences
    const char *path;   // "-" is standard output; NULL: not asked for
    FILE **file;        // left as it is where path is NULL
};

// Opens all that have a path and no file yet, and only then empties them: two of one and the same file, under
// whatever names, or one that is the history of --save (NULL: none), are refused before anything in it is
// lost, and nothing is left open, nor any file that was not there before. Waits for the reader of a FIFO
// until a signal comes. 0, or -1 with err.
int output_open(const struct output *list, size_t n, const char *save, const struct stopper *stop,
                struct err *err);

// Whether stdout took all that was written; raises OUTCOME_RUN where it did not.
bool output_flush(struct outcome *o);
