# SPDX-License-Identifier: MIT
"""What the suite of redis-benchmark asks of its own tool, asked of ours under its name: the same command lines, the same
counts on the server. There as here a word on standard error is a failure."""

import re

import pytest

NAME = "redis-benchmark"
SET_GET = ("-c", 5, "-n", 10, "-t", "set,get")


def run_as_peer(bench, redis, *words, **how):
    run = bench("-h", "127.0.0.1", "-p", redis.port, *words, name=NAME, **how)
    assert (run.rc, run.said) == (0, ""), run
    return run


def test_set_get(bench, redis):
    run_as_peer(bench, redis, *SET_GET)
    assert redis.calls() == {"set": 10, "get": 10}


@pytest.mark.parametrize("who", ["", "default:pass@"])
def test_a_uri(bench, start_redis, who):
    redis = start_redis()
    if who:
        redis.client.call("CONFIG", "SET", "requirepass", "pass")
        redis.client.call("AUTH", "pass")
    run = bench("-u", f"redis://{who}127.0.0.1:{redis.port}", *SET_GET, name=NAME)
    assert (run.rc, run.said) == (0, ""), run
    assert {name: n for name, n in redis.calls().items() if name != "auth"} == {"set": 10, "get": 10}


def test_the_whole_suite(bench, redis):
    run_as_peer(bench, redis, "-c", 10, "-n", 100)
    calls = redis.calls()
    assert (calls["ping"], calls["lpush"], calls["lrange"]) == (200, 200, 400)
    for name in ("set", "get", "incr", "rpush", "lpop", "rpop", "sadd", "hset", "spop", "zadd", "zpopmin", "mset"):
        assert calls[name] == 100, name
    assert "rpoplpush" not in calls


def test_threads_share_one_key(bench, redis):
    run_as_peer(bench, redis, "--threads", 10, *SET_GET)
    assert redis.calls() == {"set": 10, "get": 10}
    assert redis.dbsize() == 1


def test_a_pipeline_that_does_not_divide_the_requests(bench, redis):
    run_as_peer(bench, redis, "-P", 5, "-c", 10, "-n", 10010, "-t", "set,get")
    assert redis.calls() == {"set": 10010, "get": 10010}
    assert redis.dbsize() == 1


def test_a_command_of_ones_own(bench, redis):
    run_as_peer(bench, redis, "-c", 5, "-n", 150, "INCRBYFLOAT", "mykey", "10.0")
    assert redis.calls() == {"incrbyfloat": 150}
    assert redis.dbsize() == 1


def test_the_keyspace_is_filled(bench, redis):
    run_as_peer(bench, redis, "-r", 50, "-t", "set", "-n", 1000)
    assert redis.calls() == {"set": 1000}
    assert redis.dbsize() == 50


@pytest.mark.parametrize("words", [(), ("--dbnum", 1)], ids=["idle", "selecting"])
def test_idle_beyond_maxclients_is_an_error(bench, start_redis, words):
    redis = start_redis("--maxclients", "5")
    run = bench("-h", "127.0.0.1", "-p", redis.port, "-c", 10, "-I", *words, name=NAME, timeout=20)
    assert run.rc == 1, run
    assert "Error" in run.err and "max number of clients" in run.err, run


def test_the_last_argument_from_standard_input(bench, redis):
    run_as_peer(bench, redis, "-x", "-n", 10, "set", "key", stdin=b"arg")
    assert redis.client.call("GET", "key") == b"arg"


def test_one_fast_request_makes_no_nan(bench, redis):
    run = run_as_peer(bench, redis, "-c", 1, "-n", 1, "-t", "set")
    assert not re.search(r"nan|(?:^|[^a-z])inf(?:[^o]|$)", run.out, re.I), run
