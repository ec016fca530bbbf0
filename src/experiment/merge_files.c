// SPDX-License-Identifier: MIT
#include "experiment/merge_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MISSING_SHOWN 8

static int no_memory(struct err *err)
{
    return err_set(err, ERR_RUN, "not enough memory to add up the parts");
}

static int read_all(const char *path, struct buf *out, struct err *err)
{
    FILE *f = fopen(path, "re");
    int rc = f ? buf_read_file(out, f) : -errno;
    if (f)
        fclose(f);
    if (rc == -ENOMEM)
        return no_memory(err);
    return rc < 0 ? err_set(err, ERR_RUN, "%.200s cannot be read: %s", path, strerror(-rc)) : 0;
}

// The sentence with the file that it is about before it.
static int about(const struct merge_file *f, struct err *err)
{
    struct err found = *err;
    return err_set(err, found.code, "%.200s: %.300s", f->path, found.text);
}

static int read_head(struct merge_file *f, struct err *err)
{
    struct buf bytes = {0};
    struct slice tests;
    int rc = read_all(f->path, &bytes, err);
    if (rc == 0 && part_read(&f->head, buf_unread(&bytes), &tests, err) < 0)
        rc = about(f, err);
    buf_free(&bytes);
    return rc;
}

static int by_part(const void *a, const void *b)
{
    const struct merge_file *x = *(struct merge_file *const *)a, *y = *(struct merge_file *const *)b;
    return x->head.part < y->head.part ? -1 : x->head.part > y->head.part;
}

// Whether both are of one load, as far as it is known before their tests are.
static int check_pair(const struct merge_file *first, const struct merge_file *f, struct err *err)
{
    const struct part *a = &first->head, *b = &f->head;
    if (strcmp(a->version, b->version) != 0)
        return err_set(err, ERR_RUN,
                       "%.150s was written by hkv-bench %s and %.150s by %s: run the same version everywhere",
                       first->path, a->version, f->path, b->version);
    if (a->parts != b->parts)
        return err_set(err, ERR_RUN, "%.150s is one of %u parts and %.150s one of %u: they are of two loads",
                       first->path, a->parts, f->path, b->parts);
    if (a->seed != b->seed)
        return err_set(err, ERR_RUN, "%.150s has --seed %llu and %.150s %llu: parts of a load share one",
                       first->path, (unsigned long long)a->seed, f->path, (unsigned long long)b->seed);
    return 0;
}

static int check_missing(const struct merge_files *f, struct err *err)
{
    unsigned parts = f->at[0]->head.parts, shown = 0, missing = 0;
    char names[MISSING_SHOWN * 8] = "";
    size_t at = 0, len = 0;
    for (unsigned i = 0; i < parts; i++) {
        bool there = at < f->n && f->at[at]->head.part == i;
        at += there;
        missing += !there;
        if (!there && shown++ < MISSING_SHOWN)
            len += (size_t)snprintf(names + len, sizeof names - len, "%s%u", len ? ", " : "", i + 1);
    }
    if (missing == 0 || f->partial)
        return 0;
    return err_set(err, ERR_RUN,
                   "%u of %u parts missing: %s%s; give their files too, or --partial for what is there",
                   missing, parts, names, missing > MISSING_SHOWN ? " and more" : "");
}

static int check_all(struct merge_files *f, struct err *err)
{
    qsort(f->at, f->n, sizeof(struct merge_file *), by_part);
    for (size_t i = 0; i < f->n; i++) {
        const struct merge_file *one = f->at[i], *before = i ? f->at[i - 1] : NULL;
        if (check_pair(f->at[0], one, err) < 0)
            return -1;
        if (before && before->head.part == one->head.part)
            return err_set(err, ERR_RUN, "%.200s and %.200s are both part %u of %u", before->path, one->path,
                           one->head.part + 1, one->head.parts);
        f->tests = one->head.ntests > f->tests ? one->head.ntests : f->tests;
    }
    for (size_t i = 0; i < f->n && !f->partial; i++)
        if (f->at[i]->head.ntests < f->tests)
            return err_set(err, ERR_RUN,
                           "%.200s ended early, with %u of %u tests; --partial takes what is there",
                           f->at[i]->path, f->at[i]->head.ntests, f->tests);
    return check_missing(f, err);
}

int merge_files_open(struct merge_files *f, const char *const *paths, size_t n, struct err *err)
{
    f->at = calloc(n + 1, sizeof(struct merge_file *));
    if (!f->at)
        return no_memory(err);
    for (; f->n < n; f->n++) {
        f->at[f->n] = calloc(1, sizeof **f->at);
        if (!f->at[f->n])
            return no_memory(err);
        f->at[f->n]->path = paths[f->n];
        if (read_head(f->at[f->n], err) < 0) {
            f->n++;
            return -1;
        }
    }
    if (check_all(f, err) < 0)
        return -1;
    f->merges = calloc(f->tests + 1, sizeof *f->merges);
    for (unsigned i = 0; f->merges && i < f->tests; i++)
        f->merges[i].partial = f->partial;
    return f->merges ? 0 : no_memory(err);
}

static int add_tests(struct merge_files *f, const struct part *part, struct slice tests, struct err *err)
{
    int rc = 0;
    for (unsigned i = 0; rc == 0 && i < part->ntests; i++) {
        struct summary s;
        rc = part_next(&tests, &s, err);
        if (rc == 0 && part_sign(part, &s) < 0)
            rc = no_memory(err);
        if (rc == 0)
            rc = merge_add(&f->merges[i], &s, err);
        summary_free(&s);
    }
    return rc;
}

static int add_file(struct merge_files *f, const struct merge_file *file, struct err *err)
{
    struct part *part = calloc(1, sizeof *part);
    struct buf bytes = {0};
    struct slice tests;
    if (!part)
        return no_memory(err);
    int rc = read_all(file->path, &bytes, err);
    if (rc == 0)
        rc = part_read(part, buf_unread(&bytes), &tests, err);
    if (rc == 0 && part->ntests > f->tests)
        rc = err_set(err, ERR_RUN, "the file was changed while it was read");
    if (rc == 0)
        rc = add_tests(f, part, tests, err);
    if (rc < 0)
        about(file, err);
    part_free(part);
    free(part);
    buf_free(&bytes);
    return rc;
}

int merge_files_add(struct merge_files *f, struct err *err)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < f->n; i++)
        rc = add_file(f, f->at[i], err);
    return rc;
}

void merge_files_close(struct merge_files *f)
{
    for (unsigned i = 0; f->merges && i < f->tests; i++)
        merge_free(&f->merges[i]);
    for (size_t i = 0; i < f->n; i++) {
        if (f->at[i])
            part_free(&f->at[i]->head);
        free(f->at[i]);
    }
    free(f->merges);
    free(f->at);
    *f = (struct merge_files){0};
}
