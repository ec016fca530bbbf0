// SPDX-License-Identifier: MIT
// One step of the per-request path, N times over: for bench/instructions, which counts what each costs.
// Measures nothing itself.
#include "load/template.h"
#include "resp/encode.h"
#include "resp/parse.h"
#include "stats/recorder.h"

#include <stdio.h>
#include <stdlib.h>

#define REPLIES 64
#define REPLY "$3\r\nxxx\r\n"

// Has the compiler believe that what p points at is used here.
static void keep(const void *p)
{
    __asm__ volatile("" : : "r"(p) : "memory");
}

static int parse(unsigned long n)
{
    char bytes[REPLIES * (sizeof REPLY - 1)];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = REPLY[i % (sizeof REPLY - 1)];
    struct resp_parser parser = {0};
    struct resp_reply reply;
    for (size_t at = 0; n; n--, at = at < sizeof bytes ? at : 0) {
        ssize_t taken = parse_reply(&parser, bytes + at, sizeof bytes - at, &reply);
        if (taken < 0)
            return 1;
        at += (size_t)taken;
        keep(&reply);
    }
    return 0;
}

static int encode(unsigned long n)
{
    struct slice argv[] = {slice_of("SET"), slice_of("key:000000000000"), slice_of("xxx")};
    char out[128];
    for (; n; n--) {
        keep(argv);
        keep(encode_command(out, argv, 3));
    }
    return 0;
}

static int draw_by(const char *law, unsigned long n)
{
    struct slice argv[] = {slice_of("GET"), slice_of("key:__rand_int__")};
    struct template t;
    if (template_init(&t, argv, 2, &(struct template_conf){.data_bytes = 3, .keys = true}) < 0)
        return 1;
    struct keylaw keylaw;
    if (keylaw_parse(law, &keylaw, NULL) < 0)
        return 1;
    struct keydist keys = keydist_init(100000, &keylaw, 1, (struct deal){1, 1, 0});
    char out[128];
    template_lay(&t, out);
    for (; n; n--) {
        template_draw(&t, &keys, out);
        keep(out);
    }
    template_reset(&t);
    return 0;
}

static int draw(unsigned long n)
{
    return draw_by("uniform", n);
}

static int draw_zipf(unsigned long n)
{
    return draw_by("zipf:0.99", n);
}

// Latencies from 1 us to 1 ms.
static int record(unsigned long n)
{
    struct recorder r = {0};
    if (recorder_init(&r, 3, false) < 0)
        return 1;
    struct rng rng = rng_init(1, 0);
    for (; n; n--)
        recorder_ok(&r, 1000 + (rng_next(&rng) & 0xfffff), 1);
    keep(&r);
    recorder_free(&r);
    return 0;
}

static const struct step {
    const char *name;
    int (*run)(unsigned long n);
} steps[] = {
    {"parse", parse}, {"encode", encode}, {"draw", draw}, {"draw_zipf", draw_zipf}, {"record", record}};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc == 3 && i < sizeof steps / sizeof *steps; i++)
        if (!strcmp(argv[1], steps[i].name))
            return steps[i].run(strtoul(argv[2], NULL, 10));
    fputs("usage: micro parse|encode|draw|draw_zipf|record N\n", stderr);
    return 2;
}
