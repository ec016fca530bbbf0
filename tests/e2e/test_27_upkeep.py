# SPDX-License-Identifier: MIT
"""Keys that a run writes before its load, and removes behind it: the server is asked which there are."""
import json

import pytest

MIXED = ("--command", "GET a:__key__", "--command", "MGET b:__key__ a:__key__", "--command", "LPUSH list x")


def names(redis):
    return {name.decode() for name in redis.client.call("KEYS", "*")}


def keys(prefix, n):
    return {f"{prefix}key:{i:012d}" for i in range(n)}


@pytest.mark.parametrize("how", [(), ("--threads", 3, "-c", 7, "-P", 100), ("-d", 20000, "-P", 2), ("--value-size", "1-9000"),
                                 ("--pipeline-mode", "window", "-P", 5), ("-k", 0), ("--rate", 5000)])
def test_a_mix_finds_what_it_reads_and_leaves_what_was_there(bench, redis, how):
    redis.reset()
    redis.client.call("SET", "mine", "stays")
    run = bench("-p", redis.port, *MIXED, "-r", 300, "-n", 1000, "--prefill", *how, "--json", "-")
    test = json.loads(run.out)["tests"][0]
    assert run.rc == 0 and test["config"]["prefilled"] == 600 and test["counts"]["misses"] == 0, run
    assert test["config"]["prefill_s"] > 0
    assert names(redis) == keys("a:", 300) | keys("b:", 300) | {"list", "mine"}
    run = bench("-p", redis.port, *MIXED, "-r", 300, "-n", 1000, "--prefill", *how, "--cleanup", "-q")
    assert run.rc == 0 and "cleanup: 601 keys removed in" in run.err and "0 were not there" in run.err, run
    assert names(redis) == {"mine"}
    assert "flushall" not in redis.calls() and "flushdb" not in redis.calls()


def test_only_what_the_load_writes_is_removed(bench, redis):
    redis.reset()
    assert bench("-p", redis.port, "-t", "get", "-r", 50, "--prefill-only", "-q").rc == 0
    run = bench("-p", redis.port, "-t", "get,incr", "-r", 50, "-n", 500, "--cleanup", "-q")
    assert run.rc == 0 and names(redis) == keys("", 50), run # get reads, and wrote nothing
    run = bench("-p", redis.port, "-r", 50, "-n", 100, "--cleanup", "-q", "SET", "x:__rand_int__:__rand_int__", "v")
    assert run.rc == 0 and "names keys that cannot be counted through, so that they stay" in run.err, run


@pytest.mark.parametrize("how", [(), ("--threads", 2, "-c", 5), ("--key-size", "20-30"), ("-d", 30000)])
def test_a_prefill_alone_is_measured(bench, redis, how):
    redis.reset()
    run = bench("-p", redis.port, "-t", "get,mget", "-r", 2000, "--prefill-only", *how, "--json", "-")
    tests = json.loads(run.out)["tests"]
    assert run.rc == 0 and [test["test"] for test in tests] == ["prefill", "prefill"], run
    for test in tests:
        assert test["counts"]["ok"] == test["config"]["prefilled"] == test["latency_ns"]["count"] == 2000
        assert test["rps"] > 0 and test["config"]["key_dist"] == "seq" and test["config"]["keyspace"] == 2000
    assert redis.calls() == {"set": 4000}
    assert redis.dbsize() == 2000


def test_what_a_prefill_cannot_write(bench, redis):
    run = bench("-p", redis.port, "-t", "lrange_100", "--prefill-only")
    assert run.rc == 1 and "--prefill has no effect on " in run.err, run
    assert "--prefill-only: there was nothing to write" in run.err
    run = bench("-p", redis.port, "--mix", "get:1,lpop:1,incr:1", "--prefill", "-n", 100, "-q")
    assert run.rc == 0 and run.err.count("--prefill has no effect") == 1 and "no effect on LPOP" in run.err, run


@pytest.mark.parametrize("words, says", [
    (("--prefill-only", "-n", 5), "--prefill-only writes each key once"),
    (("--prefill-only", "--warmup", "1s"), "leave out -n, --duration, --until-precise, --warmup, --rate and -l"),
    (("--prefill-only", "-r", 0), "--prefill needs keys to write"),
])
def test_upkeep_that_cannot_be(bench, redis, words, says):
    run = bench("-p", redis.port, *words)
    assert run.rc == 2 and says in run.err and run.out == "", run
    for command in ("saturate", "--slo", "p99=1s"), ("sweep", "clients"), ("compare", "a=127.0.0.1:1", "b=127.0.0.1:1"):
        run = bench(*command, "-p", redis.port, "--cleanup") if command[0] != "compare" else bench(*command, "--cleanup")
        assert run.rc == 2 and "--cleanup are for a plain run: leave them out of " + command[0] in run.err, run
