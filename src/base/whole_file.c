// SPDX-License-Identifier: MIT
#include "base/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MOST ((off_t)1 << 30)

static char *cannot_read(const char *option, const char *path, const char *why, struct err *err)
{
    char quoted[128];
    err_set(err, ERR_USAGE, "%s: cannot read %s: %s", option,
            slice_quote(slice_of(path), quoted, sizeof quoted), why);
    return NULL;
}

static int read_all(int fd, char *at, size_t len)
{
    while (len) {
        ssize_t n = read(fd, at, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? -errno : -EIO;
        at += n;
        len -= (size_t)n;
    }
    return 0;
}

char *whole_file_read(const char *option, const char *path, struct slice *out, struct err *err)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return cannot_read(option, path, strerror(errno), err);
    const char *why = fstat(fd, &st) < 0       ? strerror(errno)
                      : !S_ISREG(st.st_mode)   ? "it is no file"
                      : st.st_size == 0        ? "it is empty"
                      : st.st_size > FILE_MOST ? "it has more than 1 GiB"
                                               : NULL;
    char *bytes = why ? NULL : malloc((size_t)st.st_size);
    int rc = bytes ? read_all(fd, bytes, (size_t)st.st_size) : -ENOMEM;
    close(fd);
    if (!why && rc == 0) {
        *out = (struct slice){bytes, (size_t)st.st_size};
        return bytes;
    }
    free(bytes);
    return cannot_read(option, path, why ? why : strerror(-rc), err);
}
