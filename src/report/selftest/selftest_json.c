// SPDX-License-Identifier: MIT
#include "report/selftest/selftest_json.h"

#include "report/parts/document.h"
#include "report/parts/json.h"
#include "report/parts/selftest_value.h"

int selftest_json(FILE *out, const struct run_facts *facts, const struct selftest *t, struct err *err)
{
    struct run_facts own = *facts;
    own.selftest = t; // of a selftest that is its result, and not one that was kept
    return document_write(
        out, &own,
        &(struct document){
            .kind = "selftest", .setup = FIELDS{{0}}, .servers = FIELDS{{0}}, .tests = json_array()},
        err);
}
