// SPDX-License-Identifier: MIT
// Whole comparisons that are looked at after every block and end when they know, by simulation: how often is
// what they say false, how often does the interval at their end hold the truth, and after how many blocks do
// they end? Fixed seeds, so the counts are always the same. With a number as argument it makes that many
// comparisons of each kind and prints the tables of docs/decisions/0004-sequential-comparison.md.
#include "judge/sequential.h"

#include "judge/design.h"
#include "judge/signrank.h"
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALIKE 0.8 // correlation of neighbouring slots, where they are alike
#define TOGETHER 4

static unsigned repetitions = 120, last = 24;

// --- noise, by the slot, with a deviation of about 1 ---

struct machine {
    struct rng rng;
    double level;
    bool busy;
};

static double normal(struct machine *m)
{
    return sample_normal(&m->rng);
}

static double skewed(struct machine *m) // it only ever slows down
{
    return -log(rng_unit(&m->rng));
}

static double heavy(struct machine *m) // Student's t with 3 degrees of freedom
{
    double squares = 0, z = sample_normal(&m->rng);
    for (int i = 0; i < 3; i++)
        squares += pow(sample_normal(&m->rng), 2);
    return z / sqrt(squares);
}

static double outliers(struct machine *m) // one in ten is ten times as wild
{
    return sample_normal(&m->rng) * (rng_below(&m->rng, 10) ? 1 : 10) / sqrt(10.9);
}

static double drifting(struct machine *m) // a level that wanders, and noise beside it
{
    m->level += 0.7 * sample_normal(&m->rng);
    return m->level + 0.7 * sample_normal(&m->rng);
}

static double autocorrelated(struct machine *m)
{
    m->level = ALIKE * m->level + sqrt(1 - ALIKE * ALIKE) * sample_normal(&m->rng);
    return m->level;
}

static double neighbour(struct machine *m) // comes for some slots and goes again
{
    if (rng_below(&m->rng, m->busy ? 6 : 12) == 0)
        m->busy = !m->busy;
    return 0.5 * sample_normal(&m->rng) + (m->busy ? 2 : 0);
}

static double louder(struct machine *m) // more and more noise
{
    m->level += 0.02;
    return (0.3 + m->level) * sample_normal(&m->rng);
}

static const struct law {
    const char *name;
    double (*noise)(struct machine *);
} laws[] = {
    {"normal", normal},         {"skewed", skewed},     {"heavy-tailed", heavy},
    {"outliers", outliers},     {"drifting", drifting}, {"autocorrelated", autocorrelated},
    {"a neighbour", neighbour}, {"louder", louder},
};
#define LAWS (sizeof laws / sizeof *laws)

// All blocks that a comparison may have: slots in the order that the design gives.
static void measure(const struct law *law, uint64_t seed, double effect, double noise, double *d)
{
    struct machine m = {.rng = rng_init(seed, 1)};
    for (unsigned k = 0; k < SEQUENTIAL_LAST; k++) {
        unsigned order[DESIGN_SLOTS_MAX];
        double side[2] = {0};
        for (unsigned i = 0, n = design_block(2, k, SEQUENTIAL_LAST, seed, order); i < n; i++)
            side[order[i]] += (noise * law->noise(&m) + (order[i] ? effect : 0)) / 2;
        d[k] = side[1] - side[0];
    }
}

// --- comparisons ---

static int by_count(const void *a, const void *b)
{
    return (int)*(const unsigned *)a - (int)*(const unsigned *)b;
}

struct tally {
    unsigned n, verdicts, wrong, covered;
    unsigned *blocks;
};

static double share(unsigned part, unsigned whole)
{
    return 100.0 * part / whole;
}

static unsigned quantile(struct tally *t, double q)
{
    qsort(t->blocks, t->n, sizeof *t->blocks, by_count);
    return t->blocks[(unsigned)(q * (t->n - 1))];
}

// Whether a verdict says what is not so.
static bool is_wrong(const struct sequential *s, double effect, double margin)
{
    double ratio = exp(effect);
    bool within = ratio >= 1 - margin && ratio <= 1 + margin;
    return s->stands && ((s->finding == FINDING_HIGHER && ratio <= 1 + margin) ||
                         (s->finding == FINDING_LOWER && ratio >= 1 - margin) ||
                         (s->finding == FINDING_EQUIVALENT && !within));
}

static void compare(const double *d, double effect, const struct sequential_terms *terms, struct tally *t)
{
    struct sequential s = {0};
    unsigned n = sequential_first(terms->family) - 1;
    while (n < last && !s.stands)
        assert_int_equal(sequential_look(d, ++n, terms, &s), 0);
    t->blocks[t->n++] = n;
    t->verdicts += s.stands;
    t->wrong += is_wrong(&s, effect, terms->margin);
    t->covered += log(s.estimate.low) <= effect && effect <= log(s.estimate.high);
}

static struct tally repeat(const struct law *law, double effect, double noise,
                           const struct sequential_terms *terms)
{
    struct tally t = {.blocks = calloc(repetitions, sizeof *t.blocks)};
    assert_non_null(t.blocks);
    while (t.n < repetitions) {
        double d[SEQUENTIAL_LAST];
        measure(law, 1000 * (uint64_t)t.n + 17, effect, noise, d);
        compare(d, effect, terms, &t);
    }
    return t;
}

// As many as would be with a chance of so much, and a little luck.
static void assert_at_most(unsigned n, double chance)
{
    double expected = chance * repetitions;
    assert_true(n <= expected + 3 * sqrt(expected) + 1);
}

// --- what is demanded ---

static void a_server_and_itself(void **state)
{
    (void)state;
    const struct sequential_terms nothing = {.family = 1}, usual = {.family = 1, .margin = 0.01};
    printf(
        "| noise, 2 %% | any difference claimed | faster or slower by 1 %% | interval holds 1 | equivalent | "
        "blocks, median |\n");
    for (const struct law *law = laws; law < laws + LAWS; law++) {
        struct tally any = repeat(law, 0, 0.02, &nothing), t = repeat(law, 0, 0.02, &usual);
        printf("| %s | %.1f %% | %.1f %% | %.1f %% | %.0f %% | %u |\n", law->name, share(any.wrong, any.n),
               share(t.wrong, t.n), share(t.covered, t.n), share(t.verdicts - t.wrong, t.n),
               quantile(&t, 0.5));
        assert_at_most(any.wrong, SEQUENTIAL_ERROR);
        assert_at_most(t.wrong, SEQUENTIAL_ERROR);
        assert_at_most(t.n - t.covered, 0.07);
        free(any.blocks);
        free(t.blocks);
    }
}

static void a_difference(void **state)
{
    (void)state;
    static const struct {
        double effect, noise;
        unsigned within; // blocks, the median
    } cases[] = {{0.1, 0.02, 8}, {0.05, 0.02, 12}, {0.03, 0.02, 33}, {0, 0.005, 12}, {0.01, 0.02, 64}};
    const struct sequential_terms terms = {.family = 1, .margin = 0.01};
    printf(
        "| difference | noise | verdict | false | interval holds it | blocks, median | of nine in ten |\n");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (const struct law *law = laws; law < laws + (last == SEQUENTIAL_LAST ? LAWS : 1); law++) {
            double effect = log1p(cases[i].effect);
            struct tally t = repeat(law, effect, cases[i].noise, &terms);
            printf("| %g %% | %g %% %s | %.0f %% | %.1f %% | %.1f %% | %u | %u |\n", 100 * cases[i].effect,
                   100 * cases[i].noise, law->name, share(t.verdicts, t.n), share(t.wrong, t.n),
                   share(t.covered, t.n), quantile(&t, 0.5), quantile(&t, 0.9));
            assert_at_most(t.wrong, SEQUENTIAL_ERROR);
            assert_at_most(t.n - t.covered, 0.07);
            assert_true(law != laws || quantile(&t, 0.5) <= cases[i].within);
            free(t.blocks);
        }
}

// Several verdicts that decide together, of a server and itself: one false one is a false answer.
static void a_family(void **state)
{
    (void)state;
    const struct sequential_terms terms = {.family = TOGETHER};
    unsigned wrong = 0;
    for (unsigned k = 0; k < repetitions; k++) {
        struct tally t = {.blocks = (unsigned[TOGETHER]){0}};
        for (unsigned i = 0; i < TOGETHER; i++) {
            double d[SEQUENTIAL_LAST];
            measure(laws, 1000 * (uint64_t)k + i, 0, 0.02, d);
            compare(d, 0, &terms, &t);
        }
        wrong += t.wrong > 0;
    }
    printf("four together: %.1f %% have a false verdict\n", share(wrong, repetitions));
    assert_at_most(wrong, SEQUENTIAL_ERROR);
}

// What is foretold after eight blocks, beside what came.
static void more_time_is_foretold(void **state)
{
    (void)state;
    const struct sequential_terms terms = {.family = 1, .margin = 0.01};
    unsigned near = 0, n = 0;
    for (uint64_t k = 0; k < repetitions; k++) {
        struct sequential s;
        struct tally t = {.blocks = (unsigned[1]){0}};
        double d[SEQUENTIAL_LAST];
        measure(laws, k, log1p(0.035), 0.02, d);
        assert_int_equal(sequential_look(d, 8, &terms, &s), 0);
        if (s.stands || s.blocks_more == 0)
            continue;
        compare(d, log1p(0.035), &terms, &t);
        n++;
        near += t.blocks[0] <= 2 * (8 + s.blocks_more) && 2 * t.blocks[0] >= 8 + s.blocks_more;
    }
    printf("more blocks, foretold after eight: right within a factor of two in %.0f %%\n", share(near, n));
    assert_true(n > repetitions / 4 && near >= 0.6 * n);
}

static void the_smallest_difference_is_found(void **state)
{
    (void)state;
    static const unsigned blocks[] = {7, 12, 24};
    const struct sequential_terms terms = {.family = 1, .margin = 0.01};
    for (int i = 0; i < 3; i++) {
        double effect = log(sequential_smallest(0.02, blocks[i], &terms));
        unsigned found = 0;
        for (uint64_t k = 0; k < repetitions; k++) {
            struct tally t = {.blocks = (unsigned[1]){0}};
            double d[SEQUENTIAL_LAST];
            measure(laws, k + 500, effect, 0.02, d);
            compare(d, effect, &terms, &t);
            found += t.verdicts && t.blocks[0] <= blocks[i];
        }
        printf("the smallest difference of %u blocks, %.2f %%: found in %.0f %%\n", blocks[i],
               100 * expm1(effect), share(found, repetitions));
        assert_true(found >= 0.6 * repetitions && found <= 0.95 * repetitions);
    }
}

static void looking_has_its_price(void **state)
{
    (void)state;
    static const unsigned blocks[] = {8, 12, 24, 64};
    const struct sequential_terms terms = {.family = 1};
    for (int i = 0; i < 4; i++) {
        double wider = 0;
        for (uint64_t k = 0; k < repetitions; k++) {
            struct sequential s;
            struct estimate fixed;
            double d[SEQUENTIAL_LAST];
            measure(laws, k + 900, 0, 0.02, d);
            assert_int_equal(sequential_look(d, blocks[i], &terms, &s), 0);
            assert_int_equal(paired_of(d, blocks[i], &fixed), 0);
            wider += log(s.estimate.high / s.estimate.low) / log(fixed.high / fixed.low) / repetitions;
        }
        printf("an interval of %u blocks is %.2f times as wide as with a fixed number\n", blocks[i], wider);
        assert_true(wider > 1.1 && wider < 1.7);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_and_itself),
        cmocka_unit_test(a_difference),
        cmocka_unit_test(a_family),
        cmocka_unit_test(more_time_is_foretold),
        cmocka_unit_test(the_smallest_difference_is_found),
        cmocka_unit_test(looking_has_its_price),
    };
    if (argc > 1)
        repetitions = (unsigned)strtoul(argv[1], NULL, 10);
    last = argc > 1 ? SEQUENTIAL_LAST : last;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
