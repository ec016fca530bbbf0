// SPDX-License-Identifier: MIT
// Rows of a table that requests take their arguments from, one after the other: CSV or TSV, whose first line
// names the columns. Opens no file.
#pragma once

#include "base/err.h"
#include "base/slice.h"

#include <stdint.h>

#define DATASET_COLUMNS 256

struct dataset {
    char *text; // what all cells are of
    unsigned columns;
    struct slice names[DATASET_COLUMNS];
    size_t most[DATASET_COLUMNS]; // bytes of its longest cell
    uint64_t rows;
    struct slice *cells; // row after row
};

// How the text is written, and what it is called in a complaint.
struct dataset_conf {
    const char *file;
    char separator; // a comma, whose cells may stand between double quotes; or a tab, which has none
    uint64_t rows;  // at most; 0: all
};

// 0 with out to be freed, or -1 with err, which says in which line.
int dataset_parse(struct dataset *out, struct slice text, const struct dataset_conf *conf, struct err *err);
void dataset_free(struct dataset *d);

// The column of a name, or -1.
int dataset_column(const struct dataset *d, struct slice name);

static inline struct slice dataset_cell(const struct dataset *d, uint64_t row, unsigned column)
{
    return d->cells[row * d->columns + column];
}
