// SPDX-License-Identifier: MIT
#include "load/spelt.h"

#include "load/keyed.h"
#include "load/recipe.h"

#include <errno.h>
#include <stdlib.h>

#define CATALOGUE_KEY "key:__rand_int__"

static const char *const digits[KEYDIST_NAMES] = {
    "__rand_int__", "__rand_1st__", "__rand_2nd__", "__rand_3rd__", "__rand_4th__",
    "__rand_5th__", "__rand_6th__", "__rand_7th__", "__rand_8th__", "__rand_9th__"};

struct spelling {
    const struct keyform *form;
    char *at; // where the next byte goes
};

static void put(struct spelling *s, const char *bytes, size_t n)
{
    memcpy(s->at, bytes, n);
    s->at += n;
}

static void put_key(struct spelling *s, const struct keyform *form, const struct recipe_piece *p)
{
    put(s, form->before, form->before_len);
    put(s, digits[p->name], strlen(digits[p->name]));
    put(s, form->after, form->after_len);
}

// Keys that differ in length stay for the recipe.
static void spell(struct spelling *s, struct slice arg)
{
    static const struct keyform usual = {.before = "key:", .before_len = 4, .width = KEYFORM_DIGITS};
    const struct keyform *form = s->form ? s->form : &usual;
    while (arg.len) {
        struct recipe_piece p;
        size_t n = recipe_placeholder(arg, &p);
        if (n && p.kind == RECIPE_KEY && keyform_fixed(form))
            put_key(s, form, &p);
        else
            put(s, arg.at, n ? n : 1);
        n = n ? n : 1;
        arg = (struct slice){arg.at + n, arg.len - n};
    }
}

static bool is_key(const struct keyed *k, size_t at)
{
    for (size_t i = keyed_first(k); i; i = keyed_next(k, i))
        if (i == at)
            return true;
    return false;
}

// How much longer an argument may become.
static size_t room(const struct slice *argv, size_t argc, const struct keyform *form, size_t prefix)
{
    size_t n = 1, each = form ? form->before_len + form->after_len : 4;
    for (size_t i = 0; i < argc; i++)
        n += argv[i].len + prefix + (argv[i].len / strlen("__key__") + 1) * (each + strlen(digits[0]));
    return n;
}

int spelt_init(struct spelt *out, const struct slice *argv, size_t argc, const struct keyform *form,
               const char *prefix)
{
    struct keyed keyed = keyed_of(argv, argc);
    size_t before = prefix ? strlen(prefix) : 0;
    struct spelling s = {.form = form};
    *out = (struct spelt){calloc(argc, sizeof *argv), malloc(room(argv, argc, form, before))};
    s.at = out->storage;
    if (!out->argv || !out->storage) {
        spelt_free(out);
        return -ENOMEM;
    }
    for (size_t i = 0; i < argc; i++) {
        char *from = s.at;
        bool of_catalogue = form && slice_is(argv[i], CATALOGUE_KEY);
        if (prefix && is_key(&keyed, i) && !of_catalogue)
            put(&s, prefix, before);
        spell(&s, of_catalogue ? slice_of("__key__") : argv[i]);
        out->argv[i] = (struct slice){from, (size_t)(s.at - from)};
    }
    return 0;
}

void spelt_free(struct spelt *s)
{
    free(s->argv);
    free(s->storage);
    *s = (struct spelt){0};
}

struct slice spelt_plain(struct slice key, bool filled)
{
    char *plain = malloc(key.len + 1), *to = plain;
    if (!plain)
        return (struct slice){0};
    while (key.len) {
        struct recipe_piece p;
        struct slice as = key;
        size_t n = recipe_placeholder(key, &p);
        as.len = n ? n : 1;
        if (n && p.kind == RECIPE_KEY)
            as = slice_of("__key__");
        if (n && p.kind == RECIPE_DIGITS && filled)
            as = slice_of("__rand_int__");
        memcpy(to, as.at, as.len);
        to += as.len;
        n = n ? n : 1;
        key = (struct slice){key.at + n, key.len - n};
    }
    return (struct slice){plain, (size_t)(to - plain)};
}
