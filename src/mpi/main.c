// SPDX-License-Identifier: MIT
// hkv-bench-mpi: hkv-bench on every rank, as one. MPI is called only before a load begins and after it has
// ended.
#include "base/clock.h"
#include "base/ranks.h"
#include "mpi/lead.h"
#include "mpi/side.h"
#include "mpi/wire.h"

#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define END_S 5
#define CODE(n) ((n) << 8) // as waitpid tells of it

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
        return wire_send(0, m.type, m.type == RANKS_PART ? (uint64_t)shift_ns : m.number, m.bytes) == 0;
    }
    child_end(&child, why, sizeof why);
    gethostname(host, sizeof host - 1);
    snprintf(text, sizeof text, "on %s: %s", host, why);
    wire_send(0, WIRE_GONE, (uint64_t)child.status, slice_of(text));
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

// MPI_Finalize would spin until the last one has come to it: waits for rank 0's word. Answers how many ranks
// are gone.
static int await_end(const struct side *side)
{
    struct message m = {0};
    struct buf bytes = {0};
    uint64_t signalled_ns = 0;
    int from;
    while (m.type != WIRE_END && side_holds(side)) {
        if (wire_poll(0, &m, &bytes, &from))
            continue;
        signalled_ns = signalled && !signalled_ns ? clock_ns() : signalled_ns;
        if (signalled_ns && clock_ns() - signalled_ns > END_S * NS_PER_S)
            break;
        wire_nap_long();
    }
    buf_free(&bytes);
    return m.type == WIRE_END ? (int)m.number : 0;
}

static void take_signals(void)
{
    static const int all[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        sigaction(all[i], &(struct sigaction){.sa_handler = on_signal}, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGUSR1, SIG_IGN); // by which a launcher may tell of the end of another rank
}

static int say_unstarted(int rank, int rc)
{
    char text[128];
    snprintf(text, sizeof text, "hkv-bench could not be started beside it: %s", strerror(-rc));
    if (rank == 0)
        fprintf(stderr, "hkv-bench-mpi: %s\n", text);
    else
        wire_send(0, WIRE_GONE, CODE(1), slice_of(text));
    return 1;
}

static int run(struct side *side, char **argv, int *missing)
{
    int rank = side->rank, code = 1;
    struct offset *offsets = calloc((size_t)side->ranks, sizeof *offsets);
    int64_t shift_ns = clocks_shift(rank);
    clocks_compare(offsets, rank, side->ranks);
    int rc = child_start(&child, argv,
                         &(struct place){rank, side->ranks,
                                         !side->live ? -1
                                         : rank == 0 ? 0
                                                     : side->fd});
    if (rc < 0)
        code = say_unstarted(rank, rc);
    else if (rank == 0)
        code = lead(&(struct crew){&child, side, offsets, &signalled}, missing);
    else
        follow(shift_ns), code = 0;
    if (rank > 0)
        *missing = await_end(side);
    free(offsets);
    return code;
}

int main(int argc, char **argv)
{
    int rank, ranks, missing = 0;
    struct side side;
    MPI_Init(&argc, &argv);
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    take_signals();
    side_open(&side, rank, ranks);
    int code = run(&side, argv, &missing);
    alarm(END_S); // which ends the process where another one is gone
    if (!missing) // MPI would wait for them
        MPI_Finalize();
    side_close(&side);
    return code;
}
