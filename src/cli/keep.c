// SPDX-License-Identifier: MIT
#include "cli/keep.h"

#include <stdlib.h>

int keep_in(struct history *h, const struct keep *k, struct err *err)
{
    char *document = NULL;
    size_t len;
    int64_t run;
    FILE *memory = open_memstream(&document, &len);
    int rc = memory ? k->write(memory, k->what, err) : -1;
    if (!memory || fclose(memory) != 0)
        rc = err_set(err, ERR_RUN, "not enough memory to save the results");
    if (rc == 0)
        rc = history_save(h, k->kind, document, &run, err);
    free(document);
    return rc;
}
