// SPDX-License-Identifier: MIT
#include "report/run/junit.h"

#include "base/quote.h"
#include "base/units.h"

// Exit codes by which a run says that it failed by itself, whatever was asserted (experiment/outcome.h).
static bool broke(const struct run_facts *f)
{
    return f->exit_code != 0 && f->exit_code != 10;
}

static void one_case(FILE *out, const struct assertion_result *r)
{
    char measured[ASSERTION_TEXT];
    assertion_measured(r, measured);
    fputs("    <testcase classname=\"hkv-bench.", out);
    quote_xml(out, r->test ? r->test->test : "none");
    fputs("\" name=\"", out);
    quote_xml(out, r->of->text);
    if (r->held) {
        fputs("\"/>\n", out);
        return;
    }
    fputs("\">\n      <failure message=\"", out);
    quote_xml(out, measured);
    fputs("\" type=\"assertion\">", out);
    quote_xml(out, r->of->text);
    fputs(": ", out);
    quote_xml(out, measured);
    fputs("</failure>\n    </testcase>\n", out);
}

void junit_write(FILE *out, const struct run_facts *f)
{
    char started[UNITS_TEXT];
    size_t failed = 0, n = f->nassertions + broke(f);
    for (size_t i = 0; i < f->nassertions; i++)
        failed += !f->assertions[i].held;
    units_moment(f->started_unix_ms, started);
    fprintf(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuites tests=\"%zu\" failures=\"%zu\" errors=\"%d\">\n"
        "  <testsuite name=\"hkv-bench\" tests=\"%zu\" failures=\"%zu\" errors=\"%d\" timestamp=\"%.19s\">\n",
        n, failed, broke(f), n, failed, broke(f), started);
    for (size_t i = 0; i < f->nassertions; i++)
        one_case(out, &f->assertions[i]);
    if (broke(f))
        fprintf(out,
                "    <testcase classname=\"hkv-bench\" name=\"run\">\n"
                "      <error message=\"exit code %d\" type=\"run\"/>\n    </testcase>\n",
                f->exit_code);
    fputs("  </testsuite>\n</testsuites>\n", out);
}
