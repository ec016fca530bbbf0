// SPDX-License-Identifier: MIT
#include "workload/presets.h"

#include <string.h>

// Where the figures come from is said in docs/workloads.md.

// Of YCSB: records of ten fields of 100 bytes, and Zipf's law of its requests.
#define RECORDS                                                                                              \
    "options:\n"                                                                                             \
    "  keyspace: 100000          # records\n"                                                                \
    "  key-format: user%012d\n"                                                                              \
    "  size: 100                 # of each field\n"
#define RECORD                                                                                               \
    "HSET __key__ field0 __data__ field1 __data__ field2 __data__ field3 __data__\n"                         \
    "      field4 __data__ field5 __data__ field6 __data__ field7 __data__ field8 __data__ field9 "          \
    "__data__\n"
#define FILLED "fill: # what --prefill and --prefill-only write, as YCSB's load phase\n  - >-\n      " RECORD
#define READ "  - name: read\n    command: HGETALL __key__\n"
#define UPDATE "  - name: update\n    command: HSET __key__ field__rand:0:9__ __data__\n"
#define ZIPF "  key-dist: zipf:0.99\n"

const struct preset presets[] = {
    {"ycsb-a",
     "description: YCSB A, update heavy, such as a session store. 50% reads, 50% updates\n" RECORDS ZIPF
         FILLED "commands:\n" READ "    ratio: 50\n" UPDATE "    ratio: 50\n"},
    {"ycsb-b",
     "description: YCSB B, read mostly, such as tags of photos. 95% reads, 5% updates\n" RECORDS ZIPF FILLED
     "commands:\n" READ "    ratio: 95\n" UPDATE "    ratio: 5\n"},
    {"ycsb-c",
     "description: YCSB C, read only, such as a cache of profiles\n" RECORDS ZIPF FILLED "commands:\n" READ},
    {"ycsb-d", "description: YCSB D, read latest, such as status updates. 95% reads, 5% inserts\n" RECORDS
               "  key-dist: latest:0.99     # the youngest record is the most popular\n" FILLED
               "commands:\n" READ "    ratio: 95\n"
               "  - name: insert\n"
               "    ratio: 5\n"
               "    insert-share: 100%      # each writes a new record\n"
               "    command: >-\n      " RECORD},
    {"ycsb-e",
     "description: YCSB E, short ranges, such as conversations. 95% scans of 1 to 100 records, 5% inserts\n"
     "options:\n"
     "  keyspace: 100000          # records\n"
     "  key-format: user%012d\n"
     "  size: 1000                # of a record\n" ZIPF
     "fill:                       # what --prefill and --prefill-only write: YCSB's load phase\n"
     "  - ZADD records 0 \"__key__ __data__\"\n"
     "commands:\n"
     "  - name: scan\n"
     "    command: ZRANGEBYLEX records [__key__ + LIMIT 0 __rand:1:100__\n"
     "    ratio: 95\n"
     "  - name: insert\n"
     "    command: ZADD records 0 \"__key__ __data__\"\n"
     "    ratio: 5\n"
     "    insert-share: 100%      # each writes a new record\n"},
    {"ycsb-f",
     "# A read-modify-write is two requests: the update follows the read on its connection, with its key.\n"
     "description: YCSB F, read-modify-write, such as a user database. 50% reads, 50% "
     "read-modify-writes\n" RECORDS ZIPF FILLED "commands:\n" READ "    ratio: 50\n"
     "  - name: rmw-read\n    command: HGETALL __key__\n    ratio: 50\n"
     "  - name: rmw-update\n    command: HSET __key__ field__rand:0:9__ __data__\n    after: rmw-read\n"},
    {"cache",
     "description: A cache in front of a database, by Facebook's general-purpose pool. 30 GETs to a SET\n"
     "options:\n"
     "  keyspace: 1M\n"
     "  key-dist: zipf:0.99\n"
     "  key-size: 16-60\n"
     "  value-size: pareto:214.476:0.348238\n"
     "commands:\n"
     "  - command: GET __key__\n"
     "    ratio: 30\n"
     "  - command: SET __key__ __data__\n"
     "    ratio: 1\n"},
    {"session", "description: A session store. Each use of a session extends it by half an hour\n"
                "options:\n"
                "  keyspace: 100000          # sessions\n"
                "  key-format: session:%012d\n"
                "  key-dist: zipf:0.8\n"
                "  value-size: lognormal:6:0.8 # 400 bytes in the middle\n"
                "fill:\n"
                "  - SET __key__ __data__ EX 1800\n"
                "commands:\n"
                "  - name: use\n"
                "    command: GETEX __key__ EX 1800\n"
                "    ratio: 80\n"
                "  - name: save\n"
                "    command: SET __key__ __data__ EX 1800\n"
                "    ratio: 19\n"
                "  - name: logout\n"
                "    command: DEL __key__\n"
                "    ratio: 1\n"},
    {"leaderboard",
     "description: One sorted set of players. Scores rise, and ranks and the top ten are read\n"
     "options:\n"
     "  keyspace: 100000          # players\n"
     "  key-format: player:%012d\n"
     "  key-dist: zipf:0.8\n"
     "fill:\n"
     "  - ZADD leaderboard __rand:0:100000__ __key__\n"
     "commands:\n"
     "  - name: score\n"
     "    command: ZINCRBY leaderboard __rand:1:100__ __key__\n"
     "    ratio: 50\n"
     "  - name: rank\n"
     "    command: ZREVRANK leaderboard __key__\n"
     "    ratio: 40\n"
     "  - name: top\n"
     "    command: ZREVRANGE leaderboard 0 9 WITHSCORES\n"
     "    ratio: 10\n"},
    {"rate-limiter", "description: A counter for each client and window of ten seconds, in a script\n"
                     "options:\n"
                     "  keyspace: 100000          # clients\n"
                     "  key-format: limit:%012d\n"
                     "  key-dist: zipf:1.1\n"
                     "commands:\n"
                     "  - name: hit\n"
                     "    command: >-\n"
                     "      EVAL \"local n = redis.call('INCR', KEYS[1]) if n == 1 then redis.call('EXPIRE', "
                     "KEYS[1], 10) end\n"
                     "      return n\" 1 __key__\n"},
    {"queue",
     "# A closed loop: for the time that a message takes at a given load, add --rate.\n"
     "description: Jobs in a list. 10 producers LPUSH, 20 workers BRPOP, timed from due to delivery\n"
     "options:\n"
     "  queue: list               # or blmove, stream\n"
     "  clients: 10               # producers\n"
     "  consumers: 20\n"
     "  size: 200                 # of a message\n"},
    {"pubsub",
     "# A closed loop: for the time that a message takes at a given load, add --rate.\n"
     "description: Messages to many. 5 publishers, 20 subscribers who each get all, timed from due to "
     "delivery\n"
     "options:\n"
     "  pubsub: channel           # or sharded\n"
     "  clients: 5                # publishers\n"
     "  consumers: 20             # subscribers\n"
     "  size: 200                 # of a message\n"},
    {"streams", "description: Event streams of bounded length. Appended to, and read at their end\n"
                "options:\n"
                "  keyspace: 100             # streams\n"
                "  key-format: stream:%012d\n"
                "  value-size: 100-500\n"
                "fill:\n"
                "  - XADD __key__ * event __data__\n"
                "commands:\n"
                "  - name: append\n"
                "    command: XADD __key__ MAXLEN ~ 1000 * event __data__\n"
                "    ratio: 70\n"
                "  - name: tail\n"
                "    command: XREVRANGE __key__ + - COUNT 10\n"
                "    ratio: 25\n"
                "  - name: length\n"
                "    command: XLEN __key__\n"
                "    ratio: 5\n"},
    {"large-values", "description: Documents and images of 64 KiB to 1 MiB. 80% reads\n"
                     "options:\n"
                     "  keyspace: 1000\n"
                     "  clients: 10\n"
                     "  value-size: 64KiB:60,256KiB:30,1MiB:10\n"
                     "commands:\n"
                     "  - command: GET __key__\n"
                     "    ratio: 80\n"
                     "  - command: SET __key__ __data__\n"
                     "    ratio: 20\n"},
    {"bgsave", "# The snapshot begins when the keys are written: with --prefill right before the run.\n"
               "description: Half writes all over the keys while the server forks and writes a snapshot. "
               "Needs --prefill\n"
               "options:\n"
               "  keyspace: 200000\n"
               "  size: 1000\n"
               "fill:\n"
               "  - SET __key__ __data__\n"
               "  - BGSAVE\n"
               "commands:\n"
               "  - command: GET __key__\n"
               "  - command: SET __key__ __data__\n"},
    {"expiry-heavy", "description: Keys that live for one to five seconds. As many are written as read\n"
                     "options:\n"
                     "  keyspace: 1M\n"
                     "  size: 100\n"
                     "commands:\n"
                     "  - command: SET __key__ __data__ PX __rand:1000:5000__\n"
                     "  - command: GET __key__\n"},
    {"connection-storm",
     "description: Each request by a connection of its own, such as scripts that do not pool connections\n"
     "options:\n"
     "  clients: 100\n"
     "  k: 0                      # a new connection for each request\n"
     "  keyspace: 1000\n"
     "commands:\n"
     "  - command: GET __key__\n"},
};

const size_t presets_len = sizeof presets / sizeof *presets;

const struct preset *presets_find(const char *name)
{
    for (size_t i = 0; i < presets_len; i++)
        if (strcmp(presets[i].name, name) == 0)
            return &presets[i];
    return NULL;
}
