# SPDX-License-Identifier: MIT
"""On a terminal: the report fits its width, and the live line leaves nothing behind, also where the width changes."""

import re

import pytest

from screens import screen  # noqa: F401 (a fixture)
from waiting import until


def load(bench, embedded, *more):
    return (bench.path(), "-p", embedded.port, "-t", "get", "--prefill", "-r", 100, "-c", 4, *more)


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_the_report_fits(bench, embedded, screen, columns):
    shown = screen(columns, *load(bench, embedded, "-n", 3000)).wait("(?m)^ended$")
    lines = shown.splitlines()
    assert any(line.startswith("====== GET ======") for line in lines), shown
    assert not re.search(r"\bleft\b|\(mean ", shown), shown  # the live line is gone
    joined = " ".join(shown.split())
    assert "requests per second" in joined and "bottleneck" in joined, shown
    words = {word for line in lines for word in line.split()}
    assert {"latency", "p99.99", "throughput", "received"} <= words, shown  # none is broken at the edge
    assert ("█" in shown) == (columns == 200), shown


def test_colour_is_shown_and_can_be_had_without(bench, embedded, screen):
    window = screen(80, *load(bench, embedded, "-n", 3000))
    window.wait("(?m)^ended$")
    assert "\x1b[1m" in window.text("-e")
    plain = screen(80, "env", "NO_COLOR=1", *load(bench, embedded, "-n", 3000))
    plain.wait("(?m)^ended$")
    assert "\x1b[" not in plain.text("-e")


def test_the_live_line_fits_and_leaves_nothing_where_the_width_changes(bench, embedded, screen):
    window = screen(120, *load(bench, embedded, "--duration", "3s"))
    shown = window.wait(r"p99 .* left")
    line, = [x for x in shown.splitlines() if "left" in x]
    assert re.fullmatch(r"GET: measuring, [\d,]+ req/s \(mean [\d,]+\), p50 \S+, p99 \S+, \d+%, \d+s left", line.rstrip()), shown
    window.tmux("resize-window", "-x", 50, "-y", 70)
    until(lambda: [x for x in window.text().splitlines() if re.search("GET: .* left$", x)], 10)
    shown = window.wait("(?m)^ended$")
    assert not re.search(r"\bleft\b|\(mean |req/s", shown.partition("======")[0]), shown
    assert "====== GET ======" in shown, shown
