// SPDX-License-Identifier: MIT
#include "run/replay.h"

#include "base/buf.h"
#include "base/thread.h"
#include "load/replayable.h"
#include "load/trace.h"
#include "resp/encode.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define AHEAD 4096                        // requests that are read ahead, at most,
#define AHEAD_BYTES ((size_t)16 << 20)    // and their bytes, unless one alone has more
#define PIECE 65536                       // bytes that are read at a time
#define LINE_MAX_BYTES ((size_t)64 << 20) // longer lines are passed over
#define TICK_MS 50                        // how soon a reader that waits for its file hears that it is to end

struct replay {
    const struct run_conf *conf;
    int fd;
    pthread_t thread;
    bool started, locked;
    pthread_mutex_t lock;
    pthread_cond_t room; // in the ring
    struct replay_entry *ring[AHEAD];
    unsigned head, n;
    size_t bytes;
    bool over, waiting; // the file; the reader, for room
    atomic_bool leave;
    uint64_t late;
    // The reader's own
    struct trace trace;
    struct buf in;
    struct replayed told;
    uint64_t line, sent, first_ns, last_ns; // since the start of the trace
    bool skipping;                          // the end of a line that is too long
};

// --- the ring ---

// Waits for room. False where nobody takes any more.
static bool put(struct replay *r, struct replay_entry *e)
{
    pthread_mutex_lock(&r->lock);
    while (!atomic_load(&r->leave) && r->n && (r->n == AHEAD || r->bytes + e->len > AHEAD_BYTES)) {
        r->waiting = true;
        pthread_cond_wait(&r->room, &r->lock);
    }
    r->waiting = false;
    bool wanted = !atomic_load(&r->leave);
    if (wanted) {
        r->ring[(r->head + r->n++) % AHEAD] = e;
        r->bytes += e->len;
    }
    pthread_mutex_unlock(&r->lock);
    if (!wanted)
        free(e);
    return wanted;
}

// A reader that waits is woken once there is much room, not for each.
enum replay_next replay_take(struct replay *r, struct replay_entry **out)
{
    pthread_mutex_lock(&r->lock);
    enum replay_next what = r->n ? REPLAY_TAKEN : r->over ? REPLAY_OVER : REPLAY_NOT_YET;
    r->late += what == REPLAY_NOT_YET;
    if (what == REPLAY_TAKEN) {
        *out = r->ring[r->head];
        r->head = (r->head + 1) % AHEAD;
        r->n--;
        r->bytes -= (*out)->len;
        if (r->waiting && (r->n == 0 || (r->n <= AHEAD / 2 && r->bytes <= AHEAD_BYTES / 2)))
            pthread_cond_signal(&r->room);
    }
    pthread_mutex_unlock(&r->lock);
    return what;
}

// --- lines ---

static bool refuse(struct replay *r, enum replay_fault fault, struct slice text)
{
    replayed_refuse(&r->told, fault, r->line, text);
    return true;
}

// From the first line on, at the speed that was asked for: never backwards.
static uint64_t due_of(struct replay *r, uint64_t at_ns)
{
    if (!r->sent)
        r->first_ns = r->last_ns = at_ns;
    r->told.backwards += at_ns < r->last_ns;
    r->last_ns = at_ns > r->last_ns ? at_ns : r->last_ns;
    double speed = r->conf->replay.speed;
    return speed > 0 ? (uint64_t)((double)(r->last_ns - r->first_ns) / speed) : 0;
}

static bool hand_over(struct replay *r)
{
    const struct trace *t = &r->trace;
    size_t n = encode_size(t->argv, t->argc);
    struct replay_entry *e = malloc(sizeof *e + n);
    if (!e) {
        snprintf(r->told.error, sizeof r->told.error, "out of memory in line %llu",
                 (unsigned long long)r->line);
        return false;
    }
    e->due_ns = due_of(r, t->at_ns);
    e->len = n;
    encode_command(e->bytes, t->argv, t->argc);
    e->command = replayed_name(&r->told, t->argv[0]);
    r->told.lines++;
    r->sent++;
    return put(r, e) && !(r->conf->requests && r->sent == r->conf->requests);
}

// Whether there is to be another line.
static bool take_command(struct replay *r)
{
    static const enum replay_fault faults[] = {[REPLAYABLE_STATE] = REPLAY_STATE,
                                               [REPLAYABLE_BLOCKING] = REPLAY_BLOCKING,
                                               [REPLAYABLE_ADMIN] = REPLAY_ADMIN};
    const struct trace *t = &r->trace;
    enum replayable what = replayable_of(t->argv, t->argc);
    if (t->script)
        return refuse(r, REPLAY_SCRIPT, t->argv[0]);
    if (t->db != r->conf->dbnum)
        return refuse(r, REPLAY_DATABASE, t->argv[0]);
    if (what != REPLAYABLE_YES && !(what == REPLAYABLE_ADMIN && r->conf->replay.admin))
        return refuse(r, faults[what], t->argv[0]);
    return hand_over(r);
}

static bool take_line(struct replay *r, char *at, size_t len)
{
    r->line++;
    if (r->skipping) {
        r->skipping = false;
        return true;
    }
    char sample[REPLAY_SAMPLE];
    size_t n = len < sizeof sample ? len : sizeof sample;
    memcpy(sample, at, n);
    switch (trace_parse(&r->trace, at, len)) {
    case TRACE_COMMAND:
        return take_command(r);
    case TRACE_BLANK:
        return true;
    case TRACE_MALFORMED:
        return refuse(r, REPLAY_MALFORMED, (struct slice){sample, n});
    case TRACE_NO_MEMORY:
        break;
    }
    snprintf(r->told.error, sizeof r->told.error, "out of memory in line %llu", (unsigned long long)r->line);
    return false;
}

// --- the file ---

// What has come of a line that is too long goes, and so will the rest of it.
static void pass_over(struct replay *r)
{
    if (!r->skipping) {
        r->line++;
        refuse(r, REPLAY_TOO_LONG, (struct slice){r->in.at + r->in.head, 24});
        r->line--; // it is counted at its end
    }
    r->skipping = true;
    r->in.head = r->in.len = 0;
}

static bool take_lines(struct replay *r, bool last)
{
    bool on = true;
    while (on) {
        struct slice in = buf_unread(&r->in);
        const char *end = memchr(in.at, '\n', in.len);
        if (!end && !(last && in.len))
            break;
        size_t n = end ? (size_t)(end - in.at) : in.len;
        on = take_line(r, r->in.at + r->in.head, n);
        buf_take(&r->in, n + (end != NULL));
    }
    if (on && r->in.len - r->in.head > LINE_MAX_BYTES)
        pass_over(r);
    return on;
}

// Bytes that were read: 0 at the end of the file, and where it is to end; or -errno. A pipe may have none for
// long.
static ssize_t read_more(struct replay *r)
{
    struct pollfd p = {.fd = r->fd, .events = POLLIN};
    int rc = buf_reserve(&r->in, PIECE);
    while (rc == 0 && !atomic_load(&r->leave) && poll(&p, 1, TICK_MS) == 0)
        ;
    if (rc < 0 || atomic_load(&r->leave))
        return rc;
    ssize_t n = read(r->fd, r->in.at + r->in.len, PIECE);
    return n < 0 ? -errno : n;
}

static void *read_all(void *arg)
{
    struct replay *r = arg;
    bool on = true;
    ssize_t n = 1;
    while (on && n > 0) {
        n = read_more(r);
        if (n == -EINTR)
            n = 1;
        else if (n > 0)
            r->in.len += (size_t)n;
        on = n >= 0 && take_lines(r, n == 0);
    }
    if (n < 0)
        snprintf(r->told.error, sizeof r->told.error, "reading failed after line %llu: %s",
                 (unsigned long long)r->line, strerror((int)-n));
    pthread_mutex_lock(&r->lock);
    r->over = true;
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

// --- beginning and end ---

static int cannot(struct err *err, const char *path, int error)
{
    char quoted[128];
    return err_set(err, ERR_USAGE, "--replay: cannot read %s: %s",
                   slice_quote(slice_of(path), quoted, sizeof quoted), strerror(error));
}

int replay_ask(struct ask *a, const struct run_conf *conf)
{
    const char *path = conf->replay.path, *slash = strrchr(path, '/');
    char title[128];
    snprintf(title, sizeof title, "REPLAY %s", slash ? slash + 1 : path);
    snprintf(a->name, sizeof a->name, "replay");
    a->title = strdup(title);
    a->canned = strdup("+OK\r\n");
    a->reply.usual = '$'; // answers of any kind will do
    a->keyspace = conf->keyspace;
    a->keys = conf->keys;
    if (!a->title || !a->canned)
        return -ENOMEM;
    a->canned_len = strlen(a->canned);
    return template_init_raw(&a->request, slice_of("PING\r\n"));
}

int replay_open(struct replay **out, const struct run_conf *conf, struct err *err)
{
    const char *path = conf->replay.path;
    struct replay *r = calloc(1, sizeof *r);
    *out = NULL;
    if (!r)
        return err_set(err, ERR_RUN, "not enough memory for the trace");
    r->conf = conf;
    r->fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct stat st;
    bool folder = r->fd >= 0 && fstat(r->fd, &st) == 0 && S_ISDIR(st.st_mode);
    int rc = r->fd < 0 || folder ? cannot(err, path, folder ? EISDIR : errno) : 0;
    r->told.speed = conf->replay.speed;
    snprintf(r->told.file, sizeof r->told.file, "%s", path);
    if (rc == 0)
        r->locked = pthread_mutex_init(&r->lock, NULL) == 0 && pthread_cond_init(&r->room, NULL) == 0;
    if (rc == 0 && (!r->locked || thread_start(&r->thread, read_all, r) < 0))
        rc = err_set(err, ERR_RUN, "the thread that reads the trace could not be started");
    r->started = rc == 0;
    if (rc == 0)
        *out = r;
    else
        replay_close(r);
    return rc;
}

static void end(struct replay *r)
{
    if (!r->started)
        return;
    pthread_mutex_lock(&r->lock);
    atomic_store(&r->leave, true);
    pthread_cond_signal(&r->room);
    pthread_mutex_unlock(&r->lock);
    pthread_join(r->thread, NULL);
    r->started = false;
}

void replay_tell(struct replay *r, struct replayed *out)
{
    end(r);
    r->told.late = r->late;
    *out = r->told;
}

void replay_close(struct replay *r)
{
    if (!r)
        return;
    end(r);
    for (; r->n; r->n--, r->head = (r->head + 1) % AHEAD)
        free(r->ring[r->head]);
    if (r->locked) {
        pthread_cond_destroy(&r->room);
        pthread_mutex_destroy(&r->lock);
    }
    if (r->fd >= 0)
        close(r->fd);
    trace_free(&r->trace);
    buf_free(&r->in);
    free(r);
}
