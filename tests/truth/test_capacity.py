# SPDX-License-Identifier: MIT
"""A planted capacity must come out: as the throughput of a closed loop, and as what saturate finds."""

import json

import pytest

from ease import at_ease


@pytest.mark.parametrize("capacity", [1000, 2500, 8000])
def test_a_closed_loop_finds_the_capacity(measure, planted, capacity):
    """50 clients keep a queue; the first answer is due one turn after the start, and turns add up exactly."""
    def check(_, test):
        assert test["rps"] >= 0.99 * capacity

    def run(server):
        test = measure(server, "-t", "ping_mbulk", "-n", capacity, "-c", 50)
        assert test["rps"] <= 1.01 * capacity  # on any machine
        return test
    at_ease(lambda: planted("--capacity", f"{capacity}/s"), run, check)


def saturate(bench, server, load):
    run = bench("saturate", "-p", server.port, "-t", "ping_mbulk", "--slo", "p99=20ms", "--trial", "300ms", "--idle",
                "100ms", *load, "--json", "-", timeout=500)
    assert run.rc in (0, 1), run  # 1: it refuses to answer
    test, = json.loads(run.out)["tests"]
    return test


# An M/D/1 queue's p99 reaches 20 ms at this rate (Erlang's series; at constant arrivals at what it serves)
@pytest.mark.parametrize("capacity, load, truth", [
    (2000, ("--arrival", "constant"), 2000),
    pytest.param(5000, (), 4885, marks=pytest.mark.full),
])
def test_saturate_finds_the_capacity(bench, planted, capacity, load, truth):
    """Trials are short, so that a search takes about a minute. Where other work on this machine holds the client up it
    may refuse to be sure, and is asked again; what it says may never be wrong."""
    server = planted("--capacity", f"{capacity}/s")
    for _ in range(4):
        test = saturate(bench, server, load)
        assert test["passes"] is None or test["passes"] <= 1.03 * capacity, test["verdict"]
        if test["end"] == "found":
            break
    if test["end"] != "found":
        assert test["end"] in ("unsteady", "disturbed"), test["verdict"]
        assert test["high"] is None or test["high"] >= 0.97 * truth, test["verdict"]
        assert test["low"] is None or test["low"] <= 1.03 * truth, test["verdict"]
        pytest.skip(f"other work held the client up in each of four searches: {test['verdict']}")
    assert test["capacity_rps"] == pytest.approx(truth, rel=0.04)
    assert test["low"] <= test["capacity_rps"] <= test["high"] <= 1.1 * truth
    assert test["low"] <= 1.01 * truth and test["high"] >= 0.99 * truth  # a 95% CI misses by a little at times


def spoilt(trials):
    """Seconds of trials that the client spoilt, because it waited for a CPU."""
    return sum(trial["took_s"] for trial in trials if trial["outcome"] == "void")


# M/M/1: P(R > t) = exp(-(mu - lambda) t), and M/D/1: Erlang's series, both with a mean service of 500 us
@pytest.mark.full
@pytest.mark.parametrize("service, slo, truth", [
    ("exp:500us", "p99=5ms", 1079.0),
    ("exp:500us", "p99=20ms", 1769.7),
    ("fixed:500us", "p99=20ms", 1885.2),
])
def test_saturate_finds_what_theory_says_of_a_queue(bench, planted, service, slo, truth):
    """As anybody would ask, with nothing but the promise: some minutes. What it says may never be wrong; where it is not
    sure, as in some of a hundred searches by simulation, no more is asked of it."""
    def run(server):
        run = bench("saturate", "-p", server.port, "-t", "ping_mbulk", "--slo", slo, "--json", "-", timeout=900)
        assert run.rc in (0, 1), run
        test, = json.loads(run.out)["tests"]
        return {**test, "threads": [{"queued_s": spoilt(test["trials"])}], "seconds": test["spent_s"]}

    def check(_, test):
        assert test["end"] in ("found", "unsteady"), test["verdict"]
        low, high = test["low"] or 0, test["high"] or 2 * truth
        assert low <= 1.03 * truth and high >= 0.97 * truth, test["verdict"]
        interval = (high - low) / 2 / truth if test["end"] == "found" else 0.03
        assert test["capacity_rps"] == pytest.approx(truth, rel=0.03 + interval), test["verdict"]
        return test
    test = at_ease(lambda: planted("--service", service), run, check, tries=2)
    if test["end"] != "found":
        pytest.skip(test["verdict"])
