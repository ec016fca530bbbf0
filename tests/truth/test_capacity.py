# SPDX-License-Identifier: MIT
"""A planted capacity must come out: as the throughput of a closed loop, and as what saturate finds."""

import json

import pytest


@pytest.mark.parametrize("capacity", [1000, 2500, 8000])
def test_a_closed_loop_finds_the_capacity(measure, planted, capacity):
    """50 clients keep a queue; the first answer is due one turn after the start, and turns add up exactly."""
    test = measure(planted("--capacity", f"{capacity}/s"), "-t", "ping_mbulk", "-n", capacity, "-c", 50)
    assert test["rps"] == pytest.approx(capacity, rel=0.01)


@pytest.mark.parametrize("capacity, load", [(2000, ("--arrival", "constant")), (5000, ())])
def test_saturate_finds_the_capacity(bench, planted, capacity, load):
    """Trials are short, so that the whole takes about a minute and a half; the client's own ceiling is far away."""
    server = planted("--capacity", f"{capacity}/s")
    run = bench("saturate", "-p", server.port, "-t", "ping_mbulk", "--slo", "p99=30ms", "--trial", "300ms", "--idle",
                "100ms", *load, "--json", "-", timeout=500)
    assert run.rc == 0, run
    test, = json.loads(run.out)["tests"]
    assert test["end"] == "found" and test["confirmed"], test["verdict"]
    assert test["holds"] == pytest.approx(capacity, rel=0.03)
    assert test["holds"] < test["fails"] <= 1.05 * capacity
