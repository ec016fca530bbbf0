# SPDX-License-Identifier: MIT
"""Which keys and values reach the server, counted by the server."""
import json
import zlib

import pytest

import servers
from waiting import until


def one_json(run):
    return json.loads(run.out)["tests"][0]


def counters(bench, redis, *args, keys=100):
    """How often each key was drawn."""
    redis.reset()
    run = bench("-p", redis.port, "-t", "incr", "-r", keys, "-n", 20000, "-c", 8, "-P", 8, *args, "--json", "-")
    assert run.rc == 0, run
    values = redis.client.call("MGET", *[f"counter:{i:012d}" for i in range(keys)])
    counts = [int(value or 0) for value in values]
    assert sum(counts) == 20000
    return counts, one_json(run)


def holds(seen, weights):
    """Pearson's test; the bound is exceeded once in a million runs of so many cells."""
    total = sum(seen)
    chi = sum((s - w * total) ** 2 / (w * total) for s, w in zip(seen, weights))
    return chi < len(seen) - 1 + 7 * (2 * (len(seen) - 1)) ** 0.5


@pytest.mark.parametrize("threads", [1, 3])
def test_zipf_reaches_the_server(bench, redis, threads):
    counts, test = counters(bench, redis, "--key-dist", "zipf:1.1", "--threads", threads)
    assert test["config"]["key_dist"] == "zipf:1.1"
    weights = [(rank + 1) ** -1.1 for rank in range(100)]
    assert holds(sorted(counts, reverse=True), [w / sum(weights) for w in weights])
    hot = sorted(range(100), key=lambda key: -counts[key])[:10]
    assert max(hot) - min(hot) > 30 # scattered
    assert not holds(sorted(counts, reverse=True), [0.01] * 100)


def test_hot_keys_are_the_same_for_all_seeds_and_threads(bench, redis):
    hot = set()
    for more in (("--seed", 1), ("--seed", 2, "--threads", 2)):
        counts, _ = counters(bench, redis, "--key-dist", "hotset:10%:90%", *more)
        hot.add(tuple(key for key in range(100) if counts[key] > 500))
    assert len(hot) == 1 and len(hot.pop()) == 10


def test_a_hot_set_moves(bench, redis):
    redis.reset()
    run = bench("-p", redis.port, "-t", "incr", "-r", 100, "--duration", "1s", "-c", 2, "--rate", 4000, "--key-dist",
                "hotset:10%:100%", "--hotset-shift", "300ms")
    assert run.rc == 0, run
    values = redis.client.call("MGET", *[f"counter:{i:012d}" for i in range(100)])
    assert sum(value is not None for value in values) in (20, 30, 40)


def test_each_connection_has_a_part(bench, redis):
    counts, test = counters(bench, redis, "--key-dist", "seq-parallel", keys=80)
    assert set(counts) == {250}
    assert test["config"]["sequential"] is False


def test_the_report_names_the_law(bench, redis):
    run = bench("-p", redis.port, "-t", "get", "-n", 100, "--key-dist", "gauss")
    assert run.rc == 0 and "keyspace: 100,000 keys, gauss:50%:16.6667%" in run.out, run
    run = bench("-p", redis.port, "-t", "get", "-n", 100, "--key-dist", "seq")
    assert "keyspace: 100,000 keys, sequential" in run.out, run


@pytest.mark.parametrize("words, says", [
    (("--key-dist", "zipf:-1"), "--key-dist: expected zipf:0.99, with an exponent from 0.000001 to 100, got 'zipf:-1'"),
    (("--key-dist", "pareto"), "got 'pareto'"),
    (("--key-dist", "zipf", "-r", 0), "--key-dist needs keys to draw from: give -r a number above 0"),
    (("--key-dist", "zipf", "--sequential"), "ask for two different things"),
    (("--hotset-shift", "1s"), "--hotset-shift moves a hot set: give --key-dist hotset:KEYS%:REQUESTS% too"),
    (("--key-dist", "gauss:500:1", "-r", 10), "expected a mean within the 10 keys of -r"),
])
def test_laws_that_cannot_be(bench, redis, words, says):
    for subcommand in ((), ("saturate", "--slo", "p99=1ms"), ("sweep", "clients")):
        run = bench(*subcommand, "-p", redis.port, "-t", "get", *words)
        assert run.rc == 2 and says in run.err and run.out == "", run


# --- names and values ---

def asked(bench, listener, *args):
    """The commands that a server was asked, by one connection."""
    run = bench("-p", listener.port, "-c", 1, "-n", 300, "--no-probe", *args)
    assert run.rc in (0, 1), run
    return listener.commands


@pytest.fixture
def listener():
    server = servers.Server()
    yield server
    server.stop()


def test_names_of_keys(bench, redis):
    redis.reset()
    run = bench("-p", redis.port, "-t", "set,lpush", "-r", 50, "-n", 500, "--key-prefix", "app:", "--key-format",
                "user:%d:p", "--key-dist", "seq", "-q")
    assert run.rc == 0, run
    assert set(redis.client.call("KEYS", "*")) == {b"app:user:%d:p" % i for i in range(50)} | {b"app:mylist"}


def test_sizes_of_keys(bench, redis):
    redis.reset()
    run = bench("-p", redis.port, "-t", "get", "-r", 300, "-n", 2000, "-P", 4, "--key-size", "20-40", "--prefill",
                "--json", "-")
    assert run.rc == 0, run
    assert (one_json(run)["counts"]["hits"], one_json(run)["counts"]["misses"]) == (2000, 0)
    keys = redis.client.call("KEYS", "*")
    assert len(keys) == 300 and {len(key) for key in keys} == set(range(20, 41))


@pytest.mark.parametrize("sizes, wanted", [("5-8", {5, 6, 7, 8}), ("3:1,4097:1,70000:1", {3, 4097, 70000}), ("64", {64})])
@pytest.mark.parametrize("depth, mode", [(1, "batch"), (7, "batch"), (7, "window")])
def test_sizes_of_values(bench, redis, sizes, wanted, depth, mode):
    redis.reset()
    run = bench("-p", redis.port, "-t", "set,get", "-r", 200, "-n", 2000, "-c", 3, "-P", depth, "--pipeline-mode", mode,
                "--threads", 2, "--value-size", sizes, "--key-dist", "seq", "--json", "-")
    assert run.rc == 0, run
    assert redis.calls() == {"set": 2000, "get": 2000}
    found = {redis.client.call("STRLEN", f"key:{i:012d}") for i in range(200)}
    assert found == wanted
    tests = json.loads(run.out)["tests"]
    assert tests[0]["config"]["workload"] == f"--value-size {sizes}"
    assert tests[1]["counts"]["misses"] == 0


def test_bytes_sent_are_counted_as_they_vary(bench, listener):
    run = bench("-p", listener.port, "-c", 1, "-n", 300, "--no-probe", "-t", "set", "--value-size", "1-400", "--json", "-")
    assert run.rc == 0, run
    assert one_json(run)["bytes"]["sent"] == len(listener.raw)


def test_prefill_writes_values_of_these_sizes(bench, redis):
    redis.reset()
    run = bench("-p", redis.port, "-t", "get", "-r", 300, "-n", 300, "--prefill", "--value-size", "10-20", "--value-data",
                "random", "--json", "-")
    assert run.rc == 0 and one_json(run)["counts"]["misses"] == 0, run
    values = redis.client.call("MGET", *[f"key:{i:012d}" for i in range(300)])
    assert {len(value) for value in values} == set(range(10, 21)) and len(set(values)) == 300


def test_contents_of_values(bench, listener, tmp_path):
    commands = asked(bench, listener, "-t", "set", "-d", 16384, "--value-data", "compress:4")
    ratios = [len(args[2]) / len(zlib.compress(args[2])) for args in commands]
    assert 3.4 < sum(ratios) / len(ratios) < 4.2 and len({args[2] for args in commands}) == len(commands)
    listener.commands.clear()
    commands = asked(bench, listener, "-t", "set", "-d", 8192, "--value-data", "random")
    assert all(len(zlib.compress(args[2])) > 8192 for args in commands)
    text = tmp_path / "text"
    text.write_bytes(bytes(range(256)) * 3)
    listener.commands.clear()
    commands = asked(bench, listener, "-t", "set", "-d", 100, "--value-data", f"file:{text}")
    assert all(args[2] in text.read_bytes() for args in commands) and len({args[2] for args in commands}) > 100


def test_expiry_and_nx(bench, redis, listener):
    redis.reset()
    run = bench("-p", redis.port, "-t", "set", "-r", 50, "-n", 500, "--expire", "60s-120s", "-q")
    assert run.rc == 0, run
    ttls = [redis.client.call("PTTL", key) for key in redis.client.call("KEYS", "*")]
    assert ttls and all(50000 < ttl <= 120000 for ttl in ttls) and max(ttls) - min(ttls) > 10000
    redis.reset()
    run = bench("-p", redis.port, "-t", "set", "-r", 50, "-n", 500, "--nx", "--expire", "1h", "--json", "-")
    assert run.rc == 0 and one_json(run)["counts"]["errors"] == 0, run
    assert all(args[3:] == [b"NX", b"PX", b"3600000"] for args in asked(bench, listener, "-t", "set", "--nx", "--expire", "1h"))


def test_placeholders_anywhere(bench, listener):
    commands = asked(bench, listener, "-r", 10, "SET", "a__key__-__seq__", "<__data__:__rand:5:6__>", "__now__",
                     "__key:1____key:1__")
    assert [args[1].rpartition(b"-")[2] for args in commands] == [b"%d" % i for i in range(300)]
    assert {args[2] for args in commands} == {b"<VXK:5>", b"<VXK:6>"}
    assert all(args[4][:16] == args[4][16:] and len(args[4]) == 32 for args in commands)
    assert all(1.6e12 < int(args[3]) < 1e14 for args in commands)


@pytest.mark.parametrize("words", [
    ("-t", "set", "--value-size", "1-900", "--value-data", "random", "--expire", "1s-9s", "--key-dist", "zipf"),
    ("-t", "set,get", "--key-format", "k%d", "--key-dist", "gauss"),
    ("-t", "set", "-d", "5000", "--value-data", "compress:2"),
    ("LPUSH", "l__key__", "__rand:1:100000__", "__data__", "__seq__"),
])
def test_a_seed_repeats_every_byte(bench, words):
    def raw(seed):
        server = servers.Server()
        run = bench("-p", server.port, "-c", 1, "-P", 3, "-n", 200, "--no-probe", "--seed", seed, "-r", 1000, *words)
        assert run.rc == 0, run
        until(lambda: server.raw and not server.open)  # its thread has seen the end
        server.stop()
        return server.raw
    assert raw(5) == raw(5) != raw(6)


@pytest.mark.parametrize("words, says", [
    (("--value-size", "5-3"), "--value-size: expected bytes such as 100, 100-500"),
    (("--value-size", "5", "-d", 3), "-d and --value-size both say how large values are: give one of them"),
    (("--value-data", "own"), "--value-data: expected constant, random, self, compress:RATIO"),
    (("--value-data", "file:/no/such"), "--value-data: cannot read /no/such: No such file or directory"),
    (("--value-data", "file:/"), "--value-data: cannot read /: it is no file"),
    (("--value-data", "file:/dev/zero"), "--value-data: cannot read /dev/zero: it is no file"),
    (("--value-data", "file:/dev/null"), "it is no file"),
    (("--expire", "9s-1s"), "--expire: expected a time such as 60s, or two such as 60s-120s, got '9s-1s'"),
    (("--expire", "1s", "-t", "get"), "--expire is for the test set: give -t set"),
    (("--nx", "GET", "x"), "--nx is for the test set: give -t set, or write it into the command"),
    (("--key-size", "5"), "--key-size: expected at least the 16 bytes that the longest key has, got '5'"),
    (("--key-format", "key"), "--key-format: expected text with one %d in it"),
    (("--key-prefix", "a", "-r", 0), "--key-prefix needs keys to name: give -r a number above 0"),
])
def test_what_cannot_be_named_or_filled(bench, redis, words, says):
    run = bench("-p", redis.port, *words)
    assert run.rc == 2 and says in run.err and run.out == "", run
