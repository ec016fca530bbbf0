// SPDX-License-Identifier: MIT
// What every document begins with. The form is promised in docs/json.md.
#include "base/build.h"
#include "report/json.h"
#include "report/values.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

json_t *json_tool(void)
{
    json_t *how = value_object(FIELDS{
        {"compiler", value_text(build.compiler)},
        {"type", value_text(build.type)},
        {"flags", value_text(build.flags)},
        {"sanitize", value_text(build.sanitize)},
        {"histogram", value_text(build.histogram)},
        {0},
    });
    return value_object(FIELDS{
        {"name", value_text("hkv-bench")},
        {"version", value_text(build.version)},
        {"git", value_text(build.git)},
        {"build", how},
        {0},
    });
}

json_t *json_started(int64_t unix_ms)
{
    time_t second = (time_t)(unix_ms / 1000);
    struct tm utc;
    char day[32], whole[48];
    if (!gmtime_r(&second, &utc) || strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &utc) == 0)
        return json_null();
    snprintf(whole, sizeof whole, "%s.%03dZ", day, (int)(unix_ms % 1000));
    return value_text(whole);
}

json_t *json_command_line(const struct run_facts *f)
{
    json_t *words = json_array();
    for (int i = 0; i < f->argc; i++)
        words = value_append(words, value_text(f->argv[i]));
    return words;
}

json_t *json_seed(uint64_t seed)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRIu64, seed);
    return value_text(digits);
}
