# SPDX-License-Identifier: MIT
"""A planted difference must be found, and none where there is none. Ratios of one run alone are asserted."""

import json
import os
import re

import pytest

SHORT = ("--slot", "100ms", "--warmup", "20ms", "--idle", "0", "-c", 4, "-t", "ping_mbulk")


def compare_run(bench, *words):
    run = bench("compare", *words, "--json", "-", timeout=200)
    assert run.rc in (0, 10), run
    return run


def compare(bench, *words):
    return contrasts(compare_run(bench, *words))


def contrasts(run):
    test, = json.loads(run.out)["tests"]
    return {x["metric"]: x for x in test["comparisons"][0]["contrasts"]}


def slots(run):
    test, = json.loads(run.out)["tests"]
    return [slot for block in test["blocks"] for slot in block]


def where(server):
    return f"127.0.0.1:{server.port}"


@pytest.mark.parametrize("n", [5, pytest.param(20, marks=pytest.mark.full)])
def test_a_server_is_not_faster_than_itself(bench, planted, n):
    """So many comparisons of one server with itself, over the noise floor that it has here: one may claim more."""
    server = planted()
    aa = bench("compare", where(server), "--aa", *SHORT, "--blocks", 12, timeout=200)
    floor = re.search(r"--floor (\S+)\n", aa.out)[1]
    claims = 0
    for _ in range(n):
        x = compare(bench, f"a={where(server)}", f"b={where(server)}", *SHORT, "--blocks", 6, "--floor", floor)
        claims += x["throughput"]["better"] != 0
    assert claims <= 1


def claims(bench, server, n, *words):
    """Of so many comparisons that may look after each block until their budget is spent, with no margin: a difference
    of any size is a claim."""
    found = 0
    for _ in range(n):
        x = compare(bench, f"a={where(server)}", f"b={where(server)}", *SHORT, *words, "--budget", "9s", "--margin", "throughput=0%")
        found += x["throughput"]["finding"] in ("higher", "lower")
    return found


def test_looking_claims_no_more(bench, planted):
    assert claims(bench, planted(), 3) <= 1


@pytest.mark.full
def test_twenty_that_look_claim_one_difference_at_most(bench, planted):
    assert claims(bench, planted(), 20) <= 1


@pytest.mark.full
def test_nor_of_redis(bench, start_redis):
    assert claims(bench, start_redis(), 20, "-t", "set") <= 1


def slower_by_default(bench, planted):
    """200 us more, with the defaults of compare: it ends by a verdict, and its slots are those of less than 30 s."""
    cpus = sorted(os.sched_getaffinity(0))
    servers = planted(), planted("--delay", "200us")
    for server in servers:
        os.sched_setaffinity(server.run.proc.pid, cpus[:1])
    run = compare_run(bench, *(f"{name}={where(server)}" for name, server in zip("ab", servers)), "-t", "ping_mbulk", "-c",
                      4, "--cpus", cpus[-1])
    x = contrasts(run)["throughput"]
    test, = json.loads(run.out)["tests"]
    assert test["ended"] == "verdict" and x["finding"] == "lower"
    assert x["better"] == (0 if x["client_limited"] else -1)
    assert len(slots(run)) * (test["slot_s"] + test["warmup_s"]) < 30


def test_a_slower_server_is_called_slower_by_default(bench, planted):
    slower_by_default(bench, planted)


@pytest.mark.full
@pytest.mark.parametrize("again", range(5))
def test_and_each_time(bench, planted, again):
    slower_by_default(bench, planted)


@pytest.mark.parametrize("again", range(3))
def test_a_slower_server_is_called_slower(bench, planted, again):
    """Each on a CPU of its own where there are two: a client without one is limited, and then nothing is judged. In noise
    of other work it may be unclear, and never the other way round."""
    cpus = sorted(os.sched_getaffinity(0))
    servers = planted(), planted("--delay", "200us")
    for server in servers:
        os.sched_setaffinity(server.run.proc.pid, cpus[:1])
    run = bench("compare", *(f"{name}={where(server)}" for name, server in zip("ab", servers)), *SHORT, "--blocks", 6,
                "--cpus", cpus[-1], "--json", "-", timeout=200)
    assert run.rc in (0, 10), run
    x = contrasts(run)
    for metric, finding in (("throughput", "lower"), ("p50", "higher")):
        if "CLIENT" in [slot["limited_by"] for slot in slots(run)] and x[metric]["finding"] != finding:
            assert x[metric]["finding"] in ("unclear", "different"), x[metric]
            continue
        assert x[metric]["finding"] == finding
        assert x[metric]["better"] == (0 if x[metric]["client_limited"] else -1)
        assert metric != "p50" or x[metric]["low"] > 1


def test_the_interval_covers_what_was_planted(bench, planted):
    """100 ms against 110 ms: beside that, this machine's own part of a latency is small; up to 10 ms of it is allowed
    for, and one block of eight may be disturbed."""
    x = compare(bench, f"a={where(planted('--delay', '100ms'))}", f"b={where(planted('--delay', '110ms'))}", *SHORT,
                "--blocks", 8, "--slot", "400ms")
    assert x["p50"]["low"] <= 110 / 100 and x["p50"]["high"] >= 120 / 110
    assert x["p50"]["finding"] == "higher"
    assert x["throughput"]["finding"] in ("lower", "different", "unclear")  # four or five answers a connection


@pytest.mark.full
def test_capacities_are_compared(bench, planted):
    """6000 a second against 5000: the ratio within a tenth, by searches of short trials."""
    servers = planted("--capacity", "5000/s"), planted("--capacity", "6000/s")
    x = compare(bench, *(f"{name}={where(server)}" for name, server in zip("ab", servers)), "-t", "ping_mbulk", "--slo",
                "p99=20ms", "--slot", "600ms", "--idle", "0", "--blocks", 6)["capacity"]
    assert x["ratio"] == pytest.approx(1.2, rel=0.1)
    assert x["finding"] == "higher"
