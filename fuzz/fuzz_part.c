// SPDX-License-Identifier: MIT
// Files of --part: taken or refused with a sentence, as they are and in a frame that fits. What was taken is
// added up with itself or refused with a sentence, and its facts can be told.
#include "stats/merge.h"
#include "stats/pack_frame.h"
#include "stats/part.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        __builtin_trap();
}

static void add(struct merge *m, const struct part *p, struct slice tests)
{
    struct err err = {0};
    struct summary s;
    if (part_next(&tests, &s, &err) < 0) {
        require(err.text[0]);
        return;
    }
    require(part_sign(p, &s) == 0);
    require(merge_add(m, &s, &err) == 0 || err.text[0]);
    summary_free(&s);
}

static void try(struct slice bytes)
{
    struct part *p = calloc(1, sizeof *p);
    struct err err = {0};
    struct slice tests;
    struct run_facts facts;
    const char **argv;
    if (part_read(p, bytes, &tests, &err) == 0) {
        struct merge m = {.partial = true};
        struct summary out;
        require(part_facts(p, &facts, &argv) == 0);
        free(argv);
        add(&m, p, tests);
        add(&m, p, tests);
        require(merge_end(&m, &out, &err) == 0 || err.text[0]);
        merge_free(&m);
        summary_free(&out);
        part_free(p);
    } else {
        require(err.code == ERR_RUN && err.text[0] && strlen(err.text) < sizeof err.text - 1);
    }
    free(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf framed = {0};
    size_t start;
    require(pack_frame_begin(&framed, &start) == 0 && buf_append(&framed, data, size) == 0 &&
            pack_frame_end(&framed, start, PACK_PART) == 0);
    char *bytes = malloc(size + 1);
    memcpy(bytes, data, size);
    try((struct slice){bytes, size});
    try(buf_unread(&framed));
    free(bytes);
    buf_free(&framed);
    return 0;
}
