# SPDX-License-Identifier: MIT
"""Every test of the catalogue sends exactly the commands of redis-benchmark's, and no more of them than -n."""

import re

import pytest

import formats
import servers
from resp_client import Monitor, encode
from waiting import until

KEY = r"key:\d{12}"
ELEMENT = r"element:\d{12}"
DATA = "VXK"
LRANGE_LOAD = "LPUSH (needed to benchmark LRANGE)"

# selector, titles in the order in which they run, calls per request of -n, the command on the wire
CATALOGUE = [
    ("ping_inline", ["PING_INLINE"], {"ping": 1}, ["PING"]),
    ("ping_mbulk", ["PING_MBULK"], {"ping": 1}, ["PING"]),
    ("ping", ["PING_INLINE", "PING_MBULK"], {"ping": 2}, ["PING"]),
    ("set", ["SET"], {"set": 1}, ["SET", KEY, DATA]),
    ("get", ["GET"], {"get": 1}, ["GET", KEY]),
    ("incr", ["INCR"], {"incr": 1}, ["INCR", r"counter:\d{12}"]),
    ("lpush", ["LPUSH"], {"lpush": 1}, ["LPUSH", "mylist", DATA]),
    ("rpush", ["RPUSH"], {"rpush": 1}, ["RPUSH", "mylist", DATA]),
    ("lpop", ["LPOP"], {"lpop": 1}, ["LPOP", "mylist"]),
    ("rpop", ["RPOP"], {"rpop": 1}, ["RPOP", "mylist"]),
    ("sadd", ["SADD"], {"sadd": 1}, ["SADD", "myset", ELEMENT]),
    ("hset", ["HSET"], {"hset": 1}, ["HSET", "myhash", ELEMENT, DATA]),
    ("spop", ["SPOP"], {"spop": 1}, ["SPOP", "myset"]),
    ("zadd", ["ZADD"], {"zadd": 1}, ["ZADD", "myzset", r"\d{12}", ELEMENT]),
    ("zpopmin", ["ZPOPMIN"], {"zpopmin": 1}, ["ZPOPMIN", "myzset"]),
    ("lrange_100", [LRANGE_LOAD, "LRANGE_100 (first 100 elements)"], {"lpush": 1, "lrange": 1},
     ["LRANGE", "mylist", "0", "99"]),
    ("lrange_300", [LRANGE_LOAD, "LRANGE_300 (first 300 elements)"], {"lpush": 1, "lrange": 1},
     ["LRANGE", "mylist", "0", "299"]),
    ("lrange_500", [LRANGE_LOAD, "LRANGE_500 (first 500 elements)"], {"lpush": 1, "lrange": 1},
     ["LRANGE", "mylist", "0", "499"]),
    ("lrange_600", [LRANGE_LOAD, "LRANGE_600 (first 600 elements)"], {"lpush": 1, "lrange": 1},
     ["LRANGE", "mylist", "0", "599"]),
    ("mset", ["MSET (10 keys)"], {"mset": 1}, ["MSET"] + 10 * [KEY, DATA]),
    ("mget", ["MGET (10 keys)"], {"mget": 1}, ["MGET"] + 10 * [KEY]),
    ("xadd", ["XADD"], {"xadd": 1}, ["XADD", "mystream", r"\*", "myfield", DATA]),
]
LRANGES = [f"LRANGE_{n} (first {n} elements)" for n in (100, 300, 500, 600)]
SUITE = [title for name, titles, _, _ in CATALOGUE if not name.startswith("lrange_") and name != "ping"
         for title in titles]
SUITE = SUITE[:SUITE.index("MSET (10 keys)")] + [LRANGE_LOAD] + LRANGES + SUITE[SUITE.index("MSET (10 keys)"):]


def titles(out):
    return [row["title"] for row in formats.read_csv(out)]


@pytest.mark.parametrize("name,expected,calls,_", CATALOGUE, ids=[row[0] for row in CATALOGUE])
def test_exact_calls_and_titles(bench, redis, name, expected, calls, _):
    run = bench("-p", redis.port, "-t", name, "-n", 203, "-c", 10, "-P", 4, "--csv")
    assert run.rc == 0, run
    assert titles(run.out) == expected
    assert redis.calls() == {command: 203 * times for command, times in calls.items()}


@pytest.mark.parametrize("name,_,__,command", CATALOGUE, ids=[row[0] for row in CATALOGUE])
def test_commands_as_the_server_sees_them(bench, redis, name, _, __, command):
    with Monitor(redis.address) as monitor:
        run = bench("-p", redis.port, "-t", name, "-n", 5, "-c", 2, "-r", 1000)
        seen = monitor.commands()
    assert run.rc == 0, run
    assert len(seen) in (5, 10)
    for args in seen:
        if len(seen) == 10 and args == ["LPUSH", "mylist", DATA]:
            continue
        assert len(args) == len(command), args
        for arg, pattern in zip(args, command):
            assert re.fullmatch(pattern, arg), args
            assert all(int(digits) < 1000 for digits in re.findall(r"\d{12}", arg)), args


@pytest.mark.parametrize("name,request_bytes", [
    ("ping_inline", b"PING\r\n"),
    ("ping_mbulk", encode("PING")),
    ("set", encode("SET", "key:__rand_int__", DATA)),
    ("get", encode("GET", "key:__rand_int__")),
    ("incr", encode("INCR", "counter:__rand_int__")),
    ("zadd", encode("ZADD", "myzset", 0, "element:__rand_int__")),
    ("mset", encode("MSET", *(10 * ["key:__rand_int__", DATA]))),
    ("xadd", encode("XADD", "mystream", "*", "myfield", DATA)),
])
def test_bytes_on_the_wire(bench, serve, name, request_bytes):
    server = serve(servers.Server)
    run = bench("-p", server.port, "-t", name, "-n", 7, "-c", 1, "-P", 3, "-r", 0)
    assert run.rc == 0, run
    assert until(lambda: server.raw) == 7 * request_bytes


def test_the_value_is_that_of_redis_benchmark(bench, redis):
    run = bench("-p", redis.port, "-t", "set", "-n", 1, "-c", 1, "-r", 0, "-d", 50)
    assert run.rc == 0, run
    assert redis.client.call("GET", "key:__rand_int__") == b"VXKeHogKgJ=[5V9_X^b?48OKF2jGA<f:iR@50o7dS3JV4Q6L68"


@pytest.mark.parametrize("size", [1, 3, 1000, 5000, 100000])
def test_every_value_has_the_asked_length(bench, redis, size):
    run = bench("-p", redis.port, "-t", "set", "-n", 40, "-c", 4, "-P", 5, "-r", 10, "-d", size)
    assert run.rc == 0, run
    keys = redis.client.call("KEYS", "*")
    assert keys
    assert {redis.client.call("STRLEN", key) for key in keys} == {size}


def test_default_suite_runs_everything_in_order(bench, redis):
    run = bench("-p", redis.port, "-n", 60, "-c", 5, "--csv")
    assert run.rc == 0, run
    assert titles(run.out) == SUITE
    assert redis.calls() == {"ping": 120, "set": 60, "get": 60, "incr": 60, "lpush": 120, "rpush": 60,
                             "lpop": 60, "rpop": 60, "sadd": 60, "hset": 60, "spop": 60, "zadd": 60,
                             "zpopmin": 60, "lrange": 240, "mset": 60, "mget": 60, "xadd": 60}


def test_default_suite_under_the_old_name(bench, redis):
    run = bench("-p", redis.port, "-n", 20, "-c", 5, "--csv", name="redis-benchmark")
    assert run.rc == 0, run
    assert [t for t in titles(run.out) if t != "MGET (10 keys)"] == [t for t in SUITE if t != "MGET (10 keys)"]


@pytest.mark.parametrize("asked,expected", [
    ("get,set", ["SET", "GET"]),
    ("GET,Set", ["SET", "GET"]),
    ("xadd,ping,mset", ["PING_INLINE", "PING_MBULK", "MSET (10 keys)", "XADD"]),
    ("lrange", [LRANGE_LOAD] + LRANGES),
    ("lrange_600,lrange_100", [LRANGE_LOAD, LRANGES[0], LRANGES[3]]),
])
def test_order_is_the_catalogues_and_case_does_not_matter(bench, redis, asked, expected):
    run = bench("-p", redis.port, "-t", asked, "-n", 20, "--csv")
    assert run.rc == 0, run
    assert titles(run.out) == expected


def test_own_command(bench, redis):
    run = bench("-p", redis.port, "-n", 33, "-c", 4, "--csv", "APPEND", "a key", "")
    assert run.rc == 0, run
    assert titles(run.out) == ["APPEND a key "]
    assert redis.calls() == {"append": 33}
    assert redis.client.call("KEYS", "*") == [b"a key"]


def test_own_command_after_two_dashes(bench, redis):
    run = bench("-p", redis.port, "-n", 3, "--csv", "--", "ECHO", "-n")
    assert run.rc == 0, run
    assert titles(run.out) == ["ECHO -n"]
    assert redis.calls() == {"echo": 3}


def test_only_the_workload_and_an_info_at_each_end(bench, serve):
    server = serve(servers.Server)
    run = bench("-p", server.port, "-t", "set", "-n", 10, "-c", 2)
    assert run.rc == 0, run
    assert {args[0] for args in server.commands} == {b"SET"}
    until(lambda: server.accepted >= 4)
    assert server.accepted == 4


def test_no_probe(bench, serve):
    server = serve(servers.Server)
    run = bench("-p", server.port, "-t", "set", "-n", 10, "-c", 2, "--no-probe")
    assert run.rc == 0, run
    assert {args[0] for args in server.commands} == {b"SET"}
    assert server.accepted == 2
