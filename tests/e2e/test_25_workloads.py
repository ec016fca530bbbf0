# SPDX-License-Identifier: MIT
"""Which keys and values reach the server, counted by the server."""
import json

import pytest


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
    assert run.rc == 0 and "keys: gauss:50%:16.6667% of 100000" in run.out, run
    run = bench("-p", redis.port, "-t", "get", "-n", 100, "--key-dist", "seq")
    assert "keys: sequential over 100000" in run.out, run


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
