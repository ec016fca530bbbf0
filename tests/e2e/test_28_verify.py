# SPDX-License-Identifier: MIT
"""Values that are read are held against those that were written: what is planted is found, each of it, and nothing else."""
import csv
import io
import json
import subprocess

import pytest

import servers
from conftest import Embedded
from resp_client import Client
from waiting import until

KINDS = ("corrupted", "truncated", "stale", "of_wrong_key", "crossed")
LOAD = ("--mix", "set:1,get:3", "--verify", "--prefill", "-r", 200, "-n", 4000, "--json", "-")


@pytest.fixture
def planted():
    """planted(options): a server with faults, and how many it says that it planted."""
    servers = []

    def start(*options):
        servers.append(Embedded(*options))
        return servers[-1]
    yield start
    for server in servers:
        server.stop()


def told(server):
    client = Client(server.address)
    lines = client.call("INFO").decode().split("\r\n")
    client.close()
    return {line[6:].partition(":")[0]: int(line.partition(":")[2]) for line in lines if line.startswith("fault_")}


def found(run):
    counts = json.loads(run.out)["tests"][0]["counts"]
    return {kind: counts["values_" + kind] for kind in KINDS}, counts


# With several connections nobody knows of each old value that it is one.
HOW = [("-c", 1, "-P", 8), ("-c", 1, "--rate", 8000),
       *(pytest.param(how, marks=pytest.mark.full) for how in (
           ("-c", 1), ("-c", 8, "-P", 3, "--threads", 2), ("-c", 1, "-P", 6, "--pipeline-mode", "window"),
           ("-c", 1, "-d", 9000, "-P", 2), ("-c", 4, "--value-size", "40-900", "--key-dist", "zipf")))]


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("fault, kind", [("corrupt", "corrupted"), ("truncate", "truncated"), ("stale", "stale"),
                                         ("swap", "crossed"), ("other-key", "of_wrong_key")])
def test_what_is_planted_is_found(bench, planted, fault, kind, how):
    server = planted("--" + fault, "3%")
    run = bench("-p", server.port, *LOAD, *how)
    values, counts = found(run)
    there = told(server)[fault.replace("-", "_")]
    assert run.rc == 5 and there > 20, run
    if kind == "stale" and how[1] > 1:
        assert there / 2 < values[kind] <= there
        there = values[kind]
    if fault == "other-key" and "-P" in how:  # the server cannot know which keys are asked for behind this one
        crossed = values["crossed"]
        assert crossed < there / 2
        values["of_wrong_key"] += crossed
        values["crossed"] = 0
    assert values == {**dict.fromkeys(KINDS, 0), kind: there}, (values, there)
    assert counts["errors"] == there and counts["unexpected"] == 0
    assert {"of_wrong_key": "of another key"}.get(kind, kind) in run.err
    doubts = [doubt["name"] for doubt in json.loads(run.out)["tests"][0]["doubts"]]
    assert "wrong-values" in doubts and "errors" not in doubts


def test_all_at_once_are_told_apart(bench, planted):
    server = planted("--corrupt", "2%", "--truncate", "2%", "--stale", "2%", "--swap", "2%")
    run = bench("-p", server.port, *LOAD, "-c", 1, "-P", 4)
    values, _ = found(run)
    there = told(server)
    assert values == {"corrupted": there["corrupt"], "truncated": there["truncate"], "stale": there["stale"],
                      "crossed": there["swap"], "of_wrong_key": 0} and run.rc == 5, (values, there)
    text = bench("-p", server.port, *LOAD[:-2], "-c", 1)
    assert text.rc == 5 and "verified" in text.out and " wrong" in text.out and "STALE" in text.out, text


@pytest.mark.parametrize("how", [("-P", 1), ("-P", 16, "--threads", 2), ("-P", 5, "--pipeline-mode", "window"), ("-k", 0, "-n", 800),
                                 ("--rate", 20000), ("-d", 20000), ("--key-dist", "zipf", "-P", 4, "--key-size", "20-30")])
def test_a_sound_server_has_no_wrong_values(bench, redis, embedded, how):
    for port in redis.port, embedded.port:
        run = bench("-p", port, *LOAD, *how)
        values, counts = found(run)
        assert run.rc == 0 and not any(values.values()) and counts["values_unchecked"] == 0, run
        assert counts["values_checked"] == counts["hits"] > 500


def test_values_of_others_are_not_judged(bench, redis):
    redis.reset()
    for i in range(50):
        redis.client.call("SET", f"key:{i:012d}", "somebody's")
    run = bench("-p", redis.port, "-t", "get", "--verify", "-r", 50, "-n", 500, "--json", "-")
    values, counts = found(run)
    assert run.rc == 0 and not any(values.values()) and counts["values_unchecked"] == 500, run
    assert bench("-p", redis.port, "-t", "get", "--verify", "--prefill-only", "-r", 50, "-q").rc == 0
    run = bench("-p", redis.port, "-t", "get", "--verify", "-r", 50, "-n", 500, "--json", "-")
    assert found(run)[1]["values_checked"] == 500
    other = redis.client.call("GET", "key:000000000007")
    redis.client.call("SET", "key:000000000009", other)  # whole, and of another key
    run = bench("-p", redis.port, "-t", "get", "--verify", "--key-dist", "seq", "-c", 1, "-r", 50, "-n", 500, "--json", "-")
    values, _ = found(run)
    assert run.rc == 5 and values["of_wrong_key"] + values["crossed"] == 10, run
    assert "the value of key 7 came for key 9" in run.err


def test_each_value_of_mget(bench, redis, embedded):
    load = ("--mix", "set:1,mget:2", "--verify", "--prefill", "-r", 100, "-n", 2000, "-P", 3, "--json", "-")
    for port in redis.port, embedded.port:
        run = bench("-p", port, *load)
        values, counts = found(run)
        assert run.rc == 0 and not any(values.values()) and counts["values_checked"] == counts["hits"] > 10000, run
        parts = [c["counts"]["values_checked"] for c in json.loads(run.out)["tests"][0]["commands"]]
        assert parts == [0, counts["values_checked"]]
    whole = redis.client.call("GET", "key:000000000007")
    redis.client.call("SET", "key:000000000009", whole)
    run = bench("-p", redis.port, "-t", "mget", "--verify", "--key-dist", "seq", "-c", 1, "-r", 100, "-n", 100, "--json", "-")
    values, counts = found(run)
    assert run.rc == 5 and values["of_wrong_key"] + values["crossed"] == counts["errors"] == 10, run
    assert "the value of key 7 came for key 9" in run.err


def test_the_csv_has_it_too(bench, embedded):
    run = bench("-p", embedded.port, "--mix", "set:1,get:3", "--verify", "--prefill", "-r", 50, "-n", 1000, "--csv")
    rows = list(csv.DictReader(io.StringIO(run.out)))
    assert [row["test"] for row in rows] == ["SET", "GET", "MIX set:1,get:3"], run
    assert rows[0]["values_checked"] == "0" and rows[1]["values_checked"] == rows[2]["values_checked"] > "5"
    assert {row["values_crossed"] for row in rows} == {"0"}
    assert "values" not in bench("-p", embedded.port, "-t", "set", "-n", 100, "--csv").out


@pytest.mark.full
def test_every_subcommand_ends_with_5(bench, planted):
    server = planted("--corrupt", "5%")
    words = ("--mix", "set:1,get:3", "--verify", "-r", 100, "--prefill", "-c", 2)
    run = bench("sweep", "clients", "-p", server.port, *words, "--points", "1,2", "--passes", 1, "--trial", "150ms", "--idle", 0)
    assert run.rc == 5 and "--verify:" in run.err, run
    run = bench("saturate", "-p", server.port, *words, "--slo", "p50=5ms", "--trial", "300ms", "--idle", 0)
    assert run.rc == 5 and "--verify:" in run.err, run
    target = f"127.0.0.1:{server.port}"
    run = bench("compare", "a=" + target, "b=" + target, *words, "--slot", "100ms", "--blocks", 2, "--idle", 0)
    assert run.rc == 5 and "a: --verify:" in run.err, run


def sound(run, least=500):
    values, counts = found(run)
    assert run.rc == 0 and not any(values.values()) and counts["values_unchecked"] == counts["errors"] == 0, run
    assert counts["values_checked"] > least, counts
    return counts


def test_a_read_and_the_write_that_follows_it(bench, planted, redis, tmp_path):
    path = tmp_path / "w.yaml"
    path.write_text("options:\n  keyspace: 200\ncommands:\n  - {name: lead, command: GET __key__}\n"
                    "  - {name: next, command: 'SET __key__ __data__', after: lead}\n  - {name: get, command: GET __key__}\n")
    words = ("--workload", path, "--verify", "--prefill", "-n", 4000, "--json", "-")
    for how in ("-c", 1), ("-c", 8, "--threads", 2), ("-c", 3, "-P", 5):
        run = bench("-p", redis.port, *words, *how)
        counts = sound(run)
        assert counts["values_checked"] == counts["hits"]
        sent = {c["command"]: c["counts"]["sent"] for c in json.loads(run.out)["tests"][0]["commands"]}
        assert sent["lead"] - how[1] <= sent["next"] <= sent["lead"] and sent["next"] > 1000, sent
    for fault, kind in ("corrupt", "corrupted"), ("stale", "stale"):
        server = planted("--" + fault, "3%")
        values, _ = found(bench("-p", server.port, *words, "-c", 1))
        assert values == {**dict.fromkeys(KINDS, 0), kind: told(server)[fault]} and values[kind] > 20


SPACE = ("--command", "SET __key:2__ __data__", "--command", "GET __key:2__", "--command", "GET __key__", "--command", "MGET __key:2__ __key:2__",
         "--space", "2:50:zipf", "-r", 200, "--verify", "--prefill", "-n", 4000, "--json", "-")


def test_a_key_space_of_its_own(bench, planted, redis):
    """A key is the same by whichever number a command names it."""
    for how in ("-c", 1, "-P", 3), ("-c", 8, "--threads", 2), ("-c", 4, "--key-format", "user%d"):
        redis.reset()
        counts = sound(bench("-p", redis.port, *SPACE, *how))
        assert counts["values_checked"] == counts["hits"]
    for fault, kind in ("corrupt", "corrupted"), ("stale", "stale"), ("truncate", "truncated"):
        server = planted("--" + fault, "3%")
        values, _ = found(bench("-p", server.port, *SPACE, "-c", 1))
        assert values == {**dict.fromkeys(KINDS, 0), kind: told(server)[fault]} and values[kind] > 20


def test_what_is_sent_again_is_verified(bench, planted):
    """A write may be done twice then: the values stay known, and only of an old one it is not always sure that it is one."""
    again = (*LOAD, "-c", 2, "--retry", 3, "--on-disconnect", "reconnect")
    server = planted("--drop-after", "90")
    counts = sound(bench("-p", server.port, *again))
    assert counts["retries"] > 0 and counts["lost_requests"] == 0 and counts["values_checked"] == counts["hits"]
    server = planted("--drop-after", "90", "--corrupt", "3%")
    values, counts = found(bench("-p", server.port, *again))
    assert values == {**dict.fromkeys(KINDS, 0), "corrupted": told(server)["corrupt"]} and values["corrupted"] > 20 and counts["retries"] > 0
    server = planted("--drop-after", "90", "--stale", "5%")
    values, counts = found(bench("-p", server.port, *LOAD, "-c", 1, *again[-4:]))
    assert 0 < values["stale"] <= told(server)["stale"] and sum(values.values()) == values["stale"], values


def test_what_is_sent_again_to_redis_is_verified(bench, start_redis):
    redis = start_redis()
    run = bench.start("-p", redis.port, "--mix", "set:1,get:1", "--verify", "--prefill", "-r", 50, "-c", 8, "-n", 20000, "--retry", 3, "--json", "-")
    until(lambda: redis.calls().get("get", 0) > 1000)
    redis.client.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    counts = sound(run.wait())
    assert counts["broken_connections"] == 8 and counts["values_checked"] == counts["hits"]


TURN = ("--transaction", "--command", "SET __key__ __data__", "--command", "GET __key__", "--command", "MGET __key__ __key__", "--verify",
        "-r", 50, "--prefill", "-n", 2500, "--json", "-")


@pytest.mark.parametrize("how", [("-c", 1), ("-c", 4, "-P", 3), ("-c", 8, "--threads", 2), ("-c", 2, "-d", 9000), ("-c", 4, "--rate", 20000), ("-3",)],
                         ids=lambda how: " ".join(map(str, how)))
def test_what_exec_answers_is_verified(bench, redis, how):
    redis.reset()
    run = bench("-p", redis.port, *TURN, *how)
    counts = sound(run)
    assert counts["values_checked"] == 3 * counts["ok"] / 5  # MULTI, one value, one, two, EXEC
    parts = {c["command"]: c["counts"]["values_checked"] for c in json.loads(run.out)["tests"][0]["commands"]}
    assert parts["exec"] == counts["values_checked"] and sum(parts.values()) == parts["exec"]


def test_a_wrong_value_among_those_of_exec(bench, redis):
    redis.reset()
    assert bench("-p", redis.port, "-t", "get", "--verify", "--prefill-only", "-r", 50, "-q").rc == 0
    redis.client.call("SET", "key:000000000009", redis.client.call("GET", "key:000000000007"))
    run = bench("-p", redis.port, "--transaction", "--command", "GET __key__", "--command", "SET other __data__", "--verify", "--key-dist", "seq",
                "-c", 1, "-r", 50, "-n", 400, "--json", "-")
    values, counts = found(run)
    assert run.rc == 5 and values["of_wrong_key"] + values["crossed"] == counts["errors"] == 2, run
    assert "the value of key 7 came for key 9" in run.err


class Executes(servers.Server):
    """MULTI and EXEC: each seventh is not carried out, and each fifth of the others reads what was there before."""

    def __init__(self):
        self.store, self.before, self.queue, self.rounds, self.aborted, self.stale = {}, {}, None, 0, 0, 0
        super().__init__()

    def one(self, args, old):
        key = args[1]
        if args[0].upper() == b"SET":
            self.before[key] = self.store.get(key)
            self.store[key] = args[2]
            return b"+OK\r\n"
        value = self.store.get(key)
        if old and self.before.get(key):
            self.stale += 1
            value = self.before[key]
        return b"$%d\r\n%s\r\n" % (len(value), value) if value else b"$-1\r\n"

    def reply(self, args):
        name = args[0].upper()
        if name == b"MULTI":
            self.queue = []
            return b"+OK\r\n"
        if name in (b"GET", b"SET") and self.queue is not None:
            self.queue.append(args)
            return b"+QUEUED\r\n"
        if name in (b"GET", b"SET"):
            return self.one(args, False)
        if name != b"EXEC":
            return super().reply(args)
        queue, self.queue = self.queue, None
        self.rounds += 1
        if self.rounds % 7 == 0:
            self.aborted += 1
            return b"-EXECABORT Transaction discarded because of previous errors.\r\n"
        return b"*%d\r\n" % len(queue) + b"".join(self.one(args, self.rounds % 5 == 0) for args in queue)


def test_an_old_value_among_those_of_exec(bench):
    server = Executes()
    run = bench("-p", server.port, "--transaction", "--command", "SET __key__ __data__", "--command", "GET __key__", "--verify", "-r", 20, "-c", 1,
                "-n", 4000, "--no-probe", "--json", "-")
    server.stop()
    values, counts = found(run)
    assert run.rc == 5 and server.rounds == 1000 and server.aborted == 142 and server.stale > 100
    assert values == {**dict.fromkeys(KINDS, 0), "stale": server.stale} and counts["errors"] == server.stale + server.aborted, (values, server.stale)


@pytest.mark.parametrize("words, says", [
    (("--verify", "-r", 10, "--space", "2:1G"), "--verify remembers each key of --space"),
    (("--verify", "--value-data", "random"), "leave out --value-data, or give self"),
    (("--verify", "-d", 39), "have 40 bytes or more"),
    (("--value-data", "self"), "have 40 bytes or more"),
    (("--verify", "-r", "1G"), "--verify remembers each key of -r"),
])
def test_what_cannot_be_verified(bench, redis, words, says):
    run = bench("-p", redis.port, "-t", "set", *words)
    assert run.rc == 2 and says in run.err, run


def test_shares_of_serve(bench):
    for words in (("--corrupt", "x%"), ("--stale", "5"), ("--swap", "101%"), ("--truncate", "60%", "--corrupt", "60%")):
        run = subprocess.run([bench.path(), "serve", "-p", "0", *words], capture_output=True, text=True, timeout=10)
        assert run.returncode == 2 and "expected" in run.stderr, run


def test_nothing_is_checked_in_silence(bench, embedded, redis):
    run = bench("-p", redis.port, "--workload", "ycsb-f", "--verify", "-n", 10)
    assert run.rc == 2 and "--verify checks what GET, GETEX, GETDEL and MGET read of keys that SET alone writes" in run.err and "'hgetall'" in run.err, run
    run = bench("-p", embedded.port, "-t", "get", "--verify", "-r", 100, "-n", 1000)
    assert run.rc == 0 and "--verify checked nothing" in run.out and "verified     0 values read" in run.out, run
    for test in "ping_mbulk", "set", "lpush":  # which read nothing
        run = bench("-p", redis.port, "-t", test, "--verify", "-r", 100, "-n", 1000)
        assert run.rc == 0 and "checked nothing" not in run.out and "verified     0 values read" in run.out, run
