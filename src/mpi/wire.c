// SPDX-License-Identifier: MIT
#include "mpi/wire.h"

#include "base/clock.h"

#include <mpi.h>
#include <string.h>

#define NAP_NS NS_PER_MS
#define NAP_LONG_NS (20 * NS_PER_MS)
#define PATIENCE_NS (5 * NS_PER_S)

void wire_nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = (long)NAP_NS}, NULL);
}

void wire_nap_long(void)
{
    nanosleep(&(struct timespec){.tv_nsec = (long)NAP_LONG_NS}, NULL);
}

// Its request is tested until it is done; one that never is belongs to a rank that is gone.
// NOLINTBEGIN(clang-analyzer-optin.mpi.MPI-Checker)
int wire_send(int to, char type, uint64_t number, struct slice bytes)
{
    struct buf all = {0};
    MPI_Request request;
    int done = 0;
    uint64_t until_ns = clock_ns() + PATIENCE_NS;
    if (buf_append(&all, &number, sizeof number) < 0 || buf_append(&all, bytes.at, bytes.len) < 0 ||
        MPI_Isend(all.at, (int)all.len, MPI_BYTE, to, type, MPI_COMM_WORLD, &request) != MPI_SUCCESS) {
        buf_free(&all);
        return -1;
    }
    while (MPI_Test(&request, &done, MPI_STATUS_IGNORE) == MPI_SUCCESS && !done && clock_ns() < until_ns)
        wire_nap();
    if (!done) // MPI may still read it
        return -1;
    buf_free(&all);
    return 0;
}
// NOLINTEND(clang-analyzer-optin.mpi.MPI-Checker)

bool wire_poll(int rank, struct message *m, struct buf *bytes, int *from)
{
    int there = 0, n = 0;
    MPI_Status status;
    int who = rank < 0 ? MPI_ANY_SOURCE : rank;
    if (MPI_Iprobe(who, MPI_ANY_TAG, MPI_COMM_WORLD, &there, &status) != MPI_SUCCESS || !there)
        return false;
    MPI_Get_count(&status, MPI_BYTE, &n);
    bytes->head = bytes->len = 0;
    if (buf_reserve(bytes, (size_t)n) < 0 || MPI_Recv(bytes->at, n, MPI_BYTE, status.MPI_SOURCE,
                                                      status.MPI_TAG, MPI_COMM_WORLD, &status) != MPI_SUCCESS)
        return false;
    bytes->len = (size_t)n;
    *m = (struct message){.type = (char)status.MPI_TAG};
    if (bytes->len >= sizeof m->number) {
        memcpy(&m->number, bytes->at, sizeof m->number);
        m->bytes = (struct slice){bytes->at + sizeof m->number, bytes->len - sizeof m->number};
    }
    *from = status.MPI_SOURCE;
    return true;
}
