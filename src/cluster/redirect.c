// SPDX-License-Identifier: MIT
#include "cluster/redirect.h"

#include "resp/number.h"

// Takes a word and the space behind it.
static struct slice take_word(struct slice *text)
{
    const char *space = text->len ? memchr(text->at, ' ', text->len) : NULL;
    struct slice word = {text->at, space ? (size_t)(space - text->at) : text->len};
    size_t n = word.len + (space != NULL);
    *text = (struct slice){text->at + n, text->len - n};
    return word;
}

// The last colon ends the host: one of IPv6 has more.
static bool read_place(struct slice place, struct redirect *r)
{
    size_t n = place.len;
    int64_t port;
    while (n && place.at[n - 1] != ':')
        n--;
    if (n == 0 || !number_read((struct slice){place.at + n, place.len - n}, &port) || port < 1 ||
        port > UINT16_MAX || n > sizeof r->host)
        return false;
    memcpy(r->host, place.at, n - 1);
    r->host[n - 1] = 0;
    if (strcmp(r->host, "?") == 0)
        r->host[0] = 0;
    r->port = (uint16_t)port;
    return true;
}

struct redirect redirect_of(struct slice text)
{
    struct redirect r = {REDIRECT_NONE};
    int64_t slot;
    struct slice word = take_word(&text);
    enum redirect_kind kind = slice_is(word, "MOVED") ? REDIRECT_MOVED
                              : slice_is(word, "ASK") ? REDIRECT_ASK
                                                      : REDIRECT_NONE;
    if (kind == REDIRECT_NONE || !number_read(take_word(&text), &slot) || slot < 0 || slot >= SLOTS ||
        !read_place(take_word(&text), &r))
        return r;
    r.kind = kind;
    r.slot = (uint16_t)slot;
    return r;
}
