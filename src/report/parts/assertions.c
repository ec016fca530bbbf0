// SPDX-License-Identifier: MIT
#include "report/parts/assertions.h"

#include "base/quote.h"
#include "report/parts/sheet.h"

void assertions_text(FILE *out, const struct assertion_result *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct assertion_result *r = &list[i];
        char measured[ASSERTION_TEXT];
        fprintf(out, "%s%s" PAINT_OFF " %s (", r->held ? PAINT_GOOD : PAINT_BAD, r->held ? "PASS" : "FAIL",
                r->of->text);
        quote_terminal(out, r->test ? r->test->title : "");
        fprintf(out, "%s%s)\n", r->test ? ": " : "", assertion_measured(r, measured));
    }
}
