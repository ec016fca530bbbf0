// SPDX-License-Identifier: MIT
// A command whose requests differ in more than the digits of their keys: written argument by argument, each
// as long as it comes out. Knows no socket and no clock.
#pragma once

#include "load/contents.h"
#include "load/dataset.h"
#include "load/draw.h"
#include "load/keyed.h"
#include "load/keyform.h"
#include "load/sizes.h"
#include "load/tag.h"

enum recipe_kind {
    RECIPE_TEXT,     // as it stands
    RECIPE_DIGITS,   // __rand_int__, __rand_1st__
    RECIPE_KEY,      // __key__, __key:1__
    RECIPE_DATA,     // __data__
    RECIPE_RANGE,    // __rand:LO:HI__
    RECIPE_SEQ,      // __seq__
    RECIPE_NOW,      // __now__, ms since 1970
    RECIPE_CURSOR,   // __cursor__, what the last SCAN of the connection answered
    RECIPE_FIELD,    // __field:name__, of the row of the request
    RECIPE_ENVELOPE, // __hkv_envelope__: load/envelope.h
};

struct recipe_piece {
    enum recipe_kind kind;
    uint8_t name;     // of digits and keys: 0, or the number that all of this name share
    uint32_t at, len; // of text
    uint64_t lo, hi;  // of a range; of a field its column, and before that its name: [lo, lo + hi)
};

// What values are made of.
struct recipe_values {
    struct sizes sizes;
    struct contents_pool pool; // another's
    bool anywhere;             // a value begins anywhere in it
    bool self;                 // and says whose it is
};

struct recipe_step {
    uint32_t first, n; // pieces of one argument; n 0: text [at, at + len), whole arguments as they stand
    uint32_t at, len;
};

// Of a cluster: in which slot a request lies, and what its tags become.
struct recipe_slots {
    struct keyed keyed;
    uint16_t first; // requests without a slot of their own are dealt to [first, first + n); n 0: no cluster
    uint32_t n;
    bool tagged;   // keys have a tag to be filled
    bool settled;  // by the one key: each name of it has one tag
    size_t digits; // where in that key its number is; 0: the whole key says which
    struct tags *tags;
};

struct recipe {
    char *text;
    struct recipe_piece *pieces;
    struct recipe_step *steps;
    uint32_t npieces, nsteps;
    size_t most;                   // bytes of the longest request
    uint16_t names;                // bit k: name k is used
    unsigned draws[KEYDIST_NAMES]; // as a template's
    bool now;                      // it asks for the time
    bool scans;                    // and for a cursor
    bool same;                     // its key is that of the request before
    const struct dataset *rows;    // whose fields it has; NULL: none
    uint32_t name;                 // of its first key, in values that say whose they are: proof_name
    struct keyform key;
    struct recipe_values values;
    struct recipe_slots slots;
};

struct recipe_conf {
    const struct keyform *key;
    const struct recipe_values *values;
    bool digits;                   // fill __rand_int__ and its like; else they stay literal text
    const struct dataset *dataset; // of fields; or NULL: they stay literal text
    unsigned first_slot, nslots;   // of a cluster: the slots of tags; nslots 0: it is none
    uint32_t name;                 // of its first key: as of the recipe
    bool same;                     // __key__ and __rand_int__ are those of the request before (draw.same)
};

// Whether requests of argv differ in length or contents, so that a template does not do.
bool recipe_needed(const struct slice *argv, size_t argc, const struct recipe_conf *conf);

// The placeholder at the start of s; its length, or 0 where there is none.
size_t recipe_placeholder(struct slice s, struct recipe_piece *out);

// 0, -ENOMEM, or -E2BIG when a request may be over 2 GiB. recipe_free in any case.
int recipe_init(struct recipe *r, const struct slice *argv, size_t argc, const struct recipe_conf *conf);
void recipe_free(struct recipe *r);

// Writes one request and answers its end: at most r->most bytes.
char *recipe_write(const struct recipe *r, struct draw *d, char *dst);
