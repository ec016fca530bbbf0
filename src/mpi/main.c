// SPDX-License-Identifier: MIT
// hkv-bench-mpi: hkv-bench on every rank, as one. MPI is called only before a load begins and after it has
// ended.
#include "base/clock.h"
#include "base/ranks.h"
#include "mpi/lead.h"
#include "mpi/wire.h"

#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define END_S 5

static volatile sig_atomic_t signalled;
static struct child child;

static void on_signal(int number)
{
    signalled = number;
    if (child.pid > 0 && !child.gone)
        kill(child.pid, number);
}

static void follow_message(struct message *m, int64_t shift_ns)
{
    uint64_t number = m->type == RANKS_GO ? m->number - (uint64_t)shift_ns : m->number;
    channel_send(&child.channel, m->type, number, m->bytes);
}

// A message of the own load on its way to rank 0; false once it has ended.
static bool pass_on(int timeout_ms, int64_t shift_ns, char *type)
{
    struct message m;
    char why[200] = "", host[65] = "", text[280];
    int rc = channel_receive(&child.channel, &m, -1, timeout_ms);
    if (rc == 0)
        return true;
    if (rc == 1) {
        *type = m.type;
        return wire_send(0, m.type, (uint64_t)shift_ns, m.bytes) == 0;
    }
    child_end(&child, why, sizeof why);
    gethostname(host, sizeof host - 1);
    snprintf(text, sizeof text, "on %s: %s", host, why);
    wire_send(0, WIRE_GONE, WIFSIGNALED(child.status), slice_of(text));
    return false;
}

// Every other rank. While its load runs it waits for that alone.
static void follow(int64_t shift_ns)
{
    struct message m;
    struct buf bytes = {0};
    int from;
    bool running = false, on = true;
    while (on) {
        char type = 0;
        on = pass_on(running ? -1 : 1, shift_ns, &type);
        running &= type == 0;
        if (!running && wire_poll(0, &m, &bytes, &from)) {
            running = m.type == RANKS_GO;
            follow_message(&m, shift_ns);
        }
    }
    buf_free(&bytes);
}

static void take_signals(void)
{
    static const int all[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        sigaction(all[i], &(struct sigaction){.sa_handler = on_signal}, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static int run(int rank, int ranks, char **argv)
{
    struct offset *offsets = calloc((size_t)ranks, sizeof *offsets);
    int64_t shift_ns = clocks_shift(rank);
    int code = 1;
    clocks_compare(offsets, rank, ranks);
    int rc = child_start(&child, argv, rank, ranks);
    if (rc < 0)
        fprintf(stderr, "hkv-bench-mpi: hkv-bench could not be started beside it: %s\n", strerror(-rc));
    else if (rank == 0)
        code = lead(&child, ranks, offsets, &signalled);
    else
        follow(shift_ns), code = 0;
    free(offsets);
    return code;
}

int main(int argc, char **argv)
{
    int rank, ranks;
    MPI_Init(&argc, &argv);
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    take_signals();
    int code = run(rank, ranks, argv);
    alarm(END_S); // which ends the process where a rank is gone and MPI waits for it
    MPI_Finalize();
    return code;
}
