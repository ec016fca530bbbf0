// SPDX-License-Identifier: MIT
#include "report/parts/assertions.h"

#include "base/quote.h"

void assertions_text(FILE *out, const struct assertion_result *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct assertion_result *r = &list[i];
        char measured[ASSERTION_TEXT];
        fprintf(out, "assert %s  %s: ", r->of->text, r->held ? "held" : "FAILED");
        quote_terminal(out, r->test ? r->test->title : "");
        fprintf(out, "%s%s\n", r->test ? ": " : "", assertion_measured(r, measured));
    }
}
