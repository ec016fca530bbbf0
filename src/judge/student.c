// SPDX-License-Identifier: MIT
#include "judge/student.h"

#include "base/err.h"
#include "judge/normal.h"

#include <math.h>
#include <stdbool.h>

// P(|T| <= sqrt(df) tan(angle)) for angle in [0, pi/2]: the sums have df / 2 terms, and later ones are no
// smaller than what a double can hold only while the angle is small.
static double body(double angle, unsigned df)
{
    double c = cos(angle), s = sin(angle);
    bool odd = df % 2;
    double term = odd ? c : 1, sum = df == 1 ? 0 : term;
    for (unsigned k = odd ? 3 : 2; k + 2 <= df && term > sum * 1e-18; k += 2) {
        term *= c * c * (k - 1) / k;
        sum += term;
    }
    return odd ? (angle + s * sum) * M_2_PI : s * sum;
}

double student_p(double t, unsigned df)
{
    if (df == 0 || isnan(t))
        BUG("Student's t is a number and has at least one degree of freedom");
    if (df > STUDENT_SUMMED) {
        double squares = 1 + t * t / (2.0 * df);
        return isfinite(squares) ? normal_p(t * (1 - 0.25 / df) / sqrt(squares)) : 0;
    }
    double p = 1 - body(atan(fabs(t) / sqrt(df)), df);
    return fmin(fmax(p, 0), 1);
}

static double expanded(double p, unsigned df)
{
    double z = normal_quantile(p), z3 = z * z * z, z5 = z3 * z * z, v = df;
    return z + (z3 + z) / (4 * v) + (5 * z5 + 16 * z3 + 3 * z) / (96 * v * v);
}

double student_quantile(double p, unsigned df)
{
    if (!(p > 0 && p < 1) || df == 0)
        BUG("a probability is between 0 and 1, and there is at least one degree of freedom");
    if (df > STUDENT_SUMMED)
        return expanded(p, df);
    double inside = fabs(2 * p - 1), low = 0, high = M_PI_2;
    for (int i = 0; i < 60 && inside > 0; i++) {
        double middle = (low + high) / 2;
        if (body(middle, df) < inside)
            low = middle;
        else
            high = middle;
    }
    double t = inside > 0 ? sqrt(df) * tan(low) : 0;
    return p < 0.5 ? -t : t;
}
