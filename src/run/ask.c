// SPDX-License-Identifier: MIT
#include "run/ask.h"

#include "base/buf.h"
#include "load/keyed.h"
#include "load/spelt.h"
#include "load/value.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TITLE_WORD 128 // bytes of a word that a title has whole
#define TITLE_CUT 24   // of a longer one
#define WORDS_MAX 32   // arguments of the longest row of the catalogue, MSET with 10 keys: 21

// --- the keys that a command names ---

// How many keys of one name there are.
enum spread {
    SPREAD_ONE,  // it is always the same
    SPREAD_KEYS, // as many as the keyspace has
    SPREAD_MANY, // nobody can count through them
};

static enum spread spread_of(struct slice key, bool keys)
{
    unsigned numbers = 0, names = 0;
    for (size_t at = 0, n; at < key.len; at += n ? n : 1) {
        struct recipe_piece p;
        n = recipe_placeholder((struct slice){key.at + at, key.len - at}, &p);
        if (!n || (p.kind == RECIPE_DIGITS && !keys))
            continue;
        if (p.kind != RECIPE_DIGITS && p.kind != RECIPE_KEY)
            return SPREAD_MANY;
        numbers += !p.name || !(names >> p.name & 1);
        names |= p.name ? 1u << p.name : 0;
    }
    return numbers == 0 ? SPREAD_ONE : numbers == 1 ? SPREAD_KEYS : SPREAD_MANY;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static enum check check_of(const struct command_facts *facts, struct words words)
{
    if (facts->gives_value && words.n > 1)
        return CHECK_READ;
    if (slice_is_nocase(words.at[0], "EXEC"))
        return CHECK_EXEC;
    if (slice_is_nocase(words.at[0], "MGET") && words.n > 1 && words.n - 1 <= READS_MOST)
        return CHECK_READS;
    return facts->takes_value && words.n > 2 && slice_is(words.at[2], "__data__") ? CHECK_WRITE : CHECK_NONE;
}

static bool same(struct slice a, struct slice b)
{
    return a.len == b.len && memcmp(a.at, b.at, a.len) == 0;
}

// How many keys the number of a key's name is drawn from.
static uint64_t keyspace_of(const struct run_conf *conf, struct slice key)
{
    for (size_t at = 0, n; conf->spaces && at < key.len; at += n ? n : 1) {
        struct recipe_piece p;
        n = recipe_placeholder((struct slice){key.at + at, key.len - at}, &p);
        if (n && p.name && conf->spaces[p.name].keys)
            return conf->spaces[p.name].keys;
    }
    return conf->keyspace;
}

// Whether one number of its name is several keys: on a cluster each request draws another tag for it, unless
// its number says which (load/tag.h).
static bool strays(const struct run_conf *conf, const struct keyed *keyed, struct slice key,
                   enum spread spread)
{
    bool settled = spread == SPREAD_KEYS && !keyed_next(keyed, keyed_first(keyed));
    return conf->cluster && !settled && slice_find(key, TAG);
}

// Whether what it reads, or writes, can be checked; what it writes else can be no more.
static void add_check(struct ask *a, struct names *names, struct words words, const struct run_conf *conf)
{
    struct keyed keyed = keyed_of(words.at, words.n);
    struct command_facts facts = command_table_of(words.at[0]);
    size_t first = keyed_first(&keyed);
    a->check = check_of(&facts, words);
    a->reads = (unsigned)words.n - 1;
    for (size_t at = first; at; at = keyed_next(&keyed, at)) {
        struct slice key = words.at[at];
        enum spread spread = spread_of(key, conf->keyspace > 0);
        bool other = a->check == CHECK_READS && !same(key, words.at[first]), once = spread == SPREAD_ONE;
        bool unknown = spread == SPREAD_MANY || strays(conf, &keyed, key, spread);
        int name = unknown ? -1 : names_add(names, key, once, keyspace_of(conf, key));
        if (name < 0 || other)
            a->check = CHECK_NONE;
        else if (a->check == CHECK_NONE && !facts.keeps_values)
            names->at[name].spoilt = true;
        a->name_at = name < 0 ? 0 : (unsigned)name;
    }
}

// Raw bytes end at the end of their line.
static void note_command(struct ask *a, struct slice word)
{
    size_t n = 0;
    for (; n < word.len && n + 1 < sizeof a->command && word.at[n] > ' '; n++) {
        bool upper = word.at[n] >= 'A' && word.at[n] <= 'Z';
        a->command[n] = (char)(word.at[n] + (upper ? 'a' - 'A' : 0));
    }
    a->command[n] = 0;
}

// Whether the key has its upkeep, of as many of its name as any command draws from.
static bool has_name(const struct asks *all, struct slice key, uint64_t keyspace)
{
    for (unsigned i = 0; i < all->n; i++)
        if (slice_is(key, all->at[i].title)) {
            all->at[i].keyspace = larger(all->at[i].keyspace, keyspace);
            return true;
        }
    return false;
}

static int add_ask(struct asks *all, const struct ask *a)
{
    struct ask *more = realloc(all->at, (all->n + 1) * sizeof *more);
    if (!more)
        return -ENOMEM;
    all->at = more;
    more[all->n++] = *a;
    return 0;
}

static int add_upkeep(const struct ask_conf *asking, struct slice key, const struct template_conf *tc)
{
    const struct run_conf *conf = asking->run;
    struct asks *all = asking->upkeep;
    bool cleans = conf->upkeep == UPKEEP_CLEAN;
    struct slice words[] = {slice_of(cleans ? "DEL" : "SET"), key, slice_of("__data__")};
    uint64_t keyspace = keyspace_of(conf, key);
    if (has_name(all, key, keyspace))
        return 0;
    if (add_ask(all, &(struct ask){0}) < 0)
        return -ENOMEM;
    struct ask *a = &all->at[all->n - 1];
    *a = (struct ask){
        .title = strndup(key.at, key.len),
        .reply = {cleans ? READS_COUNT : READS_NOTHING, shape_of(cleans ? ":" : "+"), cleans ? ':' : '+'},
        .idempotent = true,
        .keyspace = keyspace,
        .once = spread_of(key, tc->keys) == SPREAD_ONE};
    note_command(a, words[0]);
    a->canned = strdup(cleans ? ":1\r\n" : "+OK\r\n");
    a->canned_len = a->canned ? strlen(a->canned) : 0;
    if (conf->verify && !cleans)
        add_check(a, asking->names, (struct words){.at = words, .n = 3}, conf);
    return a->title && a->canned ? template_init(&a->request, words, cleans ? 2 : 3, tc) : -ENOMEM;
}

// For each key of the command, where the load, or its prefill, writes it.
static int add_upkeeps(struct ask *a, const struct ask_conf *asking, struct words words,
                       const struct template_conf *tc)
{
    const struct run_conf *conf = asking->run;
    bool cleans = conf->upkeep == UPKEEP_CLEAN,
         fills = conf->prefill && !conf->fills && command_table_of(words.at[0]).reads_strings;
    struct keyed keyed = keyed_of(words.at, words.n);
    if (!(cleans ? fills || !a->only_reads : fills))
        return 0;
    int rc = 0;
    for (size_t at = keyed_first(&keyed); at && rc == 0; at = keyed_next(&keyed, at)) {
        enum spread spread = spread_of(words.at[at], tc->keys);
        a->uncounted |=
            spread == SPREAD_MANY || a->inserts > 0 || (a->request.ntags && !a->request.digits_at);
        if (a->uncounted || (spread == SPREAD_ONE && !cleans))
            continue;
        a->filled |= fills;
        rc = add_upkeep(asking, words.at[at], tc);
    }
    return rc;
}

// --- a command ---

static int add_value(struct buf *b, size_t n)
{
    int rc = buf_printf(b, "$%zu\r\n", n);
    if (rc == 0)
        rc = buf_reserve(b, n + 2);
    if (rc < 0)
        return rc;
    value_fill(b->at + b->len, n);
    memcpy(b->at + b->len + n, "\r\n", 2);
    b->len += n + 2;
    return 0;
}

// What a server would answer: a value to a read, OK or a number to all else.
static int compile_canned(struct ask *a, size_t argc, size_t data_bytes)
{
    struct buf b = {0};
    size_t values = a->reply.reads == READS_MANY ? argc - 1 : a->reply.reads == READS_ONE;
    int rc = 0;
    if (a->reply.reads == READS_NOTHING)
        rc = buf_printf(&b, a->reply.shape.type == ':' ? ":1\r\n" : "+OK\r\n");
    else if (a->reply.reads == READS_MANY || a->reply.shape.type == '*')
        rc = buf_printf(&b, "*%zu\r\n", values);
    for (size_t i = 0; rc == 0 && i < values; i++)
        rc = add_value(&b, data_bytes);
    a->canned = b.at;
    a->canned_len = b.len;
    return rc;
}

static char usual_of(enum reads reads, struct shape shape)
{
    bool null_matters = shape.type == '$' && !shape.nullable;
    if (!shape.type)
        return reads == READS_NOTHING ? '+' : '$';
    return (char)(shape.elements < 0 && !null_matters ? shape.type : 0);
}

// Of --tracking optin, what makes the server remember who reads the key. It has no answer of its own: an
// answer more for each request would be a request more.
static struct slice opt_in(const struct run_conf *conf, enum reads reads)
{
    static const char bytes[] = "*3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$4\r\nSKIP\r\n"
                                "*3\r\n$6\r\nCLIENT\r\n$7\r\nCACHING\r\n$3\r\nYES\r\n";
    bool wanted = conf->tracking == TRACKING_OPTIN && reads != READS_NOTHING;
    return wanted ? (struct slice){bytes, sizeof bytes - 1} : (struct slice){"", 0};
}

// What it says of when a value goes.
static bool expires(struct words words)
{
    static const char *const said[] = {"EX", "PX", "EXAT", "PXAT"};
    for (size_t i = 3; i < words.n; i++)
        for (size_t k = 0; k < sizeof said / sizeof *said; k++)
            if (slice_is_nocase(words.at[i], said[k]))
                return true;
    return false;
}

static int compile_words(struct ask *a, const struct ask_conf *asking, struct words words)
{
    static const struct keyform usual = {.before = "key:", .before_len = 4, .width = KEYFORM_DIGITS};
    const struct run_conf *conf = asking->run;
    struct template_conf tc = {.data_bytes = conf->data_bytes,
                               .keys = conf->keyspace > 0,
                               .slots = conf->cluster || run_conf_apart(conf),
                               .first_slot = conf->first_slot,
                               .nslots = conf->slots,
                               .key = conf->keys_named ? &conf->keyform : &usual,
                               .values = conf->values_vary ? asking->values : NULL,
                               .dataset = conf->dataset};
    struct command_facts facts = command_table_of(words.at[0]);
    a->keyspace = conf->keyspace;
    a->keys = conf->keys;
    a->inserts = facts.only_reads ? 0 : conf->inserts;
    a->filled = conf->prefill && conf->fills;
    a->reply.reads = facts.reads;
    a->only_reads = facts.only_reads;
    a->idempotent = facts.idempotent;
    a->cure = facts.cure;
    a->takes = !facts.only_reads && (!facts.adds || expires(words));
    a->spot = spot_of(&(struct spot_words){words.at, words.n, tc.key, tc.keys});
    note_command(a, words.at[0]);
    a->reply.usual = usual_of(a->reply.reads, a->reply.shape);
    tc.before = opt_in(conf, a->reply.reads);
    tc.varies = conf->verify || conf->spaces != NULL || asking->leads;
    tc.same = asking->follows;
    if (conf->verify)
        add_check(a, asking->names, words, conf);
    int rc = template_init(&a->request, words.at, words.n, &tc);
    tc.before.len = 0;
    tc.same = false;
    if (rc == 0)
        rc = add_upkeeps(a, asking, words, &tc);
    return rc < 0 ? rc : compile_canned(a, words.n, conf->data_bytes);
}

static enum tagging tagging_of(const struct run_conf *conf, bool row)
{
    if (conf->slots || (row && conf->tag_all))
        return TAGGING_ALL;
    return row ? TAGGING_FIXED : TAGGING_SEVERAL;
}

// Of a cluster, several keys stay together, and those of the catalogue are spread.
static int compile_spelt(struct ask *a, const struct ask_conf *asking, struct words words, bool row)
{
    const struct run_conf *conf = asking->run;
    if (!conf->cluster)
        return compile_words(a, asking, words);
    struct tagged t;
    enum tagging how = tagging_of(conf, row);
    int rc = tagged_init(&t, words.at, words.n, how, conf->keyspace > 0);
    if (rc == 0)
        rc = compile_words(a, asking, (struct words){.at = t.argv, .n = words.n});
    tagged_free(&t);
    return rc;
}

static int compile(struct ask *a, const struct ask_conf *asking, struct words words, bool row)
{
    struct spelt s;
    const struct run_conf *conf = asking->run;
    int rc = spelt_init(&s, words.at, words.n, conf->keys_named ? &conf->keyform : NULL,
                        row ? conf->key_prefix : NULL);
    if (rc == 0)
        rc = compile_spelt(a, asking, (struct words){.at = s.argv, .n = words.n}, row);
    spelt_free(&s);
    return rc;
}

static int compile_raw(struct ask *a, const struct run_conf *conf, const char *bytes)
{
    a->keyspace = conf->keyspace;
    a->keys = conf->keys;
    a->reply.usual = usual_of(a->reply.reads, a->reply.shape);
    note_command(a, slice_of(bytes));
    int rc = template_init_raw(&a->request, slice_of(bytes));
    a->request.first_slot = (uint16_t)conf->first_slot;
    a->request.slots = conf->slots ? conf->slots : SLOTS;
    return rc < 0 ? rc : compile_canned(a, 1, 0);
}

static size_t split_words(const char *text, struct slice *words)
{
    size_t n = 0;
    while (*text && n < WORDS_MAX) {
        size_t len = strcspn(text, " ");
        words[n++] = (struct slice){text, len};
        text += len + (text[len] == ' ');
    }
    return n;
}

// What SET has besides, by options.
static size_t add_choices(struct slice *words, size_t n, const struct run_conf *conf, char px[static 64])
{
    if (conf->nx)
        words[n++] = slice_of("NX");
    if (!conf->expire_hi_ms)
        return n;
    if (conf->expire_lo_ms == conf->expire_hi_ms)
        snprintf(px, 64, "%u", conf->expire_lo_ms);
    else
        snprintf(px, 64, "__rand:%u:%u__", conf->expire_lo_ms, conf->expire_hi_ms);
    words[n++] = slice_of("PX");
    words[n++] = slice_of(px);
    return n;
}

int ask_row(struct ask *a, const struct ask_conf *asking, const struct test *row)
{
    const struct run_conf *conf = asking->run;
    char px[64];
    struct slice words[WORDS_MAX] = {0};
    const char *command = row->one_key && conf->keyspace == 0 ? row->one_key : row->command;
    size_t n = split_words(command, words);
    *a = (struct ask){.payload_bytes = conf->data_bytes,
                      .raw = row->raw,
                      .reply.shape = shape_of(row->reply),
                      .title = strdup(row->title)};
    snprintf(a->name, sizeof a->name, "%.*s", (int)strcspn(row->names, ","), row->names);
    if (!a->title)
        return -ENOMEM;
    if (strcmp(a->name, "set") == 0)
        n = add_choices(words, n, conf, px);
    return row->raw ? compile_raw(a, conf, command)
                    : compile(a, asking, (struct words){.at = words, .n = n}, true);
}

// A word as a title has it: one that is long (-x) by its beginning and its length.
static int add_word(struct buf *b, struct slice word)
{
    char quoted[TITLE_CUT + 8];
    if (word.len <= TITLE_WORD)
        return buf_append(b, word.at, word.len);
    slice_quote((struct slice){word.at, TITLE_CUT}, quoted, sizeof quoted);
    return buf_printf(b, "\"%s...\" (%zu bytes)", quoted, word.len);
}

static char *join(const struct slice *argv, size_t argc)
{
    struct buf b = {0};
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < argc; i++) {
        rc = i ? buf_append(&b, " ", 1) : 0;
        if (rc == 0)
            rc = add_word(&b, argv[i]);
    }
    if (rc == 0)
        rc = buf_append(&b, "", 1);
    if (rc < 0)
        buf_free(&b);
    return b.at;
}

int ask_words(struct ask *a, const struct ask_conf *asking, struct words words)
{
    *a = (struct ask){.name = "command", .title = join(words.at, words.n)};
    int rc = a->title ? compile(a, asking, words, false) : -ENOMEM;
    a->payload_bytes = a->request.wire_len;
    return rc;
}

// Whether all of its requests are the same.
static bool always_alike(const struct template *t)
{
    unsigned draws = 0;
    for (unsigned i = 0; i < KEYDIST_NAMES; i++)
        draws += t->draws[i];
    return !draws && !t->recipe;
}

int ask_fill(const struct ask_conf *asking, struct words words)
{
    struct ask a;
    int rc = ask_words(&a, asking, words);
    a.once = always_alike(&a.request);
    bool kept = rc == 0 && asking->run->upkeep != UPKEEP_CLEAN;
    if (kept)
        rc = add_ask(asking->upkeep, &a);
    if (!kept || rc < 0)
        ask_reset(&a);
    return rc;
}

int ask_replies(struct ask *a, const char *shape)
{
    struct buf b = {0};
    a->reply = (struct expected){.reads = READS_NOTHING, .shape = shape_of(shape)};
    a->reply.usual = usual_of(a->reply.reads, a->reply.shape);
    int rc = a->reply.shape.type == '*' ? buf_printf(&b, "*%d\r\n", (int)a->reply.shape.elements)
                                        : buf_printf(&b, "+QUEUED\r\n");
    for (int64_t i = 0; rc == 0 && i < a->reply.shape.elements; i++)
        rc = buf_printf(&b, ":1\r\n");
    free(a->canned);
    a->canned = b.at;
    a->canned_len = b.len;
    return rc;
}

void ask_reset(struct ask *a)
{
    template_reset(&a->request);
    free(a->title);
    free(a->canned);
    *a = (struct ask){0};
}

void asks_reset(struct asks *all)
{
    for (unsigned i = 0; i < all->n; i++)
        ask_reset(&all->at[i]);
    free(all->at);
    *all = (struct asks){0};
}

static int tell_fault(struct err *err, const struct run_conf *conf, const struct tagged_fault *f)
{
    char key[64], other[64];
    slice_quote(f->key, key, sizeof key);
    slice_quote(f->other, other, sizeof other);
    if (f->outside)
        return err_set(err, ERR_USAGE, "--slots: the key '%s' does not lie in slots %u-%u, or not always",
                       key, conf->first_slot, conf->first_slot + conf->slots - 1);
    return err_set(err, ERR_USAGE,
                   "the keys '%s' and '%s' lie in different slots, and a cluster takes only keys of one "
                   "slot: give them the same tag, e.g. {x}",
                   key, other);
}

int ask_check(const struct run_conf *conf, struct words words, struct err *err)
{
    struct tagged t;
    struct tagged_fault fault;
    if (!conf->cluster)
        return 0;
    if (tagged_init(&t, words.at, words.n, tagging_of(conf, false), conf->keyspace > 0) < 0)
        return err_set(err, ERR_RUN, "not enough memory to prepare the requests");
    bool bad = tagged_faulty(&fault, t.argv, words.n, conf->keyspace > 0,
                             (struct tagged_slots){conf->first_slot, conf->slots});
    int rc = bad ? tell_fault(err, conf, &fault) : 0;
    tagged_free(&t);
    return rc;
}
