// SPDX-License-Identifier: MIT
#include "report/html/html.h"

#include "base/slice.h"
#include "report/html/page.h"

#include <jansson.h>
#include <string.h>

static const char *const kinds[] = {"run", "compare", "aa", "saturate", "sweep", "trend"};

static bool known(const json_t *kind)
{
    for (size_t i = 0; json_is_string(kind) && i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(json_string_value(kind), kinds[i]) == 0)
            return true;
    return false;
}

int html_check(const char *text, const char *what, struct err *err)
{
    char name[160], word[64];
    json_error_t why;
    json_t *whole = json_loads(text, 0, &why);
    const json_t *version = json_object_get(whole, "schema_version"), *kind = json_object_get(whole, "kind");
    int rc = 0;
    slice_quote(slice_of(what), name, sizeof name);
    if (!whole)
        rc = err_set(err, ERR_USAGE, "%s: expected a result of --json, got no JSON: line %d: %s", name,
                     why.line, slice_quote(slice_of(why.text), word, sizeof word));
    else if (!json_is_integer(version) || !kind)
        rc = err_set(err, ERR_USAGE, "%s: expected a result of --json, got other JSON", name);
    else if (json_integer_value(version) != 1 || !known(kind))
        rc = err_set(err, ERR_USAGE, "%s: a result of another version of hkv-bench: measure again", name);
    json_decref(whole);
    return rc;
}

// "<" stands in strings only, where \u003c is the same: no document can end the element that it is in.
static void put_document(FILE *out, const char *text)
{
    for (const char *rest; (rest = strchr(text, '<')) != NULL; text = rest + 1) {
        fwrite(text, 1, (size_t)(rest - text), out);
        fputs("\\u003c", out);
    }
    fputs(text, out);
}

int html_write(FILE *out, const char *const *documents, size_t n, struct err *err)
{
    fputs((const char *)page_before, out);
    for (size_t i = 0; i < n; i++) {
        fputs(i ? ",\n" : "\n", out);
        put_document(out, documents[i]);
    }
    fputs((const char *)page_after, out);
    return fflush(out) == 0 && !ferror(out)
               ? 0
               : err_set(err, ERR_RUN, "the page could not be written completely");
}
