// SPDX-License-Identifier: MIT
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIFO_LOOK_MS 20

// Two names of what is written as one stream of bytes. A terminal and /dev/null are not.
static bool same(const struct stat *a, const struct stat *b)
{
    return (S_ISREG(a->st_mode) || S_ISFIFO(a->st_mode)) && a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool same_files(int a, int b)
{
    struct stat x, y;
    return a == b || (fstat(a, &x) == 0 && fstat(b, &y) == 0 && same(&x, &y));
}

static bool is_fifo(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 && S_ISFIFO(s.st_mode);
}

// What became of an output in this call.
struct opening {
    bool fresh; // it was opened
    bool made;  // and nothing had that name before
};

static int open_or_make(const char *path, bool *made)
{
    const int how = O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK;
    int fd = open(path, how | O_EXCL, 0666);
    *made = fd >= 0;
    if (fd < 0 && errno == EEXIST)
        fd = open(path, how, 0666);
    return fd < 0 ? -errno : fd;
}

// A descriptor, or -errno; -EINTR after a signal. Opening a FIFO that nobody reads would block.
static int open_path(const char *path, const struct stopper *stop, bool *made)
{
    int fd;
    while ((fd = open_or_make(path, made)) < 0) {
        if (fd != -ENXIO || !is_fifo(path))
            return fd;
        if (stopper_wait(stop, -1, FIFO_LOOK_MS))
            return -EINTR;
    }
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
    return fd;
}

static int open_one(const struct output *o, const struct stopper *stop, bool *made, struct err *err)
{
    int fd = strcmp(o->path, "-") == 0 ? STDOUT_FILENO : open_path(o->path, stop, made);
    if (fd == -EINTR)
        return err_set(err, ERR_USAGE, "interrupted while waiting for a reader of '%s'", o->path);
    if (fd < 0)
        return err_set(err, ERR_USAGE, "cannot write to '%s': %s", o->path, strerror(-fd));
    if (same_files(fd, STDOUT_FILENO)) { // also as /dev/stdout: written as one
        if (fd != STDOUT_FILENO)
            close(fd);
        *o->file = stdout;
        return 0;
    }
    *o->file = fdopen(fd, "w");
    if (*o->file)
        return 0;
    close(fd);
    return err_set(err, ERR_RUN, "not enough memory to open '%s'", o->path);
}

static int refuse_same(const char *a, const char *b, struct err *err)
{
    return err_set(err, ERR_USAGE, "%s and %s are one and the same file: give each a file of its own", a, b);
}

static int check_history(const struct output *list, size_t n, const char *save, struct err *err)
{
    struct stat s, other;
    if (!save || stat(save, &s) < 0)
        return 0;
    for (size_t i = 0; i < n; i++)
        if (*list[i].file && fstat(fileno(*list[i].file), &other) == 0 && same(&s, &other))
            return refuse_same(list[i].option, "--save", err);
    if (fstat(STDOUT_FILENO, &other) == 0 && same(&s, &other))
        return refuse_same("standard output", "--save", err);
    return 0;
}

static int check_distinct(const struct output *list, size_t n, struct err *err)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            if (*list[i].file && *list[k].file && same_files(fileno(*list[i].file), fileno(*list[k].file)))
                return refuse_same(list[k].option, list[i].option, err);
    return 0;
}

static int empty(FILE *f, const char *path, struct err *err)
{
    struct stat s;
    bool regular = f != stdout && fstat(fileno(f), &s) == 0 && S_ISREG(s.st_mode);
    if (!regular || ftruncate(fileno(f), 0) == 0)
        return 0;
    return err_set(err, ERR_USAGE, "cannot write to '%s': %s", path, strerror(errno));
}

// What was opened is closed, so that nothing is written to it; what was made for that goes.
static int give_up(const struct output *list, size_t n, const struct opening *all)
{
    for (size_t i = 0; i < n; i++) {
        if (all[i].fresh && *list[i].file && *list[i].file != stdout)
            fclose(*list[i].file);
        if (all[i].fresh)
            *list[i].file = NULL;
        if (all[i].made)
            unlink(list[i].path);
    }
    return -1;
}

int output_open(const struct output *list, size_t n, const char *save, const struct stopper *stop,
                struct err *err)
{
    struct opening all[OUTPUTS_MAX] = {{0}};
    for (size_t i = 0; i < n; i++) {
        all[i].fresh = list[i].path && !*list[i].file;
        if (all[i].fresh && open_one(&list[i], stop, &all[i].made, err) < 0)
            return give_up(list, n, all);
    }
    if (check_distinct(list, n, err) < 0 || check_history(list, n, save, err) < 0)
        return give_up(list, n, all);
    for (size_t i = 0; i < n; i++)
        if (all[i].fresh && empty(*list[i].file, list[i].path, err) < 0)
            return give_up(list, n, all);
    return 0;
}

// The error of a write that stdio did by itself is not kept; that the reader has gone can still be seen.
static const char *why_unwritten(int error)
{
    struct pollfd p = {.fd = STDOUT_FILENO, .events = POLLOUT};
    if (error)
        return strerror(error);
    return poll(&p, 1, 0) > 0 && (p.revents & POLLERR) ? strerror(EPIPE) : "only part of it was written";
}

bool output_flush(struct outcome *o)
{
    bool failed = ferror(stdout);
    int error = fflush(stdout) != 0 ? errno : 0;
    if (!failed && !error)
        return true;
    clearerr(stdout); // told once
    outcome_raise(o, OUTCOME_RUN, "the report could not be written to standard output: %s",
                  why_unwritten(error));
    return false;
}
