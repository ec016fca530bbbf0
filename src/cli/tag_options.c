// SPDX-License-Identifier: MIT
#include "cli/tag_options.h"

#include <ctype.h>
#include <string.h>

#define QUOTE 64

bool tag_options_key(const char *text, struct run_tag *out)
{
    size_t len = 0;
    while (isalnum((unsigned char)text[len]) || (text[len] && strchr("_-.", text[len])))
        len++;
    if (len == 0 || len >= sizeof out->key || (text[len] && text[len] != '='))
        return false;
    memcpy(out->key, text, len);
    out->key[len] = 0;
    out->value = text[len] ? text + len + 1 : NULL;
    return true;
}

int tag_options_parse(struct tag_options *t, const struct opt_list *words, struct err *err)
{
    char quoted[QUOTE];
    for (unsigned i = 0; i < words->n; i++) {
        struct run_tag *tag = &t->at[t->n];
        if (!tag_options_key(words->at[i], tag) || !tag->value)
            return err_set(err, ERR_USAGE,
                           "--tag: expected KEY=VALUE such as commit=1a2b3c4, with a key of letters, digits, "
                           "_ - and ., got '%s'",
                           slice_quote(slice_of(words->at[i]), quoted, sizeof quoted));
        for (size_t k = 0; k < t->n; k++)
            if (strcmp(t->at[k].key, tag->key) == 0)
                return err_set(err, ERR_USAGE, "--tag gives %s twice: give each key once", tag->key);
        t->n++;
    }
    return 0;
}
