# SPDX-License-Identifier: MIT
"""On a terminal: the report fits its width, and the live line leaves nothing behind, also where the width changes."""

import os
import re
import shlex
import subprocess

import pytest

from waiting import until


class Screen:
    """A tmux of our own, with one program in it."""

    def __init__(self, socket, columns, *command, rows=70):
        self.socket = socket
        words = " ".join(shlex.quote(str(word)) for word in command)
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", columns, "-y", rows, f"{words}; echo ended; exec sleep 60",
                  env={**os.environ, "LC_ALL": "C.UTF-8", "NO_COLOR": "", "TMUX": ""})

    def tmux(self, *words, **how):
        return subprocess.run(["tmux", "-u", "-S", self.socket, *map(str, words)], check=True, capture_output=True, text=True,
                              timeout=10, **how).stdout

    def text(self, *how):
        return self.tmux("capture-pane", "-p", *how)

    def wait(self, what):
        until(lambda: re.search(what, self.text()), 30)
        return self.text()

    def stop(self):
        subprocess.run(["tmux", "-S", self.socket, "kill-server"], capture_output=True, timeout=10)


@pytest.fixture
def screen(tmp_path):
    screens = []

    def start(columns, *command):
        screens.append(Screen(tmp_path / f"tmux{len(screens)}", columns, *command))
        return screens[-1]
    yield start
    for s in screens:
        s.stop()


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
