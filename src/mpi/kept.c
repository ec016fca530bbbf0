// SPDX-License-Identifier: MIT
#include "mpi/kept.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int write_all(const char *path, struct slice bytes)
{
    FILE *out = fopen(path, "wbe");
    if (!out)
        return -errno;
    bool whole = fwrite(bytes.at, 1, bytes.len, out) == bytes.len;
    return fclose(out) == 0 && whole ? 0 : -EIO;
}

void kept_write(const struct part *p, const struct summary *s, int rank)
{
    const char *folder = getenv("HKV_MPI_PARTS");
    struct buf bytes = {0};
    char path[4096];
    if (!folder)
        return;
    snprintf(path, sizeof path, "%s/%s.%d.part", folder, s->test, rank);
    int rc = part_pack(p, s, &bytes);
    if (rc == 0)
        rc = write_all(path, buf_unread(&bytes));
    if (rc < 0)
        fprintf(stderr, "hkv-bench-mpi: %s cannot be written: %s\n", path, strerror(-rc));
    buf_free(&bytes);
}
