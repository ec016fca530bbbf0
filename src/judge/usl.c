// SPDX-License-Identifier: MIT
#include "judge/usl.h"

#include "base/rng.h"
#include "judge/normal.h"
#include "judge/sample.h"
#include "judge/student.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define TERMS 3
#define RESAMPLED 400 // enough for a deviation to 4 %
#define REACH 2       // times the largest N, up to where a peak is told

struct plane { // a, b, c of N / X = a + b (N - 1) + c N (N - 1)
    double at[TERMS];
};

struct sweep {
    unsigned n, blocks;
    double clients[USL_MAX], throughput[USL_MAX];
    double error[USL_MAX];                  // relative, of the fit
    unsigned first[USL_MAX], size[USL_MAX]; // of each block: its points follow one another
    double most;                            // the largest N
};

static void terms_of(double clients, double *terms)
{
    terms[0] = 1;
    terms[1] = clients - 1;
    terms[2] = clients * (clients - 1);
}

static double value_at(const struct plane *p, double clients)
{
    double terms[TERMS];
    terms_of(clients, terms);
    return p->at[0] * terms[0] + p->at[1] * terms[1] + p->at[2] * terms[2];
}

// Normal equations of the relative errors 1 - (N / X fitted) * X / N, each column scaled to length 1.
struct normal {
    double gram[TERMS][TERMS], right[TERMS], scale[TERMS];
};

static void set_up(const struct sweep *s, const double *throughput, struct normal *e)
{
    *e = (struct normal){0};
    for (unsigned i = 0; i < s->n; i++) {
        double terms[TERMS], weight = throughput[i] / s->clients[i];
        terms_of(s->clients[i], terms);
        for (int j = 0; j < TERMS; j++) {
            e->right[j] += terms[j] * weight;
            for (int k = 0; k < TERMS; k++)
                e->gram[j][k] += terms[j] * weight * terms[k] * weight;
        }
    }
    for (int j = 0; j < TERMS; j++)
        e->scale[j] = sqrt(e->gram[j][j]);
    for (int j = 0; j < TERMS; j++) {
        e->right[j] /= e->scale[j];
        for (int k = 0; k < TERMS; k++)
            e->gram[j][k] /= e->scale[j] * e->scale[k];
    }
}

// Solves for the terms of `set` (bits) alone, the others 0: Gauss and Jordan, where the matrix is positive
// definite and needs no pivots. False when it is not, to rounding.
static bool solve(struct normal e, unsigned set, double *x)
{
    for (int j = 0; j < TERMS; j++) {
        double pivot = e.gram[j][j];
        x[j] = 0;
        if (!(set >> j & 1))
            continue;
        if (!(pivot > 1e-12))
            return false;
        for (int i = 0; i < TERMS; i++) {
            double factor = i == j ? 0 : e.gram[i][j] / pivot;
            for (int k = 0; k < TERMS; k++)
                e.gram[i][k] -= factor * e.gram[j][k];
            e.right[i] -= factor * e.right[j];
        }
    }
    for (int j = 0; j < TERMS; j++)
        x[j] = set >> j & 1 ? e.right[j] / e.gram[j][j] : 0;
    return true;
}

// By how much x lowers the sum of squares: 2 x'r - x'Gx, with the matrix as it was.
static double gain(const struct normal *e, const double *x)
{
    double sum = 0;
    for (int j = 0; j < TERMS; j++) {
        double row = 0;
        for (int k = 0; k < TERMS; k++)
            row += e->gram[j][k] * x[k];
        sum += x[j] * (2 * e->right[j] - row);
    }
    return sum;
}

// The best of the four sets that hold a and have nothing negative; that of a alone always is one.
static struct plane fit_plane(const struct sweep *s, const double *throughput)
{
    struct normal e;
    struct plane best = {{0}};
    double most = -1;
    set_up(s, throughput, &e);
    for (unsigned set = 1; set < 1U << TERMS; set += 2) {
        double x[TERMS];
        if (!solve(e, set, x) || !(x[0] > 1e-9 && x[1] >= 0 && x[2] >= 0))
            continue;
        double g = gain(&e, x);
        if (g > most) {
            most = g;
            best = (struct plane){{x[0] / e.scale[0], x[1] / e.scale[1], x[2] / e.scale[2]}};
        }
    }
    return best;
}

enum { GAMMA, ALPHA, BETA, VALUES };

static void values_of(const struct plane *p, double *values)
{
    values[GAMMA] = 1 / p->at[0];
    values[ALPHA] = p->at[1] / p->at[0];
    values[BETA] = p->at[2] / p->at[0];
}

// Where throughput is greatest, at most `most`.
static double peak_of(const double *values, double most)
{
    double square = 1 - values[ALPHA];
    if (square <= 0)
        return 1; // each further client only costs
    return square < most * most * values[BETA] ? fmax(sqrt(square / values[BETA]), 1) : most;
}

// Throughputs as they could have come out: each N takes the errors of an N drawn by chance, with those inside
// it drawn again. widened: fitted errors are smaller than true ones by the three values that were fitted.
static void resample(const struct sweep *s, const struct plane *p, struct rng *rng, double *out)
{
    double widened = sqrt((double)s->blocks / (s->blocks - TERMS));
    for (unsigned b = 0; b < s->blocks; b++) {
        unsigned from = (unsigned)rng_below(rng, s->blocks);
        for (unsigned k = 0; k < s->size[b]; k++) {
            unsigned i = s->first[b] + k, donor = s->first[from] + (unsigned)rng_below(rng, s->size[from]);
            double e = fmax(widened * s->error[donor], -0.9);
            out[i] = s->clients[i] / value_at(p, s->clients[i]) * (1 + e);
        }
    }
}

static struct usl_value around(double value, const double *drawn, double t)
{
    double squares = 0;
    for (unsigned k = 0; k < RESAMPLED; k++)
        squares += (drawn[k] - value) * (drawn[k] - value);
    double half = t * sqrt(squares / RESAMPLED);
    return (struct usl_value){.value = value, .low = fmax(value - half, 0), .high = value + half};
}

// The middle 95 % of the drawn peaks, which are skewed: each side as a ratio, and as much wider as Student's
// t is than the normal's, because the drawn errors are those of few numbers of clients.
static struct usl_value around_peak(double peak, const double *sorted, double t, double most)
{
    unsigned cut = RESAMPLED / 40; // 2.5 %
    double wider = t / normal_quantile(0.975);
    double below = fmin(sorted[cut] / peak, 1), above = fmax(sorted[RESAMPLED - 1 - cut] / peak, 1);
    return (struct usl_value){.value = peak,
                              .low = fmax(peak * pow(below, wider), 1),
                              .high = fmin(peak * pow(above, wider), most)};
}

// Fills in the intervals around the values of p.
static void intervals(const struct sweep *s, const struct plane *p, struct rng *rng, struct usl *fit)
{
    double drawn[VALUES][RESAMPLED], peaks[RESAMPLED], throughput[USL_MAX] = {0}, v[VALUES];
    double t = student_quantile(0.975, s->blocks - TERMS), most = REACH * s->most;
    for (unsigned k = 0; k < RESAMPLED; k++) {
        resample(s, p, rng, throughput);
        struct plane again = fit_plane(s, throughput);
        values_of(&again, v);
        peaks[k] = peak_of(v, most);
        for (int j = 0; j < VALUES; j++)
            drawn[j][k] = v[j];
    }
    values_of(p, v);
    fit->gamma = around(v[GAMMA], drawn[GAMMA], t);
    fit->alpha = around(v[ALPHA], drawn[ALPHA], t);
    fit->beta = around(v[BETA], drawn[BETA], t);
    double peak = peak_of(v, most);
    fit->peaked = peak < most;
    if (!fit->peaked)
        return;
    sample_sort(peaks, RESAMPLED);
    fit->peak = around_peak(peak, peaks, t, most);
}

static bool sound(const struct usl_point *p)
{
    return p->clients >= 1 && p->clients <= 1e12 && p->throughput >= 1e-12 && p->throughput <= 1e12;
}

// Points by rising N, so that those of one N follow one another.
static int sort_in(struct sweep *s, const struct usl_point *points, unsigned n)
{
    if (n > USL_MAX)
        return -EINVAL;
    for (unsigned i = 0; i < n; i++) {
        unsigned at = i;
        if (!sound(&points[i]))
            return -EINVAL;
        for (; at > 0 && s->clients[at - 1] > points[i].clients; at--) {
            s->clients[at] = s->clients[at - 1];
            s->throughput[at] = s->throughput[at - 1];
        }
        s->clients[at] = points[i].clients;
        s->throughput[at] = points[i].throughput;
    }
    s->n = n;
    for (unsigned i = 0; i < n; i++) {
        if (i == 0 || s->clients[i] != s->clients[i - 1])
            s->first[s->blocks++] = i;
        s->size[s->blocks - 1]++;
    }
    s->most = n ? s->clients[n - 1] : 0;
    return s->blocks < USL_DISTINCT ? -ENODATA : 0;
}

static void fit_to(struct sweep *s, uint64_t seed, struct usl *fit)
{
    struct rng rng = rng_init(seed, 0);
    double squares = 0;
    struct plane p = fit_plane(s, s->throughput);
    for (unsigned i = 0; i < s->n; i++) {
        s->error[i] = s->throughput[i] * value_at(&p, s->clients[i]) / s->clients[i] - 1;
        squares += s->error[i] * s->error[i];
    }
    *fit = (struct usl){.error = sqrt(squares / s->n)};
    intervals(s, &p, &rng, fit);
}

int usl_fit(const struct usl_point *points, unsigned n, uint64_t seed, struct usl *fit)
{
    struct sweep *s = calloc(1, sizeof *s);
    if (!s)
        return -ENOMEM;
    int rc = sort_in(s, points, n);
    if (rc == 0)
        fit_to(s, seed, fit);
    free(s);
    return rc;
}
