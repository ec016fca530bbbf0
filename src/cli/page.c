// SPDX-License-Identifier: MIT
#include "cli/page.h"

#include "report/html/html.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int page_write(const char *path, const char *const *documents, size_t n, struct err *err)
{
    FILE *out = strcmp(path, "-") == 0 ? stdout : fopen(path, "we");
    if (!out)
        return err_set(err, ERR_USAGE, "--html: %.200s cannot be written: %s", path, strerror(errno));
    int rc = html_write(out, documents, n, err);
    if (out != stdout && fclose(out) != 0 && rc == 0)
        rc = err_set(err, ERR_RUN, "the page could not be written completely");
    return rc;
}
