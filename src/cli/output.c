// SPDX-License-Identifier: MIT
#include "cli/output.h"

#include <errno.h>
#include <string.h>

int output_open(FILE **out, const char *path, struct err *err)
{
    if (!path)
        return 0;
    *out = strcmp(path, "-") == 0 ? stdout : fopen(path, "we");
    return *out ? 0 : err_set(err, ERR_USAGE, "cannot write to '%s': %s", path, strerror(errno));
}
