# SPDX-License-Identifier: MIT
"""Latency is each request's own, from before its write to after the read that completed it. Lower bounds and ratios only."""

import pytest

import formats
import servers

MS = 1e6


def latency(run):
    assert run.rc == 0, run
    return formats.only(formats.read_json(run.out))["latency_ns"]


@pytest.mark.parametrize("mode", ["batch", "window"])
def test_replies_held_up_by_nagle_are_seen(bench, serve, mode):
    """One reply at once, the others 44 ms later: a clock read at the first reply would show next to nothing."""
    server = serve(servers.HkvLike)
    seen = latency(bench("-p", server.port, "-t", "get", "-n", 320, "-c", 2, "-P", 16, "--pipeline-mode", mode,
                         "--json", "-"))
    if mode == "batch":
        assert seen["p50"] >= 40 * MS
    assert seen["p99"] >= 40 * MS
    assert seen["max"] >= 44 * MS


def test_the_first_reply_of_a_batch_is_not_booked_late(bench, serve):
    """1 of 2 replies comes at once: the least latency must not be that of the batch."""
    server = serve(servers.HkvLike)
    seen = latency(bench("-p", server.port, "-t", "get", "-n", 40, "-c", 1, "-P", 2, "--json", "-"))
    assert seen["min"] < 40 * MS <= seen["p90"]


def test_every_reply_delayed(bench, serve):
    server = serve(servers.Delayed, 0.005)
    seen = latency(bench("-p", server.port, "-t", "set", "-n", 60, "-c", 2, "--json", "-"))
    assert seen["min"] >= 5 * MS
    assert seen["p50"] >= 5 * MS


def test_delays_add_up_within_a_batch(bench, serve):
    """5 ms each, 10 in a batch: the last waits for all ten, the mean for 5.5."""
    server = serve(servers.Delayed, 0.005)
    seen = latency(bench("-p", server.port, "-t", "set", "-n", 50, "-c", 1, "-P", 10, "--json", "-"))
    assert seen["max"] >= 50 * MS
    assert seen["mean"] >= 5.5 * 5 * MS
    assert seen["min"] >= 5 * MS


@pytest.mark.parametrize("name", ["redis-benchmark", None])
def test_the_old_forms_are_as_honest(bench, serve, name):
    server = serve(servers.HkvLike)
    run = bench("-p", server.port, "-t", "get", "-n", 160, "-c", 1, "-P", 16, "--csv", name=name)
    assert run.rc == 0, run
    row, = formats.read_csv(run.out)
    assert row["p50"] >= 40
    run = bench("-p", server.port, "-t", "get", "-n", 160, "-c", 1, "-P", 16, "-q", name=name)
    row, = formats.read_quiet(run.out)
    assert row["p50"] >= 40


def test_open_loop_counts_from_the_due_time(bench, serve):
    """One connection, 5 ms a reply, 1000 requests a second asked for: the debt is latency."""
    server = serve(servers.Delayed, 0.005)
    seen = latency(bench("-p", server.port, "-t", "set", "-n", 100, "-c", 1, "--rps", 1000, "--json", "-"))
    assert seen["max"] >= 200 * MS


def test_precise_below_a_microsecond(bench, redis):
    """Three digits in ns: the numbers are not whole microseconds."""
    seen = latency(bench("-p", redis.port, "-t", "set", "-n", 2000, "-c", 1, "--json", "-"))
    assert any(seen[name] % 1000 for name in ("min", "p50", "max"))


def measured(bench, engine, *args):
    run = bench("--engine", engine, *args, "--json", "-")
    if engine == "uring" and run.rc == 2:
        pytest.skip("no io_uring here: " + run.err)
    assert run.rc == 0, run
    return formats.read_json(run.out)["tests"][0]


@pytest.mark.parametrize("engine", ["epoll", "uring"])
@pytest.mark.parametrize("depth", [1, 16])
def test_littles_law(bench, redis, engine, depth):
    """In a closed loop, mean latency times throughput is what is outstanding: a stamp in the wrong place breaks it. While the
    client waits for a CPU, connections may stand idle; more than all of them are never under way."""
    test = measured(bench, engine, "-p", redis.port, "-t", "ping_mbulk", "-c", 50, "-P", depth, "--duration", "1s")
    outstanding = test["latency_ns"]["mean"] * 1e-9 * test["rps"]
    queued = sum(thread["queued_s"] for thread in test["threads"]) / test["seconds"]
    assert 0.98 - queued <= outstanding / (50 * depth) <= 1.02


def test_the_engines_agree(bench, serve):
    server = serve(servers.Delayed, 0.1) # long beside what a busy machine adds
    both = [measured(bench, engine, "-p", server.port, "-t", "ping_mbulk", "-c", 4, "-n", 60)["latency_ns"]
            for engine in ("epoll", "uring")]
    for quantile, apart in (("min", 0.05), ("p50", 0.25)):
        assert both[0][quantile] == pytest.approx(both[1][quantile], rel=apart)
