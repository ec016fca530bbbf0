# SPDX-License-Identifier: MIT
"""Workload files and presets, sequences, transactions, datasets: the server counts what they say."""
import json
import threading

import pytest

from conftest import Embedded

PRESETS = ("ycsb-a", "ycsb-b", "ycsb-c", "ycsb-d", "ycsb-e", "ycsb-f", "cache", "session", "leaderboard", "rate-limiter",
           "queue", "pubsub", "streams", "large-values", "bgsave", "expiry-heavy", "connection-storm")


def one(run, codes=(0,)):
    assert run.rc in codes, run
    return json.loads(run.out)["tests"][0]


def sent_of(test):
    """Requests by the name of their command in reports."""
    return {c["command"]: c["counts"]["sent"] for c in test.get("commands") or []} or {test["test"]: test["counts"]["sent"]}


def fill(bench, redis, name, *args):
    redis.reset()
    run = bench("-p", redis.port, "--workload", name, "--prefill-only", *args)
    assert run.rc == 0, run


# What --prefill-only leaves, and the shares of requests that were published: names, commands of the server, shares.
YCSB = {
    "ycsb-a": {"read": ("hgetall", 50), "update": ("hset", 50)},
    "ycsb-b": {"read": ("hgetall", 95), "update": ("hset", 5)},
    "ycsb-c": {"read": ("hgetall", 100)},
    "ycsb-d": {"read": ("hgetall", 95), "insert": ("hset", 5)},
    "ycsb-e": {"scan": ("zrangebylex", 95), "insert": ("zadd", 5)},
    "ycsb-f": {"read": ("hgetall", 1), "rmw-read": ("hgetall", 1), "rmw-update": ("hset", 1)},
}


@pytest.mark.parametrize("name", YCSB)
def test_ycsb_as_published(bench, redis, name):
    fill(bench, redis, name, "-r", 300)
    client = redis.client
    if name == "ycsb-e":
        assert client.call("ZCARD", "records") == 300
        assert len(client.call("ZRANGE", "records", 0, 0)[0]) == len("user000000000000 ") + 1000
    else:
        assert redis.dbsize() == 300
        assert set(map(len, client.call("HGETALL", "user%012d" % 299)[1::2])) == {100}
        assert client.call("HLEN", "user%012d" % 0) == 10
    client.call("CONFIG", "RESETSTAT")
    test = one(bench("-p", redis.port, "--workload", name, "-r", 300, "-n", 6000, "--json", "-"))
    sent, published = sent_of(test), YCSB[name]
    total = sum(share for _, share in published.values())
    assert set(sent) == set(published) and sum(sent.values()) == 6000
    calls = {}
    for known, n in sent.items():
        calls[published[known][0]] = calls.get(published[known][0], 0) + n
    assert redis.calls() == calls
    for known, n in sent.items():
        expected = 6000 * published[known][1] / total
        assert abs(n - expected) <= 5 * (expected * (1 - published[known][1] / total)) ** 0.5, sent
    assert test["counts"]["misses"] in (0, None), test["counts"]
    if name == "ycsb-f":
        assert 0 <= sent["rmw-read"] - sent["rmw-update"] <= 50  # one connection each
    if name == "ycsb-d":
        assert redis.dbsize() == 300 + sent["insert"]
    if name == "ycsb-e":
        assert client.call("ZCARD", "records") == 300 + sent["insert"]


@pytest.mark.parametrize("name", [name for name in PRESETS if name not in (*YCSB, "queue", "pubsub")])
def test_each_preset_runs(bench, redis, name):
    redis.reset()
    keys = 20 if name == "large-values" else 500
    test = one(bench("-p", redis.port, "--workload", name, "--prefill", "-r", keys, "-n", 1000, "-c", 5, "--json", "-"))
    assert test["counts"]["ok"] == 1000 and test["counts"]["errors"] == 0
    assert test["config"]["workload"].startswith(f"--workload {name}#")
    assert sum(sent_of(test).values()) == 1000
    if name == "bgsave":
        assert redis.calls()["bgsave"] == 1
    if name == "cache":
        assert 0.955 < sent_of(test)["get"] / 1000 < 0.983 and test["counts"]["misses"] == 0
    if name == "connection-storm":
        assert test["counts"]["connects"] >= 990


@pytest.mark.parametrize("name, command, each", [("queue", "lpush", 1), ("pubsub", "publish", 20)])
def test_presets_of_messages(bench, redis, name, command, each):
    redis.reset()
    test = one(bench("-p", redis.port, "--workload", name, "-n", 500, "--no-probe", "--json", "-"))
    assert test["test"] == name and redis.calls()[command] == 500
    assert test["delivery"]["consumers"] == 20 and test["delivery"]["delivered"] == 500 * each
    assert test["config"]["workload"].startswith(f"--workload {name}#")
    other = one(bench("-p", redis.port, "--workload", "queue", "--pubsub=sharded", "-n", 50, "--no-probe", "--json", "-"))
    assert other["test"] == "pubsub" and redis.calls()["spublish"] == 50


def test_the_list_and_what_it_shows(bench, redis, tmp_path):
    run = bench("--show-workload", "list")
    assert run.rc == 0 and [line.split()[0] for line in run.out.splitlines()] == list(PRESETS)
    for name in ("ycsb-d", "rate-limiter"):
        shown = bench("--show-workload", name)
        assert shown.rc == 0 and shown.err == ""
        path = tmp_path / f"{name}.yaml"
        path.write_text(shown.out)
        redis.reset()
        same = [bench("-p", redis.port, "--workload", which, "-r", 50, "-n", 300, "--prefill", "--seed", 3, "--json", "-")
                for which in (name, path)]
        assert sent_of(one(same[0])) == sent_of(one(same[1]))
        assert [one(run)["config"]["workload"].split("#")[1] for run in same][0] == \
            one(same[1])["config"]["workload"].split("#")[1]
    run = bench("--show-workload", "ycsb")
    assert run.rc == 2 and "did you mean ycsb-a" in run.err, run


def test_a_fault_names_its_place(bench, redis, tmp_path):
    path = tmp_path / "w.yaml"
    path.write_text("options:\n  keyspace: 10\ncommands:\n  - command: GET __key__\n    ratoi: 5\n")
    for subcommand in ((), ("saturate", "--slo", "p99=1ms"), ("sweep", "clients"),
                       ("compare", f"a=127.0.0.1:{redis.port}", f"b=127.0.0.1:{redis.port}")):
        run = bench(*subcommand, *(() if "compare" in subcommand else ("-p", redis.port)), "--workload", path)
        assert run.rc == 2 and f"{path}:5:5: expected command, ratio, name, after, or an option of its keys and values, got 'ratoi': did you mean ratio?" in run.err, run
        assert run.out == ""


def test_a_contradiction_names_its_place(bench, redis, tmp_path):
    path = tmp_path / "w.yaml"
    path.write_text("options:\n  keyspace: 10\n  rate: 500\ncommands:\n  - GET __key__\n")
    for line, says in (
            (("saturate", "--slo", "p99=1ms"), "saturate finds the rate: leave out --rate and --rps"),
            (("sweep", "rate"), "sweep rate"),
            (("--prefill-only",), "--prefill-only writes each key once")):
        run = bench(*line, "-p", redis.port, "--workload", path)
        assert run.rc == 2 and f"{path}:3:3: {says}" in run.err and run.out == "", run
    run = bench("compare", f"a=127.0.0.1:{redis.port}", f"b=127.0.0.1:{redis.port}", "--workload", path, "--prefill-only")
    assert run.rc == 2 and f"{path}:3:3: --prefill-only writes" in run.err, run


@pytest.mark.full
def test_every_subcommand_takes_one(bench, redis):
    fill(bench, redis, "ycsb-a", "-r", 100)
    common = ("--workload", "ycsb-a", "-r", 100, "--json", "-")
    run = bench("sweep", "clients", "--points", "1,2", "--trial", "100ms", "-p", redis.port, *common)
    assert run.rc in (0, 4) and json.loads(run.out)["tests"][0]["test"] == "mix", run
    run = bench("compare", f"a=127.0.0.1:{redis.port}", f"b=127.0.0.1:{redis.port}", "--slot", "100ms", "--blocks", 2,
                "--warmup", "20ms", "--idle", 0, *common)
    assert run.rc in (0, 1, 10, 11), run


# --- commands of their own ---

def test_keys_and_sizes_of_one_command(bench, redis):
    redis.reset()
    test = one(bench("-p", redis.port, "--mix", "set:1,incr:1", "-r", 50, "-d", 9, "--of", "incr:--keyspace=7", "--of",
                     "set:--value-size=20-30", "--of", "set:--key-prefix=own:", "-n", 3000, "--json", "-"))
    keys = redis.client.call("KEYS", "*")
    assert {key for key in keys if key.startswith(b"counter:")} == {b"counter:%012d" % i for i in range(7)}
    assert {key for key in keys if not key.startswith(b"counter:")} == {b"own:key:%012d" % i for i in range(50)}
    assert {redis.client.call("STRLEN", key) for key in keys if key.startswith(b"own:")} <= set(range(20, 31))
    assert {name: redis.calls()[name] for name in ("set", "incr")} == sent_of(test)


def test_prefill_covers_the_larger_space(bench, redis):
    redis.reset()
    test = one(bench("-p", redis.port, "--mix", "get:1,mget:1", "-r", 50, "--of", "mget:--keyspace=80", "--prefill", "-n", 500,
                     "--json", "-"))
    assert redis.dbsize() == 80 and test["counts"]["misses"] == 0


def test_another_key_space(bench, redis):
    redis.reset()
    run = bench("-p", redis.port, "-r", 30, "--space", "2:5", "-n", 2000, "SADD", "group:__key:2__", "__key__")
    assert run.rc == 0, run
    assert set(redis.client.call("KEYS", "*")) == {b"group:key:%012d" % i for i in range(5)}
    members = set().union(*(redis.client.call("SMEMBERS", key) for key in redis.client.call("KEYS", "*")))
    assert members == {b"key:%012d" % i for i in range(30)}


@pytest.mark.parametrize("threads", [1, 3])
def test_keys_grow(bench, redis, threads):
    redis.reset()
    test = one(bench("-p", redis.port, "-t", "set", "-r", 100, "--insert-share", "25%", "-n", 8000, "-c", 6, "--threads",
                     threads, "--json", "-"))
    grown = redis.dbsize() - 100
    assert abs(grown - 2000) < 200, test
    if threads == 1:
        assert redis.client.call("EXISTS", f"key:{100 + grown - 1:012d}") == 1


# --- one after the other ---

@pytest.mark.parametrize("how", [("-c", 1), ("-c", 1, "-P", 5), ("-c", 4), ("-c", 3, "--threads", 2, "--rate", 5000), ("-c", 2, "--verify")])
@pytest.mark.parametrize("key", ["user%012d", "k%d"])
def test_a_command_that_follows_another(bench, tmp_path, how, key):
    import servers

    class Kept(servers.Server):
        """Notes what each connection asked: a thread has one."""

        def reply(self, args):
            asked.setdefault(threading.get_ident(), []).append(args[:2])
            return super().reply(args)

    asked = {}
    path = tmp_path / "w.yaml"
    path.write_text(f"options:\n  keyspace: 1000\n  key-format: {key}\ncommands:\n  - GET __key__\n"
                    "  - {name: lead, command: GET lead:__key__}\n"
                    "  - {name: next, command: 'SET next:__key__ __rand:1:9__', after: lead}\n"
                    "  - {name: last, command: 'INCR last:__key__', after: next}\n")
    server = Kept()
    run = bench("-p", server.port, "--workload", path, "-n", 600, "--no-probe", *how)
    server.stop()
    assert run.rc == 0 and asked, run
    leads = 0
    for words in asked.values():
        for (name, this), (_, then) in zip(words, words[1:]):
            before, _, at = this.rpartition(b":") if b":" in this else (b"", b"", this)
            expected = {b"lead": b"next:" + at, b"next": b"last:" + at}.get(before)
            assert then == expected if expected else not then.startswith((b"next", b"last")), (this, then)
            leads += before == b"lead"
    assert leads > 50 and sum(map(len, asked.values())) == 600


@pytest.mark.parametrize("how", [(), ("-P", 3), ("--rate", 200)], ids=lambda how: " ".join(map(str, how)))
def test_a_read_modify_write_is_one_latency_too(bench, tmp_path, how):
    """Each answer takes 5 ms, so that both take 10, one after the other; pipelined, they overlap."""
    path = tmp_path / "w.yaml"
    path.write_text("commands:\n  - {name: lead, command: GET __key__}\n  - {name: next, command: 'SET __key__ x', after: lead}\n"
                    "  - {name: alone, command: GET __key__}\n")
    server = Embedded("--delay", "5ms")
    run = bench("-p", server.port, "--workload", path, "-r", 50, "-c", 2, "-n", 120, *how, "--no-probe", "--json", "-")
    server.stop()
    commands = {c["command"]: c for c in one(run)["commands"]}
    both, last = commands["next"]["chain_ns"], commands["next"]["latency_ns"]
    assert commands["lead"]["chain_ns"] is None and commands["alone"]["chain_ns"] is None
    assert both["min"] >= (5_000_000 if "-P" in how else 10_000_000), both
    assert both["max"] >= last["max"] and both["p50"] >= last["p50"], (both, last)


def test_what_ycsb_f_says_of_both(bench, redis):
    fill(bench, redis, "ycsb-f", "-r", 100)
    run = bench("-p", redis.port, "--workload", "ycsb-f", "-r", 100, "-n", 2000)
    assert run.rc == 0 and "\n  rmw-update, from when the first that it follows was due: p50 " in run.out, run


@pytest.mark.parametrize("rest, says", [
    (("--in-turn",), "--in-turn does not go with a command that follows another (after)"),
    (("--transaction",), "--transaction does not go with a command that follows another (after)"),
    (("--cluster",), "--cluster does not go with a command that follows another (after)"),
])
def test_what_does_not_go_with_one_that_follows(bench, redis, rest, says):
    run = bench("-p", redis.port, "--workload", "ycsb-f", *rest)
    assert run.rc == 2 and says in run.err and run.out == "", run



@pytest.mark.parametrize("how", [(), ("-P", 4), ("--threads", 3), ("--rate", 20000), ("-k", 0), ("--engine", "epoll")])
def test_a_sequence(bench, redis, how):
    redis.reset()
    test = one(bench("-p", redis.port, "-n", 6000, "-c", 7, *how, "--json", "-", "SET", "__key__", "x", ";", "3", "GET",
                     "__key__", ";", "2", "INCR", "n"))
    assert sent_of(test) == {"set": 1000, "get": 3000, "incr": 2000} == redis.calls()


def test_a_sequence_in_its_order(bench):
    import servers
    server = servers.Server()
    run = bench("-p", server.port, "-c", 1, "-n", 7, "--no-probe", "SET", "k", "x", ";", "2", "GET", "k")
    server.stop()
    assert run.rc in (0, 1), run
    assert [words[0].upper() for words in server.commands] == [b"SET", b"GET", b"GET"] * 3 # whole rounds


def test_a_transaction(bench, redis):
    redis.reset()
    test = one(bench("-p", redis.port, "-n", 4000, "-c", 5, "-r", 9, "--transaction", "--json", "-", "--command",
                     "INCR counter:__key__", "--command", "GET counter:__key__"))
    assert sent_of(test) == {"multi": 1000, "incr": 1000, "get": 1000, "exec": 1000} == redis.calls()
    assert test["counts"]["errors"] == test["counts"]["unexpected"] == 0
    values = redis.client.call("MGET", *[f"counter:key:{i:012d}" for i in range(9)])
    assert sum(map(int, values)) == 1000


def test_a_transaction_that_fails_is_an_error(bench, redis):
    redis.reset()
    test = one(bench("-p", redis.port, "-n", 300, "-c", 2, "--transaction", "--json", "-", "NOSUCH", "x"), codes=(1,))
    assert test["status"] != "done" or test["counts"]["errors"] > 0


def test_the_null_engine_answers_a_transaction(bench):
    test = one(bench("--engine", "null", "-n", 3000, "--transaction", "--json", "-", "SET", "k", "x", ";", "GET", "k"))
    assert test["counts"]["ok"] == 3000 and test["counts"]["unexpected"] == 0


@pytest.mark.parametrize("engine", ["epoll", "auto"])
def test_cursors_are_followed(bench, redis, engine):
    import servers

    class Scanned(servers.Server):
        def reply(self, words):
            if words[0].upper() != b"SCAN":
                return super().reply(words)
            after = {b"0": b"170", b"170": b"9", b"9": b"0"}[words[1]]
            return b"*2\r\n$%d\r\n%s\r\n*1\r\n$1\r\nk\r\n" % (len(after), after)

    server = Scanned()
    run = bench("-p", server.port, "-c", 1, "-n", 7, "--engine", engine, "--no-probe", "SCAN", "__cursor__", "COUNT", 5)
    assert run.rc == 0, run
    server.stop()
    assert [words[1] for words in server.commands if words[0] == b"SCAN"] == [b"0", b"170", b"9"] * 2 + [b"0"]
    run = bench("-p", redis.port, "-n", 10, "-P", 2, "SCAN", "__cursor__")
    assert run.rc == 2 and "__cursor__ follows one SCAN at a time" in run.err, run


def test_a_whole_iteration(bench, redis):
    redis.reset()
    redis.client.call("MSET", *[word for i in range(300) for word in (f"k{i}", "x")])
    redis.client.call("CONFIG", "RESETSTAT")
    test = one(bench("-p", redis.port, "-n", 2000, "-c", 1, "--command", "SCAN __cursor__ COUNT 100",
                     "--command", "PING", "--json", "-"))
    assert sent_of(test) == redis.calls() and test["counts"]["errors"] == 0


# --- rows of a table ---

@pytest.mark.parametrize("threads", [1, 3])
def test_rows_in_turn(bench, redis, tmp_path, threads):
    table = tmp_path / "t.csv"
    table.write_text('id,name\n' + "".join(f'{i},"n, {i}"\n' for i in range(90)))
    redis.reset()
    test = one(bench("-p", redis.port, "-n", 180, "-c", 6, "--threads", threads, "--dataset", table, "--maxdocs", 60, "--json",
                     "-", "HINCRBY", "h:__field:id__", "__field:name__", "1"))
    assert test["counts"]["errors"] == 0
    assert redis.dbsize() == 60
    assert {redis.client.call("HGET", f"h:{i}", f"n, {i}") for i in range(60)} == {b"3"}


@pytest.mark.parametrize("text, words, says", [
    ("a,b\n1\n", ("GET", "__field:a__"), "t.csv:2: there are fewer cells than columns"),
    ("a,b\n1,2\n", ("GET", "__field:c__"), "__field:c__: expected a column of --dataset: a, b"),
    ("a,b\n1,2\n", ("GET", "x"), "--dataset needs a command with fields of it"),
])
def test_tables_that_cannot_be(bench, redis, tmp_path, text, words, says):
    table = tmp_path / "t.csv"
    table.write_text(text)
    run = bench("-p", redis.port, "--dataset", table, *words)
    assert run.rc == 2 and says in run.err and run.out == "", run
