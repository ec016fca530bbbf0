// SPDX-License-Identifier: MIT
// Hash tags: three letters for each slot of a cluster, so that a key can be sent wherever one wants it. And
// where a command's keys get one. Knows no nodes.
#pragma once

#include "load/keyed.h"
#include "resp/slot.h"

#define TAG "{tag}" // in an argument: the letters take the place of "tag"
#define TAG_LEN 3

struct tags {
    char of[SLOTS][TAG_LEN];
};

// 0, or -ENOMEM. To be freed with free.
int tags_new(struct tags **out);

// A command's arguments, some of them anew with a tag in them.
struct tagged {
    struct slice *argv;
    char *storage;
};

// When a command's keys get a tag.
enum tagging {
    TAGGING_SEVERAL, // where there are several and they would fall apart
    TAGGING_FIXED,   // and where a key is always the same
    TAGGING_ALL,
};

// Puts ":{tag}" behind the name of each key that is to have one, as redis-benchmark does: "key:{tag}:N",
// "mylist:{tag}". Keys with a tag of their own stay. draws: whether __rand_int__ and its like vary. 0 with
// out to be freed, or -ENOMEM.
int tagged_init(struct tagged *out, const struct slice *argv, size_t argc, enum tagging how, bool draws);
// Why a cluster would not take these arguments.
struct tagged_fault {
    struct slice key, other; // that do not lie in one slot
    bool outside;            // or key alone, outside of the slots that are asked
};

// Slots [first, first + n); n 0: all.
struct tagged_slots {
    unsigned first, n;
};

// Whether the keys, with the tags that they have, can lie in several slots, or outside of [first, first + n);
// n 0: no slot is outside.
bool tagged_faulty(struct tagged_fault *f, const struct slice *argv, size_t argc, bool draws,
                   struct tagged_slots slots);
void tagged_free(struct tagged *t);
