// SPDX-License-Identifier: MIT
#include "option/nearest.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#define WORD_MAX 40
#define PREFIX_BYTES 4 // a shorter beginning fits too many names

static bool same(char a, char b)
{
    return (tolower)((unsigned char)a) == (tolower)((unsigned char)b);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

// Damerau-Levenshtein without regard to case, each pair of neighbours swapped at most once, row by row.
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t rows[3][WORD_MAX + 1];
    for (size_t j = 0; j <= b_len; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t *now = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3];
        const size_t *swap = rows[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            now[j] = least(least(above[j], now[j - 1]) + 1, above[j - 1] + !same(a[i - 1], b[j - 1]));
            if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
                now[j] = least(now[j], swap[j - 2] + 1);
        }
    }
    return rows[a_len % 3][b_len];
}

const char *nearest(const char *word, const char *const *names, size_t n)
{
    size_t len = strlen(word);
    if (len == 0 || len > WORD_MAX)
        return NULL;
    size_t letters = len - strspn(word, "-");
    size_t limit = letters < 6 ? letters > 1 : letters / 3; // slips of the fingers; more is another word
    size_t best_edits = limit + 1;
    const char *best = NULL;
    for (size_t i = 0; i < n; i++) {
        size_t name_len = strlen(names[i]);
        if (name_len > WORD_MAX)
            continue;
        size_t edits = distance(word, len, names[i], name_len);
        if (len >= PREFIX_BYTES && strncasecmp(word, names[i], len) == 0)
            edits = least(edits, limit);
        if (edits < best_edits) {
            best = names[i];
            best_edits = edits;
        }
    }
    return best;
}
