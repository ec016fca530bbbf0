# SPDX-License-Identifier: MIT
"""What is planted in the server must come out of the report. Bounds are those of the binomial, at five standard
deviations, and the server's own counts: nothing is compared with a clock of this machine but delays that were asked
for."""

import math
import os
import subprocess
import sys

import pytest

import formats
from ease import at_ease
from histogram import above, counts

MS = 1_000_000


def doubts(test):
    return [doubt["name"] for doubt in test["doubts"]]


both_ways = pytest.mark.parametrize("way", ["plain", "tls"])
LOADS = [(), ("--threads", 2), ("-P", 16), ("-P", 16, "--pipeline-mode", "window")]


def within(n, share, seen):
    assert abs(seen - n * share) <= 5 * math.sqrt(n * share * (1 - share)), (n, share, seen)


def test_the_histogram_is_read_right(measure, planted):
    test = measure(planted(), "-t", "ping_mbulk", "-n", 5000)
    assert sum(n for _, n in counts(test["latency_ns"]["histogram"])) == 5000
    assert above(test, 0) == 5000
    assert above(test, test["latency_ns"]["max"]) == 0
    within(5000, 0.01, above(test, test["latency_ns"]["p99"]))


@pytest.mark.parametrize("load, way", [*((load, "plain") for load in LOADS), *((load, "tls") for load in LOADS[1:3])])
def test_a_delay_is_in_every_latency(measure, planted, load, way):
    server = planted("--delay", "20ms")
    test = measure(server, "-t", "ping_mbulk", "-n", 640, "-c", 8, *load)
    assert test["latency_ns"]["min"] >= 20 * MS
    assert server.count("fault_delayed") == test["counts"]["ok"] == 640


SLOW = [("-c", 20), ("-c", 20, "--threads", 2), ("-c", 20, "--rate", 4000),
        ("-c", 50, "--rate", 4000, "--arrival", "constant", "--threads", 2)]


@pytest.mark.parametrize("load, way", [*((load, "plain") for load in SLOW), (SLOW[1], "tls")])
def test_one_percent_slow(measure, planted, load, way):
    """At P=1 nobody waits behind a slow reply but, in the open loop, who is due while all connections are taken."""
    def run(server):
        test = measure(server, "-t", "ping_mbulk", "-n", 8000, *load)
        slow = server.count("fault_slowed")
        within(8000, 0.01, slow)
        assert above(test, 40 * MS) >= slow
        return test
    at_ease(lambda: planted("--slow", "1%:50ms"), run, lambda _, test: within(8000, 0.01, above(test, 40 * MS)))


@pytest.mark.parametrize("way, rate", [("plain", 2000), ("tls", 500)])
def test_a_stall_in_the_open_loop(measure, planted, way, rate):
    """200 ms in each second: a fifth of what is due comes late, by half of the stall on average."""
    server = planted("--stall", "200ms/1s")
    test = measure(server, "-t", "ping_mbulk", "-c", 50, "--rate", rate, "--duration", "4s")
    n = test["counts"]["ok"]
    stalls = server.count("fault_stalls")
    assert stalls in (3, 4)
    late = above(test, 20 * MS)  # for 180 of the 200 ms of a stall the wait is longer; the last may be cut off
    assert 0.8 * (stalls - 1) * 0.18 * rate <= late <= 1.3 * stalls * 0.2 * rate
    assert test["latency_ns"]["p99"] >= 150 * MS
    assert test["latency_ns"]["p90"] >= 20 * MS
    assert abs(n - 4 * rate) <= 5 * math.sqrt(4 * rate)


def test_the_closed_loop_cannot_see_it(measure, planted):
    """The same stall, asked by nobody while it lasts: hence --rate."""
    def check(_, test):
        assert test["latency_ns"]["p99"] < 20 * MS < 150 * MS <= test["latency_ns"]["max"]
        assert "hidden-stalls" in doubts(test)
    at_ease(lambda: planted("--stall", "200ms/1s"),
            lambda server: measure(server, "-t", "ping_mbulk", "-c", 5, "--duration", "3s"), check)


def test_nagle(measure, planted):
    load = ("-t", "ping_mbulk", "-n", 1600, "-c", 4, "-P", 16)

    def named(_, test):
        assert "delayed-ack" in doubts(test)

    def gone(_, test):
        assert test["latency_ns"]["p50"] < 30 * MS
        assert "delayed-ack" not in doubts(test)

    def held_back(server):
        test = measure(server, *load)
        assert test["latency_ns"]["p50"] >= 30 * MS
        return test
    at_ease(lambda: planted("--nagle"), held_back, named)
    at_ease(lambda: planted("--nagle"), lambda server: measure(server, *load, "--quickack"), gone)


def test_the_parts_of_a_response(measure, planted):
    """Two connections, 20 ms each: 100 a second can be served. At 50 a second, who is due while both are taken
    waits; and what it waited is in its response time, not in its service time."""
    test = measure(planted("--delay", "20ms"), "-t", "ping_mbulk", "-c", 2, "--rate", 50, "--duration", "4s")
    assert test["service_ns"]["min"] >= 20 * MS
    assert test["latency_ns"]["min"] >= 20 * MS
    assert test["wait_ns"]["max"] >= 1 * MS
    whole = test["wait_ns"]["mean"] + test["lag_ns"]["mean"] + test["service_ns"]["mean"]
    assert abs(test["latency_ns"]["mean"] - whole) < 0.02 * whole


@pytest.mark.parametrize("load", [("-c", 1), ("-c", 8, "-P", 4), ("-c", 4, "--threads", 2, "--rate", 100)])
def test_the_delay_is_not_the_clients(bench, planted, load):
    """By the kernel's stamps: 20 ms lie between leaving and arriving, and next to nothing on either side."""
    server = planted("--delay", "20ms")
    run = bench("-p", server.port, "--no-probe", "-t", "ping_mbulk", "-n", 200, "--wire-ts=1/1", *load, "--json", "-")
    assert run.rc == 0, run
    doc = formats.read_json(run.out)
    wire = formats.only(doc)["wire"]
    assert 40 <= wire["samples"] <= 200 and wire["missed"] <= 2
    assert wire["wire_ns"]["min"] >= 19.8 * MS  # two digits
    assert wire["send_ns"]["p50"] + wire["wake_ns"]["p50"] < 0.2 * wire["wire_ns"]["p50"]
    assert wire["client_share_p50"] < 0.2


def finding(test):
    return test["finding"]["limited_by"]


def found(word, measure, plant, *options):
    """Another process on this client's CPU makes it CLIENT, and rightly."""
    def check(_, test):
        assert finding(test) == word
    at_ease(plant, lambda server: measure(server, "-t", "ping_mbulk", *options), check)


def test_a_slow_server_is_called_so(measure, planted):
    found("SERVER", measure, lambda: planted("--delay", "20ms"), "-c", 8, "-n", 400)


def test_a_rate_that_is_kept_up(measure, planted):
    """10 ms of delay, so that this machine's own delays do not count."""
    found("RATE", measure, lambda: planted("--delay", "10ms"), "--rate", 500, "--duration", "2s")


def test_a_starved_client_is_called_so(measure, planted):
    """A hog on the client's CPU, the server on another."""
    cpus = sorted(os.sched_getaffinity(0))
    if len(cpus) < 2:
        pytest.skip("needs two CPUs")
    server = planted()
    os.sched_setaffinity(server.run.proc.pid, cpus[1:])
    hog = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        os.sched_setaffinity(hog.pid, cpus[:1])
        test = measure(server, "-t", "ping_mbulk", "-c", 20, "--duration", "2s", "--cpus", cpus[0])
    finally:
        hog.kill()
        hog.wait()
    assert finding(test) == "CLIENT"
    assert "client-limited" in doubts(test)


def test_more_than_can_be_served(measure, planted):
    """One connection, 20 ms an answer, 200 a second: what never left counts, at the least that it waited."""
    server = planted("--delay", "20ms")
    test = measure(server, "-t", "ping_mbulk", "-c", 1, "--rate", 200, "--duration", "2s", "--grace", "500ms", rc=1)
    counts = test["counts"]
    within(400000, 0.001, counts["due"])
    assert counts["ok"] <= server.count("fault_delayed") <= counts["ok"] + 1
    assert counts["ok"] <= 126  # in 2.5 s
    assert test["latency_ns"]["intervals"]["p99"]["at_least"]
    assert test["latency_ns"]["p99"] >= 1500 * MS
    assert "behind-rate" in doubts(test)


@pytest.mark.parametrize("load", LOADS)
def test_errors_are_counted_as_the_server_did(measure, planted, load):
    server = planted("--error", "5%:OOM")
    test = measure(server, "-t", "ping_mbulk", "-n", 20000, *load, rc=1)
    assert test["counts"]["errors"] == server.count("fault_errors")
    within(20000, 0.05, test["counts"]["errors"])
    assert [e["prefix"] for e in test["errors_by_prefix"]] == ["OOM"]
    assert server.count("cmdstat_ping") == test["counts"]["sent"] == 20000


@both_ways
def test_connections_that_are_dropped(measure, planted, way):
    server = planted("--drop-after", 10)
    test = measure(server, "-t", "ping_mbulk", "-n", 20000, "-c", 7, rc=1)
    assert test["counts"]["ok"] == 70
    assert test["counts"]["lost_connections"] == server.count("fault_drops") == 7


@both_ways
def test_a_server_that_falls_silent(measure, planted, way):
    server = planted("--mute-after", 10)
    test = measure(server, "-t", "ping_mbulk", "-n", 20000, "-c", 7, "--grace", "500ms", rc=1)
    assert test["counts"]["ok"] == 70
    assert test["counts"]["unfinished"] == server.count("fault_mutes") == 7


@both_ways
def test_a_slow_reader_loses_nothing(measure, planted, way):
    server = planted("--slow-read")
    test = measure(server, "-t", "set", "-d", 2000, "-n", 300, "-c", 3, "-P", 16)
    assert test["counts"]["ok"] == server.count("cmdstat_set") == 300


@both_ways
def test_garbage_is_no_answer(measure, planted, way):
    server = planted("--garbage")
    test = measure(server, "-t", "ping_mbulk", "-n", 200, "-c", 3, rc=1)
    assert test["counts"]["ok"] == 0
    assert test["counts"]["lost_connections"] == 3


@pytest.mark.parametrize("way", ["tls"])
@pytest.mark.parametrize("load", [(), ("-P", 8), ("-c", 4, "--rate", 2000), ("-P", 16, "--pipeline-mode", "window"), ("-d", 20000)])
def test_keys_that_change_lose_nothing(measure, planted, way, load):
    """Both sides change their keys every third reply, in mid-run: KeyUpdate of TLS 1.3."""
    server = planted("--key-update", 3)
    test = measure(server, "-t", "set", "-n", 1000, *load)
    assert test["counts"]["ok"] == server.count("cmdstat_set") == 1000
    assert test["tls"]["protocol"] == "TLSv1.3"
