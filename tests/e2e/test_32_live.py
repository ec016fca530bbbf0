# SPDX-License-Identifier: MIT
"""--live: what the screen shows, its keys, and that the terminal is given back, whatever the run ends by."""

import json
import os
import re
import signal
import subprocess

import pytest

from screens import screen  # noqa: F401 (a fixture)
from waiting import until

FOLDER = os.path.join(os.path.dirname(__file__), "golden")
FIGURE = r"\d[\d.,]*(?:[kM]?/s|ns|us|µs|ms|m\d+s|s)?(?![\w])"
THEN = "echo ended $?; stty -a | tr ' ' '\\n' | grep -xE -- '-?(echo|icanon);?'"


def masked(text):
    """The screen without what differs from run to run: figures, and what charts are made of."""
    lines = []
    for line in text.splitlines():
        line = re.sub("[▁▂▃▄▅▆▇█•○·░▒▓]", " ", line.replace("• p50  ○ p99", "p50, p99"))
        line = re.sub(FIGURE, "#", re.sub("bottleneck now: .*", "bottleneck now: #", line))
        lines.append(" ".join(line.split()))
    return "\n".join(lines) + "\n"


def live(bench, embedded, *more):
    return (bench.path(), "-p", embedded.port, "-t", "get", "--prefill", "-r", 100, "-c", 4, "--live", *more)


def given_back(window):
    """The report stands on a screen that echoes again."""
    shown = window.wait(r"(?m)^ended \d+\n(?:.*\n)*-?icanon")
    assert window.is_("alternate_on") == "0" and window.is_("cursor_flag") == "1", shown
    assert re.search(r"(?m)^icanon;?$", shown) and re.search(r"(?m)^echo;?$", shown), shown
    return shown


@pytest.mark.parametrize("columns, rows", [(80, 24), (200, 50)])
def test_the_screen_and_its_keys(bench, embedded, screen, columns, rows):
    window = screen(columns, *live(bench, embedded, "--duration", "60s"), rows=rows, then=THEN)
    window.wait(r"(?s)(?=.*p99\.99)(?=.*threads)(?=.*bottleneck now: (?!unknown \(no whole))(?=.*/s +[▁▂▃▄▅▆▇█]{3})")
    path = os.path.join(FOLDER, f"live_{columns}x{rows}.txt")
    window.press("Space")
    frozen = window.wait("frozen")
    if os.environ.get("HKV_WRITE_GOLDEN"):
        open(path, "w").write(masked(frozen))
    assert masked(frozen) == open(path).read()
    window.press("Space")
    until(lambda: "frozen" not in window.text(), 10)
    window.press("l")
    window.wait("l linear latency scale")
    window.tmux("resize-window", "-x", columns - 7, "-y", rows - 5)
    until(lambda: "q end with a report" in window.text().splitlines()[rows - 6], 10)
    assert max(map(len, window.text().splitlines())) <= columns - 7
    window.tmux("resize-window", "-x", columns, "-y", 60)
    window.press("q")
    shown = given_back(window)
    assert "====== GET ======" in shown and "ended 130" in shown, shown


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGSEGV])
def test_the_terminal_is_given_back(bench, embedded, screen, number):
    window = screen(80, *live(bench, embedded, "--duration", "60s"), rows=60, then=THEN)
    window.wait("since the start")
    if number == signal.SIGINT:
        window.press("C-c")
    else:
        shell = window.is_("pane_pid")
        child, = subprocess.run(["ps", "-o", "pid=", "--ppid", shell], check=True, capture_output=True, text=True).stdout.split()
        os.kill(int(child), number)
    shown = given_back(window)
    assert ("====== GET ======" in shown) == (number != signal.SIGSEGV), shown


def test_machine_formats_have_nothing_of_it(bench, embedded, screen, tmp_path):
    out = tmp_path / "out.json"
    words = " ".join(map(str, live(bench, embedded, "--duration", "2s", "--json", "-")))
    window = screen(80, "sh", "-c", f"{words} >{out}", rows=60, then=THEN)
    window.wait("since the start")
    given_back(window)
    assert json.loads(out.read_text())["tests"][0]["counts"]["ok"] > 0


@pytest.mark.parametrize("words, shows", [
    pytest.param(("compare", "--blocks", 6, "--slot", "100ms", "--idle", 0, "a=127.0.0.1:{port}", "b=127.0.0.1:{port}", "-t", "get"),
     r"(?s)block 2 +\d\.\d+.*so far \d.\d+ \(", marks=pytest.mark.full),
    pytest.param(("saturate", "--slo", "p99=20ms", "--trial", "250ms", "--idle", 0, "-p", "{port}"), r"(?s)  3 rough .* req/s .*passes [\d,]+", marks=pytest.mark.full),
    (("sweep", "clients", "--points", "1,2,4", "--trial", "300ms", "--idle", 0, "-p", "{port}"),
     r"(?s)requests per second by clients, 1 to 4.*p99"),
], ids=["compare", "saturate", "sweep"])
def test_experiments_have_views_of_their_own(bench, embedded, screen, words, shows):
    argv = [str(word).format(port=embedded.port) for word in words]
    window = screen(100, bench.path(), argv[0], *argv[1:], "--live", "-c", 4, rows=40, then=THEN)
    window.wait(shows)
    window.press("q")
    given_back(window)


def test_there_must_be_a_terminal(bench, embedded):
    refused = bench("-p", embedded.port, "-t", "get", "-n", 100, "--live", start_new_session=True)
    assert refused.rc == 2 and "--live: expected a terminal" in refused.err, refused
    refused = bench("-p", embedded.port, "-I", "--live")
    assert refused.rc == 2 and "--live has nothing to show" in refused.err, refused
