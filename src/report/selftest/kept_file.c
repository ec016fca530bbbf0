// SPDX-License-Identifier: MIT
#include "report/selftest/kept_file.h"

#include "report/selftest/kept.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "hkv-bench"
#define NAME "selftest.json"

// False where neither variable names a folder; a path that depends on where one is counts for none.
static bool find_folder(char dst[PATH_MAX])
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    int n = -1;
    if (state && state[0] == '/')
        n = snprintf(dst, PATH_MAX, "%s/" FOLDER, state);
    else if (home && home[0] == '/')
        n = snprintf(dst, PATH_MAX, "%s/.local/state/" FOLDER, home);
    return n >= 0 && n < PATH_MAX - 32; // there is room for the name of a file
}

// --- saving ---

// With all folders above it. 0 or -errno.
static int make_folder(char *path)
{
    for (char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
        *at = 0;
        int rc = mkdir(path, 0700);
        *at = '/';
        if (rc < 0 && errno != EEXIST && errno != EROFS && errno != EACCES) // the last one will tell
            return -errno;
    }
    return mkdir(path, 0700) < 0 && errno != EEXIST ? -errno : 0;
}

// 0, or -1 with err.
static int write_file(int fd, const struct selftest *t, struct err *err)
{
    FILE *file = fdopen(fd, "w");
    if (!file) {
        int why = errno;
        close(fd);
        return err_set(err, ERR_RUN, "%s", strerror(why));
    }
    int rc = kept_write(file, t, err);
    if (rc == 0 && fsync(fd) < 0)
        rc = err_set(err, ERR_RUN, "%s", strerror(errno));
    if (fclose(file) != 0 && rc == 0)
        rc = err_set(err, ERR_RUN, "%s", strerror(errno));
    return rc;
}

// A reader finds the old one or the new one, whole.
static int replace(const char *folder, const struct selftest *t, struct err *err)
{
    char temporary[PATH_MAX], path[PATH_MAX];
    snprintf(path, sizeof path, "%.*s/" NAME, PATH_MAX - 32, folder);
    snprintf(temporary, sizeof temporary, "%.*s/" NAME ".XXXXXX", PATH_MAX - 32, folder);
    int fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0)
        return err_set(err, ERR_RUN, "%s", strerror(errno));
    int rc = write_file(fd, t, err);
    if (rc == 0 && rename(temporary, path) < 0)
        rc = err_set(err, ERR_RUN, "%s", strerror(errno));
    if (rc < 0)
        unlink(temporary);
    return rc;
}

int kept_file_save(const struct selftest *t, struct err *err)
{
    char folder[PATH_MAX];
    struct err why;
    if (!find_folder(folder))
        return err_set(err, ERR_RUN,
                       "the result is not kept: neither XDG_STATE_HOME nor HOME names a folder");
    int rc = make_folder(folder);
    if (rc < 0)
        err_set(&why, ERR_RUN, "%s", strerror(-rc));
    else
        rc = replace(folder, t, &why);
    return rc < 0 ? err_set(err, ERR_RUN, "the result is not kept: %.200s: %.200s", folder, why.text) : 0;
}

// --- loading ---

// How many bytes were read, of at most cap; -1 where it is no plain file.
static ssize_t read_plain(const char *path, char *dst, size_t cap)
{
    struct stat s;
    ssize_t n = -1;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); // a FIFO must hold up nothing
    if (fd < 0)
        return -1;
    if (fstat(fd, &s) == 0 && S_ISREG(s.st_mode))
        n = read(fd, dst, cap);
    close(fd);
    return n;
}

bool kept_file_load(struct selftest *t)
{
    char folder[PATH_MAX], path[PATH_MAX];
    if (!find_folder(folder))
        return false;
    snprintf(path, sizeof path, "%.*s/" NAME, PATH_MAX - 32, folder);
    char *text = malloc(KEPT_BYTES_MAX + 1); // one more tells that it is longer
    ssize_t n = text ? read_plain(path, text, KEPT_BYTES_MAX + 1) : -1;
    bool good = n > 0 && kept_read(text, (size_t)n, t);
    free(text);
    return good;
}
