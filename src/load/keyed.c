// SPDX-License-Identifier: MIT
#include "load/keyed.h"

#include "load/command_table.h"

// Where a command has its keys, by enum command_keys.
struct rule {
    size_t first; // 0: no keys
    int last;     // an argument; below 0: so many from the end
    size_t step;
    size_t numkeys; // the argument that says how many there are from first on; 0: none
    size_t also;
};

#define FROM_END(n) (-(n))

static const struct rule rules[COMMAND_KEYS] = {
    [COMMAND_KEYS_FIRST] = {.first = 1, .last = 1, .step = 1},
    [COMMAND_KEYS_NONE] = {.first = 0},
    [COMMAND_KEYS_ALL] = {.first = 1, .last = FROM_END(1), .step = 1},
    [COMMAND_KEYS_PAIRS] = {.first = 1, .last = FROM_END(2), .step = 2},
    [COMMAND_KEYS_BUT_LAST] = {.first = 1, .last = FROM_END(2), .step = 1},
    [COMMAND_KEYS_TWO] = {.first = 1, .last = 2, .step = 1},
    [COMMAND_KEYS_SECOND] = {.first = 2, .last = 2, .step = 1},
    [COMMAND_KEYS_FROM_SECOND] = {.first = 2, .last = FROM_END(1), .step = 1},
    [COMMAND_KEYS_COUNTED] = {.first = 2, .step = 1, .numkeys = 1},
    [COMMAND_KEYS_COUNTED_LATE] = {.first = 3, .step = 1, .numkeys = 2},
    [COMMAND_KEYS_STORED] = {.first = 3, .step = 1, .numkeys = 2, .also = 1},
};

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
    enum command_keys keys = command_table_of(argv[0]).keys;
    return keys == COMMAND_KEYS_STREAMS ? of_streams(argv, argc) : apply(&rules[keys], argv, argc);
}
