// SPDX-License-Identifier: MIT
// A workload file is read whole or refused in one sentence with a place; what is read is text with places
// inside the file.
#include "workload/source.h"

#include <stdbool.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        __builtin_trap();
}

static void check(const struct source_pairs *p, unsigned lines)
{
    for (unsigned i = 0; i < p->n; i++) {
        require(p->at[i].name && p->at[i].value);
        require(p->at[i].at.line >= 1 && p->at[i].at.line <= lines && p->at[i].at.column >= 1);
        require(source_find(p, p->at[i].name) != NULL);
    }
}

// Breaks of a line that YAML knows have up to three bytes, so that there are no more lines than bytes.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct source w;
    struct err err = {0};
    if (source_read(&w, "w", (struct slice){(const char *)data, size}, &err) < 0) {
        require(err.code == ERR_USAGE && err.text[0] == 'w' && err.text[1] == ':');
        require(!w.document && !w.options.n && !w.commands.n && !w.fill.n);
        return 0;
    }
    check(&w.options, (unsigned)size + 1);
    for (unsigned i = 0; i < w.commands.n; i++)
        check(&w.commands.at[i], (unsigned)size + 1);
    for (unsigned i = 0; i < w.fill.n; i++)
        check(&w.fill.at[i], (unsigned)size + 1);
    source_free(&w);
    return 0;
}
