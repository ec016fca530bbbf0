// SPDX-License-Identifier: MIT
// Bytes that someone else owns. Never frees, never ends in NUL by promise.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct slice {
    const char *at;
    size_t len;
};

static inline struct slice slice_of(const char *text)
{
    return (struct slice){text, strlen(text)};
}

static inline bool slice_is(struct slice s, const char *text)
{
    return s.len == strlen(text) && (s.len == 0 || memcmp(s.at, text, s.len) == 0);
}

static inline bool slice_starts(struct slice s, const char *text)
{
    size_t n = strlen(text);
    return s.len >= n && memcmp(s.at, text, n) == 0;
}

// As slice_is, ASCII letters compared without case.
bool slice_is_nocase(struct slice s, const char *text);

// Where text first stands inside s, or NULL.
const char *slice_find(struct slice s, const char *text);

// Writes s so that it can stand in a sentence: printable ASCII as it is, everything else as \r \n \xNN, and
// "..." where it did not fit. Always ends in NUL; cap must be at least 8. Answers dst.
char *slice_quote(struct slice s, char *dst, size_t cap);

// "a", "a and b", "a, b and c", cut where dst has no room. Always ends in NUL. Answers dst.
char *slice_enumerate(const char *const *words, size_t n, char *dst, size_t cap);
