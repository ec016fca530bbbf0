# SPDX-License-Identifier: MIT
"""A planted capacity must come out: as the throughput of a closed loop, and as what saturate finds."""

import json

import pytest


@pytest.mark.parametrize("capacity", [1000, 2500, 8000])
def test_a_closed_loop_finds_the_capacity(measure, planted, capacity):
    """50 clients keep a queue; the first answer is due one turn after the start, and turns add up exactly."""
    test = measure(planted("--capacity", f"{capacity}/s"), "-t", "ping_mbulk", "-n", capacity, "-c", 50)
    assert test["rps"] == pytest.approx(capacity, rel=0.01)


def saturate(bench, server, load):
    run = bench("saturate", "-p", server.port, "-t", "ping_mbulk", "--slo", "p99=30ms", "--trial", "300ms", "--idle",
                "100ms", *load, "--json", "-", timeout=500)
    assert run.rc == 0, run
    test, = json.loads(run.out)["tests"]
    return test


@pytest.mark.parametrize("capacity, load", [(2000, ("--arrival", "constant")), (5000, ())])
def test_saturate_finds_the_capacity(bench, planted, capacity, load):
    """Trials are short, so that a search takes about a minute. Where other work on this machine holds the client up it
    may refuse to answer, and is asked again; it may never be wrong."""
    server = planted("--capacity", f"{capacity}/s")
    for _ in range(3):
        test = saturate(bench, server, load)
        assert test["holds"] is None or test["holds"] <= 1.03 * capacity, test["verdict"]
        if test["end"] == "found":
            break
    assert test["end"] == "found" and test["confirmed"], test["verdict"]
    assert test["holds"] == pytest.approx(capacity, rel=0.03)
    assert test["holds"] < test["fails"] <= 1.05 * capacity
