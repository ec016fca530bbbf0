// SPDX-License-Identifier: MIT
#include "view/progress_line.h"

#include "base/quote.h"
#include "base/units.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// In the order in which they stand. What has the lowest rank goes first where there is no room.
enum part { TITLE, PHASE, RATE, MEAN, P50, P99, ERRORS, DONE, LEFT, PARTS };
static const int ranks[PARTS] = {9, 3, 8, 4, 5, 6, 7, 2, 8};

#define PART 160

unsigned progress_line_width(const char *text)
{
    unsigned n = 0;
    for (; *text; text++)
        n += (*text & 0xc0) != 0x80;
    return n;
}

size_t progress_line_cut(const char *text, unsigned columns)
{
    size_t at = 0;
    while (text[at] && (columns || (text[at] & 0xc0) == 0x80)) {
        columns -= (text[at] & 0xc0) != 0x80;
        at++;
    }
    return at;
}

static void put_title(const char *title, char dst[PART])
{
    char *quoted = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&quoted, &len);
    if (!out)
        return;
    quote_terminal(out, title ? title : "idle");
    if (fclose(out) == 0)
        snprintf(dst, PART, "%.*s:", (int)progress_line_cut(quoted, 32), quoted);
    free(quoted);
}

static void fill(const struct progress *p, char parts[PARTS][PART])
{
    char text[UNITS_TEXT], left[UNITS_TEXT];
    double done = progress_done(p);
    put_title(p->title, parts[TITLE]);
    snprintf(parts[PHASE], PART, " %s,", progress_phases[p->phase]);
    if (p->mean_rps > 0) {
        snprintf(parts[RATE], PART, " %s req/s", units_count((uint64_t)p->rps, text));
        snprintf(parts[MEAN], PART, " (mean %s)", units_count((uint64_t)p->mean_rps, text));
    }
    if (p->live.p99_ns) {
        snprintf(parts[P50], PART, ", p50 %s", units_duration(p->live.p50_ns, text));
        snprintf(parts[P99], PART, ", p99 %s", units_duration(p->live.p99_ns, text));
    }
    if (p->live.errors)
        snprintf(parts[ERRORS], PART, ", %s error%s", units_count(p->live.errors, text),
                 p->live.errors > 1 ? "s" : "");
    if (done <= 0)
        return;
    done = done < 1 ? done : 1;
    snprintf(parts[DONE], PART, ", %.0f%%", 100 * done);
    snprintf(parts[LEFT], PART, ", %s left",
             units_left((double)p->elapsed_ns * 1e-9 * (1 - done) / done, left));
}

char *progress_line(const struct progress *p, unsigned columns, char dst[PROGRESS_LINE])
{
    char parts[PARTS][PART] = {{0}};
    fill(p, parts);
    for (int least = 0; least < 10; least++) {
        dst[0] = 0;
        size_t len = 0;
        for (int i = 0; i < PARTS; i++)
            if (ranks[i] >= least && len < PROGRESS_LINE - PART)
                len += (size_t)snprintf(dst + len, PROGRESS_LINE - len, "%s", parts[i]);
        if (len && dst[len - 1] == ',') // of the phase, behind which nothing stands
            dst[len - 1] = 0;
        if (progress_line_width(dst) <= columns)
            return dst;
    }
    dst[progress_line_cut(dst, columns)] = 0;
    return dst;
}
