// SPDX-License-Identifier: MIT
#include "mpi/clocks.h"

#include "base/clock.h"

#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

#define ROUNDS 64
#define TAG 7

static int64_t shift_ns;

int64_t clocks_shift(int rank)
{
    const char *text = getenv("HKV_MPI_SHIFT");
    int who;
    long long ns;
    if (text && sscanf(text, "%d %lld", &who, &ns) == 2 && who == rank)
        shift_ns = ns;
    return shift_ns;
}

uint64_t clocks_now(void)
{
    return clock_ns() + (uint64_t)shift_ns;
}

static struct offset ask(int rank)
{
    struct offset best = {.error_ns = UINT64_MAX};
    for (int i = 0; i < ROUNDS; i++) {
        uint64_t there, sent = clocks_now();
        MPI_Send(&sent, 1, MPI_UINT64_T, rank, TAG, MPI_COMM_WORLD);
        MPI_Recv(&there, 1, MPI_UINT64_T, rank, TAG, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        uint64_t took = clocks_now() - sent;
        if (took / 2 < best.error_ns)
            best = (struct offset){(int64_t)(there - sent - took / 2), took / 2};
    }
    return best;
}

static void answer(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        uint64_t asked;
        MPI_Recv(&asked, 1, MPI_UINT64_T, 0, TAG, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        uint64_t now = clocks_now();
        MPI_Send(&now, 1, MPI_UINT64_T, 0, TAG, MPI_COMM_WORLD);
    }
}

void clocks_compare(struct offset *of, int rank, int ranks)
{
    if (rank > 0)
        answer();
    for (int r = 1; rank == 0 && r < ranks; r++)
        of[r] = ask(r);
}
