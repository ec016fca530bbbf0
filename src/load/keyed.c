// SPDX-License-Identifier: MIT
#include "load/keyed.h"

// Where a command has its keys.
struct rule {
    const char *names; // between spaces
    size_t first;      // 0: no keys
    int last;          // an argument; below 0: so many from the end
    size_t step;
    size_t numkeys; // the argument that says how many there are from first on; 0: none
    size_t also;
};

#define FROM_END(n) (-(n))

// clang-format off
static const struct rule rules[] = {
    {" PING ECHO INFO TIME DBSIZE RANDOMKEY FLUSHALL FLUSHDB CONFIG CLIENT COMMAND WAIT PUBLISH SUBSCRIBE "
     "PSUBSCRIBE ACL LATENCY SCRIPT FUNCTION SLOWLOG HELLO AUTH SELECT LOLWUT DEBUG KEYS SCAN MULTI EXEC DISCARD "
     "ASKING READONLY READWRITE CLUSTER ROLE LASTSAVE SAVE BGSAVE RESET QUIT SWAPDB ", .first = 0},
    {" MGET DEL UNLINK EXISTS TOUCH WATCH SDIFF SINTER SUNION SDIFFSTORE SINTERSTORE SUNIONSTORE PFCOUNT PFMERGE "
     "SSUBSCRIBE ", .first = 1, .last = FROM_END(1), .step = 1},
    {" MSET MSETNX ", .first = 1, .last = FROM_END(2), .step = 2},
    {" BLPOP BRPOP BZPOPMIN BZPOPMAX ", .first = 1, .last = FROM_END(2), .step = 1},
    {" LMOVE RPOPLPUSH BLMOVE BRPOPLPUSH SMOVE RENAME RENAMENX COPY LCS GEOSEARCHSTORE ZRANGESTORE ", .first = 1, .last = 2, .step = 1},
    {" OBJECT XINFO XGROUP MEMORY ", .first = 2, .last = 2, .step = 1},
    {" BITOP ", .first = 2, .last = FROM_END(1), .step = 1},
    {" EVAL EVALSHA EVAL_RO EVALSHA_RO FCALL FCALL_RO ", .first = 3, .last = 0, .step = 1, .numkeys = 2},
    {" ZUNIONSTORE ZINTERSTORE ZDIFFSTORE ", .first = 3, .last = 0, .step = 1, .numkeys = 2, .also = 1},
    {" ZUNION ZINTER ZDIFF ZINTERCARD SINTERCARD LMPOP ZMPOP ", .first = 2, .last = 0, .step = 1, .numkeys = 1},
    {" BLMPOP BZMPOP ", .first = 3, .last = 0, .step = 1, .numkeys = 2},
};
// clang-format on

static bool names_it(const char *names, struct slice command)
{
    for (const char *at = names + 1; *at;) {
        size_t n = strcspn(at, " ");
        char name[24] = "";
        memcpy(name, at, n);
        if (slice_is_nocase(command, name))
            return true;
        at += n + 1;
    }
    return false;
}

static size_t count_of(struct slice digits)
{
    size_t n = 0;
    for (size_t i = 0; i < digits.len && i < 6; i++) {
        if (digits.at[i] < '0' || digits.at[i] > '9')
            return 0;
        n = n * 10 + (size_t)(digits.at[i] - '0');
    }
    return n;
}

// XREAD [...] STREAMS key ... id ...
static struct keyed of_streams(const struct slice *argv, size_t argc)
{
    for (size_t i = 1; i + 2 < argc; i++)
        if (slice_is_nocase(argv[i], "STREAMS"))
            return (struct keyed){.first = i + 1, .last = i + (argc - i - 1) / 2, .step = 1};
    return (struct keyed){0};
}

static size_t last_of(const struct rule *r, const struct slice *argv, size_t argc)
{
    if (r->numkeys)
        return r->numkeys < argc ? r->first + count_of(argv[r->numkeys]) - 1 : 0;
    if (r->last >= 0)
        return (size_t)r->last;
    size_t back = (size_t)-r->last;
    return argc > back ? argc - back : 0;
}

// A command that is cut short has the keys that are there.
static struct keyed apply(const struct rule *r, const struct slice *argv, size_t argc)
{
    size_t last = r->first ? last_of(r, argv, argc) : 0;
    if (last >= argc)
        last = argc - 1;
    if (last >= r->first && last)
        return (struct keyed){r->also, r->first, last, r->step};
    if (r->also && r->also < argc)
        return (struct keyed){0, r->also, r->also, 1};
    return (struct keyed){0};
}

struct keyed keyed_of(const struct slice *argv, size_t argc)
{
    static const struct rule usual = {.first = 1, .last = 1, .step = 1};
    if (slice_is_nocase(argv[0], "XREAD") || slice_is_nocase(argv[0], "XREADGROUP"))
        return of_streams(argv, argc);
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (names_it(rules[i].names, argv[0]))
            return apply(&rules[i], argv, argc);
    return apply(&usual, argv, argc);
}
