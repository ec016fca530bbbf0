// SPDX-License-Identifier: MIT
#include "load/spot.h"

#include "load/digits.h"
#include "load/recipe.h"

#define NUMBER_MAX 19 // digits, of what fits

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// Whether the number of a key ends where its digits do: what stands behind it begins with none.
static bool ends(const struct spot_words *w, struct slice rest)
{
    struct recipe_piece p;
    if (w->key->after_len)
        return !is_digit(w->key->after[0]);
    return !rest.len || !(is_digit(rest.at[0]) || recipe_placeholder(rest, &p));
}

// The first number of a key in an argument.
static bool find_key(const struct spot_words *w, struct slice arg, struct spot *out)
{
    for (size_t at = 0; at < arg.len; at++) {
        struct recipe_piece p;
        struct slice rest = {arg.at + at, arg.len - at};
        size_t n = recipe_placeholder(rest, &p);
        bool digits = n && p.kind == RECIPE_DIGITS && w->digits;
        if (!n || (p.kind == RECIPE_DIGITS && !w->digits))
            continue;
        if (!digits && p.kind != RECIPE_KEY)
            return false; // what stands before the number differs in length
        rest = (struct slice){rest.at + n, rest.len - n};
        *out = (struct spot){.before = (uint32_t)(at + (digits ? 0 : w->key->before_len)),
                             .digits = digits ? DIGITS_LEN : 0,
                             .named = p.name};
        return digits || ends(w, rest);
    }
    return false;
}

struct spot spot_of(const struct spot_words *w)
{
    struct spot s = {0};
    for (unsigned i = 1; i < w->n && !s.key; i++)
        s.key = find_key(w, w->at[i], &s) ? i : 0;
    for (unsigned i = 1; i < w->n && !s.data; i++)
        s.data = slice_is(w->at[i], "__data__") ? i : 0;
    return s;
}

// Digits at the beginning of s: so many, or as many as there are (0). Answers how many, 0 where there are
// none or too few.
static size_t number(struct slice s, uint32_t digits, uint64_t *out)
{
    size_t n = 0, most = digits ? digits : NUMBER_MAX;
    for (*out = 0; n < s.len && n < most && is_digit(s.at[n]); n++)
        *out = *out * 10 + (uint64_t)(s.at[n] - '0');
    return digits && n < digits ? 0 : n;
}

static bool pass(struct slice *s, uint64_t n)
{
    if (n > s->len)
        return false;
    *s = (struct slice){s->at + n, s->len - n};
    return true;
}

// "$12\r\n" or "*3\r\n"
static bool head(struct slice *s, char type, uint64_t *out)
{
    if (!s->len || s->at[0] != type)
        return false;
    size_t n = number((struct slice){s->at + 1, s->len - 1}, 0, out);
    return n && pass(s, n + 3) && s->at[-2] == '\r' && s->at[-1] == '\n';
}

size_t spot_read(const struct spot *s, struct slice bytes, struct spot_seen *out)
{
    const char *from = bytes.at;
    uint64_t args, len;
    *out = (struct spot_seen){0};
    if (!head(&bytes, '*', &args))
        return 0;
    for (uint64_t i = 0; i < args; i++) {
        if (!head(&bytes, '$', &len))
            return 0;
        struct slice arg = {bytes.at, len < bytes.len ? len : bytes.len};
        if (i && i == s->key)
            out->has_key = pass(&arg, s->before) && number(arg, s->digits, &out->key);
        if (i && i == s->data) {
            out->has_data = true;
            out->bytes = len;
        }
        if (!pass(&bytes, len + 2))
            return 0;
    }
    return (size_t)(bytes.at - from);
}

size_t spot_numbers(const struct spot *s, struct slice bytes, uint64_t *out, size_t most)
{
    uint64_t args, len;
    size_t n = 0;
    if (!head(&bytes, '*', &args))
        return 0;
    for (uint64_t i = 0; i < args && n < most && head(&bytes, '$', &len) && len <= bytes.len; i++) {
        struct slice arg = {bytes.at, len};
        if (i && !(pass(&arg, s->before) && number(arg, s->digits, &out[n++])))
            return 0;
        if (!pass(&bytes, len + 2))
            return 0;
    }
    return n;
}
