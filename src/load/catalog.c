// SPDX-License-Identifier: MIT
#include "load/catalog.h"

#include <stdio.h>
#include <string.h>

#define KEY "key:__rand_int__"
#define KEY_DATA " " KEY " __data__"
#define TEN(x) x x x x x x x x x x
#define LRANGES "lrange_lpush,lrange,lrange_100,lrange_300,lrange_500,lrange_600"

// clang-format off
const struct test catalog[] = {
    {.names = "ping_inline,ping", .title = "PING_INLINE", .reply = "+", .command = "PING\r\n", .raw = true},
    {.names = "ping_mbulk,ping",  .title = "PING_MBULK",  .reply = "+", .command = "PING"},
    {.names = "set",     .title = "SET",     .reply = "+?", .command = "SET" KEY_DATA},
    {.names = "get",     .title = "GET",     .reply = "$?", .command = "GET " KEY},
    {.names = "incr",    .title = "INCR",    .reply = ":", .command = "INCR counter:__rand_int__"},
    {.names = "lpush",   .title = "LPUSH",   .reply = ":", .command = "LPUSH mylist __data__"},
    {.names = "rpush",   .title = "RPUSH",   .reply = ":", .command = "RPUSH mylist __data__"},
    {.names = "lpop",    .title = "LPOP",    .reply = "$?", .command = "LPOP mylist"},
    {.names = "rpop",    .title = "RPOP",    .reply = "$?", .command = "RPOP mylist"},
    {.names = "sadd",    .title = "SADD",    .reply = ":", .command = "SADD myset element:__rand_int__"},
    {.names = "hset",    .title = "HSET",    .reply = ":", .command = "HSET myhash element:__rand_int__ __data__"},
    {.names = "spop",    .title = "SPOP",    .reply = "$?", .command = "SPOP myset"},
    {.names = "zadd",    .title = "ZADD",    .reply = ":", .command = "ZADD myzset __rand_int__ element:__rand_int__",
     .one_key = "ZADD myzset 0 element:__rand_int__"},
    {.names = "zpopmin", .title = "ZPOPMIN", .reply = "*?", .command = "ZPOPMIN myzset"},
    {.names = LRANGES, .title = "LPUSH (needed to benchmark LRANGE)", .reply = ":", .command = "LPUSH mylist __data__"},
    {.names = "lrange_100,lrange", .title = "LRANGE_100 (first 100 elements)", .reply = "*", .command = "LRANGE mylist 0 99"},
    {.names = "lrange_300,lrange", .title = "LRANGE_300 (first 300 elements)", .reply = "*", .command = "LRANGE mylist 0 299"},
    {.names = "lrange_500,lrange", .title = "LRANGE_500 (first 500 elements)", .reply = "*", .command = "LRANGE mylist 0 499"},
    {.names = "lrange_600,lrange", .title = "LRANGE_600 (first 600 elements)", .reply = "*", .command = "LRANGE mylist 0 599"},
    {.names = "mset",    .title = "MSET (10 keys)", .reply = "+", .command = "MSET" TEN(KEY_DATA)},
    {.names = "mget",    .title = "MGET (10 keys)", .reply = "*10", .command = "MGET" TEN(" " KEY), .valkey = true},
    {.names = "xadd",    .title = "XADD",    .reply = "$", .command = "XADD mystream * myfield __data__"},
};
// clang-format on

const size_t catalog_len = sizeof catalog / sizeof *catalog;

// Takes the next comma-separated word off *list; false when there is none.
static bool next_word(const char **list, struct slice *word)
{
    if (**list == 0)
        return false;
    size_t n = strcspn(*list, ",");
    *word = (struct slice){*list, n};
    *list += n + ((*list)[n] == ',');
    return true;
}

static bool names_has(const char *names, struct slice word)
{
    char lower[32];
    if (word.len >= sizeof lower)
        return false;
    for (size_t i = 0; i < word.len; i++)
        lower[i] = (char)(word.at[i] >= 'A' && word.at[i] <= 'Z' ? word.at[i] + 32 : word.at[i]);
    lower[word.len] = 0;
    struct slice name;
    while (next_word(&names, &name))
        if (slice_is(name, lower))
            return true;
    return false;
}

bool catalog_selects(const char *list, const struct test *row)
{
    if (!list)
        return true;
    struct slice word;
    while (next_word(&list, &word))
        if (names_has(row->names, word))
            return true;
    return false;
}

const struct test *catalog_find(struct slice name)
{
    for (size_t i = 0; i < catalog_len; i++) {
        char own[32];
        snprintf(own, sizeof own, "%.*s", (int)strcspn(catalog[i].names, ","), catalog[i].names);
        if (slice_is_nocase(name, own))
            return &catalog[i];
    }
    return NULL;
}

static bool known(struct slice word)
{
    for (size_t i = 0; i < catalog_len; i++)
        if (names_has(catalog[i].names, word))
            return true;
    return false;
}

struct slice catalog_unknown(const char *list)
{
    struct slice word;
    while (next_word(&list, &word))
        if (!known(word))
            return word;
    return (struct slice){"", 0};
}

size_t catalog_names(const char **names, size_t max, char *storage, size_t storage_len)
{
    size_t n = 0;
    for (size_t i = 0; i < catalog_len; i++) {
        const char *list = catalog[i].names;
        struct slice word;
        while (next_word(&list, &word)) {
            bool seen = false;
            for (size_t k = 0; k < n && !seen; k++)
                seen = slice_is(word, names[k]);
            if (seen || n == max || word.len + 1 > storage_len)
                continue;
            memcpy(storage, word.at, word.len);
            storage[word.len] = 0;
            names[n++] = storage;
            storage += word.len + 1;
            storage_len -= word.len + 1;
        }
    }
    return n;
}
