// SPDX-License-Identifier: MIT
// A line of words as redis-cli takes it: "a b" and 'a b' are one word, and between double quotes \n \r \t \b
// \a \xNN and \" stand for bytes.
#pragma once

#include "base/slice.h"

struct quoted {
    struct slice *words;
    size_t n;
    char *storage;
};

// 0 with out to be freed, -ENOMEM, or -EINVAL where a quote is not closed or something stands right behind
// it.
int quoted_split(struct quoted *out, const char *line);
void quoted_free(struct quoted *q);
