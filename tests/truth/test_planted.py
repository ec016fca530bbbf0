# SPDX-License-Identifier: MIT
"""What is planted in the server must come out of the report. Bounds are those of the binomial, at five standard
deviations, and the server's own counts: nothing is compared with a clock of this machine but delays that were asked
for."""

import math

import pytest

from histogram import above, counts

MS = 1_000_000
LOADS = [(), ("--threads", 2), ("-P", 16), ("-P", 16, "--pipeline-mode", "window")]


def within(n, share, seen):
    assert abs(seen - n * share) <= 5 * math.sqrt(n * share * (1 - share)), (n, share, seen)


def test_the_histogram_is_read_right(measure, planted):
    test = measure(planted(), "-t", "ping_mbulk", "-n", 5000)
    assert sum(n for _, n in counts(test["latency_ns"]["histogram"])) == 5000
    assert above(test, 0) == 5000
    assert above(test, test["latency_ns"]["max"]) == 0
    within(5000, 0.01, above(test, test["latency_ns"]["p99"]))


@pytest.mark.parametrize("load", LOADS)
def test_a_delay_is_in_every_latency(measure, planted, load):
    server = planted("--delay", "20ms")
    test = measure(server, "-t", "ping_mbulk", "-n", 640, "-c", 8, *load)
    assert test["latency_ns"]["min"] >= 20 * MS
    assert server.count("fault_delayed") == test["counts"]["ok"] == 640


@pytest.mark.parametrize("load", [("-c", 20), ("-c", 20, "--threads", 2), ("-c", 20, "--rate", 4000),
                                  ("-c", 50, "--rate", 4000, "--arrival", "constant", "--threads", 2)])
def test_one_percent_slow(measure, planted, load):
    """At P=1 nobody waits behind a slow reply but, in the open loop, who is due while all connections are taken."""
    server = planted("--slow", "1%:50ms")
    test = measure(server, "-t", "ping_mbulk", "-n", 8000, *load)
    slow = server.count("fault_slowed")
    within(8000, 0.01, slow)
    assert above(test, 40 * MS) >= slow
    within(8000, 0.01, above(test, 40 * MS))


def test_a_stall_in_the_open_loop(measure, planted):
    """200 ms in each second: a fifth of what is due comes late, by half of the stall on average."""
    server = planted("--stall", "200ms/1s")
    test = measure(server, "-t", "ping_mbulk", "-c", 50, "--rate", 2000, "--duration", "4s")
    n = test["counts"]["ok"]
    stalls = server.count("fault_stalls")
    assert stalls in (3, 4)
    late = above(test, 20 * MS)  # for 180 of the 200 ms of a stall the wait is longer; the last may be cut off
    assert 0.8 * (stalls - 1) * 0.18 * 2000 <= late <= 1.3 * stalls * 0.2 * 2000
    assert test["latency_ns"]["p99"] >= 150 * MS
    assert test["latency_ns"]["p90"] >= 20 * MS
    assert abs(n - 8000) <= 5 * math.sqrt(8000)


def test_the_closed_loop_cannot_see_it(measure, planted):
    """The same stall, asked by nobody while it lasts: hence --rate."""
    test = measure(planted("--stall", "200ms/1s"), "-t", "ping_mbulk", "-c", 5, "--duration", "3s")
    assert test["latency_ns"]["p99"] < 20 * MS < 150 * MS <= test["latency_ns"]["max"]


def test_nagle(measure, planted):
    test = measure(planted("--nagle"), "-t", "ping_mbulk", "-n", 1600, "-c", 4, "-P", 16)
    assert test["latency_ns"]["p50"] >= 30 * MS


@pytest.mark.parametrize("load", LOADS)
def test_errors_are_counted_as_the_server_did(measure, planted, load):
    server = planted("--error", "5%:OOM")
    test = measure(server, "-t", "ping_mbulk", "-n", 20000, *load, rc=1)
    assert test["counts"]["errors"] == server.count("fault_errors")
    within(20000, 0.05, test["counts"]["errors"])
    assert [e["prefix"] for e in test["errors_by_prefix"]] == ["OOM"]
    assert server.count("cmdstat_ping") == test["counts"]["sent"] == 20000


def test_connections_that_are_dropped(measure, planted):
    server = planted("--drop-after", 10)
    test = measure(server, "-t", "ping_mbulk", "-n", 20000, "-c", 7, rc=1)
    assert test["counts"]["ok"] == 70
    assert test["counts"]["lost_connections"] == server.count("fault_drops") == 7


def test_a_server_that_falls_silent(measure, planted):
    server = planted("--mute-after", 10)
    test = measure(server, "-t", "ping_mbulk", "-n", 20000, "-c", 7, "--grace", "500ms", rc=1)
    assert test["counts"]["ok"] == 70
    assert test["counts"]["unfinished"] == server.count("fault_mutes") == 7


def test_a_slow_reader_loses_nothing(measure, planted):
    server = planted("--slow-read")
    test = measure(server, "-t", "set", "-d", 2000, "-n", 300, "-c", 3, "-P", 16)
    assert test["counts"]["ok"] == server.count("cmdstat_set") == 300


def test_garbage_is_no_answer(measure, planted):
    server = planted("--garbage")
    test = measure(server, "-t", "ping_mbulk", "-n", 200, "-c", 3, rc=1)
    assert test["counts"]["ok"] == 0
    assert test["counts"]["lost_connections"] == 3
