// SPDX-License-Identifier: MIT
// Prints the table of src/judge/sequential.c: of each size of a family and each look, the critical sum of
// signed ranks. Simulates many symmetric samples, which all have the same law of signed ranks, and gives each
// look as much error as the spending function leaves it. The seed is fixed: the table is always the same.
// With --designs it compares this way to look with others instead.
#include "judge/sequential.h"

#include "base/rng.h"
#include "judge/signrank.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAMPLES 1000000
#define LAST SEQUENTIAL_LAST
#define FIRST_PART 0.55 // of the error, that the first look may spend
#define SUMS (LAST * (LAST + 1) / 2)

struct sample {
    unsigned short least[LAST + 1]; // by the number of blocks: the lesser sum of signed ranks
};

// The sum of the positive ranks is the number of pairs i <= j with a positive mean.
static void draw(struct rng *r, struct sample *s)
{
    double d[LAST];
    unsigned sum = 0;
    for (unsigned n = 1; n <= LAST; n++) {
        d[n - 1] = sqrt(-2 * log(rng_unit(r))) * cos(2 * M_PI * rng_unit(r));
        for (unsigned i = 0; i < n; i++)
            sum += d[i] + d[n - 1] > 0;
        unsigned other = n * (n + 1) / 2 - sum;
        s->least[n] = (unsigned short)(sum < other ? sum : other);
    }
}

// The error that the looks at up to n blocks may have made: what the first look spends, which is 2^(1-first),
// and then in proportion to the logarithm of n.
static double spent(double error, unsigned first, unsigned n)
{
    double at_first = ldexp(1, 1 - (int)first);
    return at_first + (error - at_first) * log((double)n / first) / log((double)LAST / first);
}

static unsigned first_look(double error)
{
    unsigned n = SEQUENTIAL_FIRST;
    while (ldexp(1, 1 - (int)n) > FIRST_PART * error)
        n++;
    return n;
}

// The greatest critical sum with which no more than `most` samples have been outside until now; takes those
// out.
static int look(struct sample *samples, unsigned *alive, unsigned n, double most, bool first)
{
    static unsigned at[SUMS + 1];
    unsigned outside = SAMPLES - *alive, kept = 0;
    int critical = first ? 0 : -1;
    memset(at, 0, sizeof at);
    for (unsigned i = 0; i < *alive; i++)
        at[samples[i].least[n]]++;
    for (int c = 0; outside + at[c] <= most; c++) {
        outside += at[c];
        critical = c;
    }
    for (unsigned i = 0; i < *alive; i++) {
        struct sample s = samples[i];
        if (s.least[n] > critical) {
            samples[i] = samples[kept];
            samples[kept++] = s;
        }
    }
    *alive = kept;
    return critical;
}

static void print_row(struct sample *samples, unsigned family)
{
    double error = SEQUENTIAL_ERROR / family;
    unsigned alive = SAMPLES, first = first_look(error);
    printf("    {");
    for (unsigned n = SEQUENTIAL_FIRST; n <= LAST; n++)
        printf("%d%s",
               n < first ? -1 : look(samples, &alive, n, spent(error, first, n) * SAMPLES, n == first),
               n < LAST ? ", " : "},\n");
    fprintf(stderr, "family of %u: %.3f %% of the samples are outside at some look\n", family,
            100.0 * (SAMPLES - alive) / SAMPLES);
}

// --- other ways, for comparison ---

static const double effects[] = {4.25, 2, 1, 0.5}; // beyond the margin, in deviations of a block
#define EFFECTS (sizeof effects / sizeof *effects)
#define TRIES 10000

// Whether a way to look finds that d[0..n) is not around 0. critical: of each number of blocks, where it asks
// that.
struct way {
    const char *name;
    bool (*outside)(const double *d, unsigned n, const int *critical);
    int critical[LAST + 1];
};

static bool by_ranks(const double *d, unsigned n, const int *critical)
{
    unsigned sum = 0, sums = n * (n + 1) / 2;
    for (unsigned j = 0; critical[n] >= 0 && j < n; j++)
        for (unsigned i = 0; i <= j; i++)
            sum += d[i] + d[j] > 0;
    return (int)sum <= critical[n] || (int)(sums - sum) <= critical[n];
}

// exp(k S - k^2 V / 2), S the sum of d and V that of its squares, is a supermartingale for symmetric d (de la
// Pena 1999); mixed over normal k, with a scale that fits ten blocks of the true deviation, which is 1.
static bool by_mixture(const double *d, unsigned n, const int *critical)
{
    double sum = 0, squares = 0, scale = 10;
    (void)critical;
    for (unsigned i = 0; i < n; i++) {
        sum += d[i];
        squares += d[i] * d[i];
    }
    double evidence = sum * sum / (squares + scale) - log((squares + scale) / scale);
    return evidence >= 2 * log(1 / SEQUENTIAL_ERROR);
}

// The blocks after which it ends; LAST + 1 where it does not.
static unsigned blocks_of(const struct way *w, struct rng *r, double effect)
{
    double d[LAST];
    for (unsigned n = 1; n <= LAST; n++) {
        d[n - 1] = effect + sqrt(-2 * log(rng_unit(r))) * cos(2 * M_PI * rng_unit(r));
        if (n >= PAIRED_EXACT && w->outside(d, n, w->critical))
            return n;
    }
    return LAST + 1;
}

static void print_way(const struct way *w)
{
    struct rng r = rng_init(21, 0);
    unsigned wrong = 0;
    for (unsigned k = 0; k < TRIES; k++)
        wrong += blocks_of(w, &r, 0) <= LAST;
    printf("| %s | %.1f %% |", w->name, 100.0 * wrong / TRIES);
    for (size_t e = 0; e < EFFECTS; e++) {
        unsigned ends[LAST + 2] = {0}, n = 0, within = 0;
        for (unsigned k = 0; k < TRIES; k++)
            ends[blocks_of(w, &r, effects[e])]++;
        for (unsigned below = 0; below < TRIES / 2; n++)
            below += ends[n + 1];
        for (unsigned k = 0; k <= 16; k++)
            within += ends[k];
        printf(" %u, %.0f %% |", n, 100.0 * within / TRIES);
    }
    printf("\n");
}

// spent_by: error by n. Each look spends what the earlier ones have left, by the joint law of the looks.
static void spend(struct way *w, struct sample *samples, double (*spent_by)(unsigned), unsigned first)
{
    unsigned alive = SAMPLES;
    for (unsigned n = 1; n <= LAST; n++) {
        bool all_alike = n == first && spent_by(n) >= ldexp(1, 1 - (int)n);
        w->critical[n] = n < first ? -1 : look(samples, &alive, n, spent_by(n) * SAMPLES, all_alike);
    }
}

static double from_6(unsigned n)
{
    return spent(SEQUENTIAL_ERROR, 6, n);
}

static double from_7(unsigned n)
{
    return spent(SEQUENTIAL_ERROR, 7, n);
}

static double from_8(unsigned n)
{
    return spent(SEQUENTIAL_ERROR, 8, n);
}

static double evenly(unsigned n) // Pocock's
{
    return SEQUENTIAL_ERROR * log(1 + (M_E - 1) * n / LAST);
}

static double late(unsigned n) // O'Brien and Fleming's
{
    return erfc(2.004655 / sqrt((double)n / LAST) / M_SQRT2);
}

static void compare_ways(struct sample *samples)
{
    struct way naive = {.name = "as if each look were the only one", .outside = by_ranks},
               added = {.name = "errors of the looks added up", .outside = by_ranks},
               mixture = {.name = "confidence sequence for symmetric noise", .outside = by_mixture},
               ways[] = {{.name = "spent early, from 6 blocks", .outside = by_ranks},
                         {.name = "spent early, from 7 (chosen)", .outside = by_ranks},
                         {.name = "spent early, from 8", .outside = by_ranks},
                         {.name = "spent evenly (Pocock)", .outside = by_ranks},
                         {.name = "spent late (O'Brien, Fleming)", .outside = by_ranks}};
    for (unsigned n = 0; n <= LAST; n++) {
        double part = n > PAIRED_EXACT ? from_6(n) - from_6(n - 1) : from_6(PAIRED_EXACT);
        naive.critical[n] = n < PAIRED_EXACT ? -1 : signrank_critical(n, 0.025);
        added.critical[n] = n < PAIRED_EXACT ? -1 : signrank_critical(n, part / 2);
    }
    spend(&ways[0], samples, from_6, 6);
    spend(&ways[1], samples, from_7, 7);
    spend(&ways[2], samples, from_8, 8);
    spend(&ways[3], samples, evenly, PAIRED_EXACT);
    spend(&ways[4], samples, late, PAIRED_EXACT);
    printf("| looks after each block, 6 to 64 | false |");
    for (size_t e = 0; e < EFFECTS; e++)
        printf(" %g sd |", effects[e]);
    printf("\n|---|---|---|---|---|---|\n");
    print_way(&naive);
    print_way(&added);
    print_way(&mixture);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        print_way(&ways[i]);
}

int main(int argc, char **argv)
{
    struct sample *samples = malloc(SAMPLES * sizeof *samples);
    struct rng r = rng_init(20, 0);
    if (!samples)
        return 1;
    for (unsigned i = 0; i < SAMPLES; i++)
        draw(&r, &samples[i]);
    if (argc > 1 && strcmp(argv[1], "--designs") == 0)
        compare_ways(samples);
    else
        for (unsigned family = 1; family <= SEQUENTIAL_FAMILY; family++)
            print_row(samples, family);
    free(samples);
    return 0;
}
