# SPDX-License-Identifier: MIT
"""A planted capacity must come out: as the throughput of a closed loop, and as what saturate finds."""

import pytest


@pytest.mark.parametrize("capacity", [1000, 2500, 8000])
def test_a_closed_loop_finds_the_capacity(measure, planted, capacity):
    """50 clients keep a queue; the first answer is due one turn after the start, and turns add up exactly."""
    test = measure(planted("--capacity", f"{capacity}/s"), "-t", "ping_mbulk", "-n", capacity, "-c", 50)
    assert test["rps"] == pytest.approx(capacity, rel=0.01)
