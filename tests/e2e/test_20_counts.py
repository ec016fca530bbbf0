# SPDX-License-Identifier: MIT
"""What is asked for is sent: never one request more or less, never a key outside the range."""

import itertools
import re

import pytest

import formats
from resp_client import Monitor

GRID = list(itertools.product([1, 3, 50], [1, 7, 16], [0, 2, 4], ["batch", "window"]))


def one_json(run):
    return formats.only(formats.read_json(run.out))


@pytest.mark.parametrize("clients,depth,threads,mode", GRID)
def test_n_is_exact(bench, redis, clients, depth, threads, mode):
    expected = 0
    for n in (1, 13, 1001):
        run = bench("-p", redis.port, "-n", n, "-c", clients, "-P", depth, "--threads", threads,
                    "--pipeline-mode", mode, "-t", "set", "--json", "-")
        assert run.rc == 0, run
        counts = one_json(run)["counts"]
        assert (counts["sent"], counts["answered"], counts["ok"], counts["errors"]) == (n, n, n, 0)
        expected += n
        assert redis.calls() == {"set": expected}


def test_n_is_exact_with_a_connection_per_batch(bench, redis):
    run = bench("-p", redis.port, "-n", 101, "-c", 4, "-P", 3, "-k", 0, "-t", "set")
    assert run.rc == 0, run
    assert redis.calls() == {"set": 101}


@pytest.mark.parametrize("n,clients,threads", [(3, 50, 0), (1, 50, 4), (7, 1000, 2)])
def test_no_more_connections_than_requests(bench, redis, n, clients, threads):
    run = bench("-p", redis.port, "-n", n, "-c", clients, "--threads", threads, "-t", "set", "--no-probe")
    assert run.rc == 0, run
    assert redis.calls() == {"set": n}
    assert redis.client.connections() <= n


def test_as_many_connections_as_asked(bench, redis):
    run = bench("-p", redis.port, "-n", 1000, "-c", 37, "--threads", 3, "-t", "set", "--no-probe")
    assert run.rc == 0, run
    assert redis.client.connections() == 37


def test_a_connection_per_request(bench, redis):
    run = bench("-p", redis.port, "-n", 100, "-c", 5, "-k", 0, "-t", "set", "--no-probe")
    assert run.rc == 0, run
    assert redis.calls() == {"set": 100}
    assert 100 <= redis.client.connections() <= 105


def test_suffixes(bench, redis):
    run = bench("-p", redis.port, "-n", "2k", "-d", "1KiB", "-t", "set", "-r", 1)
    assert run.rc == 0, run
    assert redis.calls() == {"set": 2000}
    assert redis.client.call("STRLEN", "key:000000000000") == 1024


def test_equals_sign(bench, redis):
    run = bench("-p", redis.port, "--threads=2", "--seed=7", "--pipeline-mode=window", "-n", 50, "-t", "set")
    assert run.rc == 0, run
    assert redis.calls() == {"set": 50}


@pytest.mark.parametrize("threads", [0, 2])
def test_duration(bench, redis, threads):
    run = bench("-p", redis.port, "--duration", 1, "--threads", threads, "-c", 4, "-t", "set", "--json", "-")
    assert run.rc == 0, run
    test = one_json(run)
    assert test["counts"]["answered"] == redis.calls()["set"] > 100
    assert test["seconds"] >= 0.99


def test_duration_and_n_exclude_each_other(bench, redis):
    run = bench("-p", redis.port, "--duration", 1, "-n", 10, "-t", "set")
    assert run.rc == 2, run
    assert "-n" in run.err and "--duration" in run.err
    assert redis.calls() == {}


def test_warmup_is_not_counted(bench, redis):
    run = bench("-p", redis.port, "--warmup", "300ms", "-n", 500, "-c", 5, "-t", "set", "--json", "-")
    assert run.rc == 0, run
    counts = one_json(run)["counts"]
    assert (counts["sent"], counts["answered"]) == (500, 500)
    assert redis.calls()["set"] > 600


def test_rate_holds_back(bench, redis):
    run = bench("-p", redis.port, "--rps", 200, "-n", 300, "-c", 5, "-t", "set", "--json", "-")
    assert run.rc == 0, run
    assert redis.calls() == {"set": 300}
    assert one_json(run)["seconds"] >= 0.45


@pytest.mark.parametrize("clients,depth,threads", [(1, 1, 0), (7, 3, 0), (7, 3, 2), (50, 16, 4), (4, 1, 3)])
@pytest.mark.parametrize("mode", ["batch", "window"])
def test_sequential_visits_each_key_once(bench, redis, clients, depth, threads, mode):
    run = bench("-p", redis.port, "--sequential", "-n", 501, "-r", 501, "-c", clients, "-P", depth,
                "--threads", threads, "--pipeline-mode", mode, "-t", "incr")
    assert run.rc == 0, run
    keys = sorted(redis.client.call("KEYS", "*"))
    assert keys == [b"counter:%012d" % i for i in range(501)]
    assert set(redis.client.call("MGET", *keys)) == {b"1"}


def test_sequential_goes_round(bench, redis):
    run = bench("-p", redis.port, "--sequential", "-n", 300, "-r", 100, "-c", 3, "-t", "incr")
    assert run.rc == 0, run
    assert set(redis.client.call("MGET", *[f"counter:{i:012d}" for i in range(100)])) == {b"3"}


@pytest.mark.parametrize("threads,depth", [(0, 1), (2, 5)])
def test_prefill_writes_each_key_once(bench, redis, threads, depth):
    run = bench("-p", redis.port, "--prefill", "-t", "get", "-r", 503, "-n", 1000, "-c", 6, "-P", depth,
                "--threads", threads, "-d", 20, "--json", "-")
    assert run.rc == 0, run
    counts = one_json(run)["counts"]
    assert redis.calls() == {"set": 503, "get": 1000}
    assert redis.dbsize() == 503
    assert (counts["sent"], counts["hits"], counts["misses"]) == (1000, 1000, 0)
    assert redis.client.call("STRLEN", "key:000000000502") == 20


def test_keys_are_random_by_default(bench, redis):
    run = bench("-p", redis.port, "-t", "set", "-n", 2000)
    assert run.rc == 0, run
    keys = redis.client.call("KEYS", "*")
    assert len(keys) > 1800
    assert all(re.fullmatch(rb"key:0000000\d{5}", key) for key in keys)
    top = max(int(key[4:]) for key in keys)
    assert 90000 < top < 100000


def test_range_is_covered_to_its_ends(bench, redis):
    run = bench("-p", redis.port, "-t", "set", "-n", 2000, "-r", 10)
    assert run.rc == 0, run
    assert sorted(redis.client.call("KEYS", "*")) == [b"key:%012d" % i for i in range(10)]


def test_r_0_is_the_literal_key(bench, redis):
    run = bench("-p", redis.port, "-t", "set,get", "-n", 100, "-r", 0)
    assert run.rc == 0, run
    assert redis.client.call("KEYS", "*") == [b"key:__rand_int__"]


def keys_of(bench, redis, *args):
    with Monitor(redis.address) as monitor:
        run = bench("-p", redis.port, "-n", 100, "-c", 1, "-t", "get", *args)
        seen = monitor.commands()
    assert run.rc == 0, run
    assert len(seen) == 100
    return [args[1] for args in seen]


def test_seed(bench, redis):
    first = keys_of(bench, redis, "--seed", 42)
    assert keys_of(bench, redis, "--seed", 42) == first
    assert keys_of(bench, redis, "--seed", 42, "-P", 10) == first
    assert keys_of(bench, redis, "--seed", 43) != first
    assert len(set(first)) > 90


def test_without_a_seed_runs_differ(bench, redis):
    assert keys_of(bench, redis) != keys_of(bench, redis)


def test_placeholders(bench, redis):
    with Monitor(redis.address) as monitor:
        run = bench("-p", redis.port, "-n", 60, "-c", 2, "-P", 3, "-d", 10, "HSET", "h:__rand_1st__",
                    "a:__rand_1st__:__rand_2nd__", "__data__", "__rand_int__.__rand_int__", "x__rand_2nd__y")
        seen = monitor.commands()
    assert run.rc == 0, run
    assert len(seen) == 60
    firsts, seconds, anys = set(), set(), set()
    for _, key, field, data, any_two, second in seen:
        first = re.fullmatch(r"h:(\d{12})", key)[1]
        again, other = re.fullmatch(r"a:(\d{12}):(\d{12})", field).groups()
        assert again == first
        assert second == f"x{other}y"
        assert re.fullmatch(r"\d{12}\.\d{12}", any_two)
        assert len(data) == 10 and "_" not in data[:3]
        firsts.add(first)
        seconds.add(other)
        anys.update(any_two.split("."))
    assert len(firsts) > 50 and len(seconds) > 50 and len(anys) > 110


def test_placeholders_stay_literal_with_r_0(bench, redis):
    with Monitor(redis.address) as monitor:
        run = bench("-p", redis.port, "-n", 2, "-c", 1, "-r", 0, "SET", "a:__rand_1st__", "__rand_int__")
        seen = monitor.commands()
    assert run.rc == 0, run
    assert seen == 2 * [["SET", "a:__rand_1st__", "__rand_int__"]]


@pytest.mark.parametrize("mode", ["batch", "window"])
@pytest.mark.parametrize("depth", [1, 5])
def test_large_values_are_read_whole(bench, redis, depth, mode):
    """They are passed over unseen where the kernel can do that: no byte may be lost or counted twice."""
    size = 65536
    assert bench("-p", redis.port, "-t", "set", "-r", 100, "--sequential", "-n", 100, "-d", size).rc == 0
    run = bench("-p", redis.port, "-t", "get,mget", "-r", 100, "-d", size, "-n", 301, "-c", 7, "-P", depth,
                "--pipeline-mode", mode, "--json", "-")
    assert run.rc == 0, run
    get, mget = formats.read_json(run.out)["tests"]
    assert (get["counts"]["hits"], mget["counts"]["hits"]) == (301, 3010)
    one = len(f"${size}\r\n") + size + 2
    assert get["bytes"]["received"] == 301 * one
    assert mget["bytes"]["received"] == 301 * (len("*10\r\n") + 10 * one)
