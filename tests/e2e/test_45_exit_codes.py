# SPDX-License-Identifier: MIT
"""One rule for exit codes, whatever the subcommand and the format; and none but 0 without a sentence on stderr."""

import re
import signal
import subprocess

import pytest

import formats
import servers
from conftest import free_port
from waiting import until

FORMS = {"text": [], "quiet": ["-q"], "csv": ["--csv"], "classic": ["--format", "classic"], "compat": ["--compat"],
         "compat-quiet": ["--compat", "-q"], "compat-csv": ["--compat", "--csv"], "json": ["--json", "-"],
         "series": ["--series", "-"]}
SET = ["-t", "set", "-n", 300, "-c", 2]
OWN = ["-n", 300, "-c", 2]


def refuses(serve):
    return serve(lambda: servers.Babble(b"-ERR no\r\n"))


# What goes wrong: the server, the words of the run, the exit code.
CAUSES = {
    "error replies": (refuses, [*SET, "--no-probe"], 1),
    "lost connections": (lambda serve: serve(lambda: servers.ClosesAfter(20)), SET, 1),
    "silence": (lambda serve: serve(servers.Silent), [*SET, "--no-probe", "--grace", "300ms"], 1),
    "unknown command": (lambda serve: serve(servers.Narrow), [*OWN, "NOSUCH"], 1),
    "a doubt": (lambda serve: serve(servers.Server), [*SET, "--strict"], 4),
    "a mild doubt": (lambda serve: serve(servers.Server), ["-t", "set", "-n", 1500, "-r", 1000, "--strict"], 4),
    "an assertion": (lambda serve: serve(servers.Server), [*SET, "--assert", "set.rps<1"], 10),
    "no tests": (lambda serve: serve(servers.Server), ["-t", ""], 2),
    "only commas": (lambda serve: serve(servers.Server), ["-t", ",,"], 2),
    "no such option": (lambda serve: serve(servers.Server), ["--nosuch"], 2),
    "nobody listens": (None, SET, 3),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("cause", CAUSES)
def test_no_code_without_a_sentence(bench, serve, cause, form):
    make, words, code = CAUSES[cause]
    port = make(serve).port if make else free_port()
    run = bench("-p", port, *words, *FORMS[form])
    assert run.rc == code, run
    assert re.search("^hkv-bench: .{10,}", run.err, re.M), run
    if form == "json" and run.out:
        assert formats.read_json(run.out)["exit_code"] == code


@pytest.mark.parametrize("form", FORMS)
def test_an_interrupt_has_its_sentence_in_every_form(bench, serve, form):
    server = serve(lambda: servers.Delayed(0.001))
    run = bench.start("-p", server.port, "-t", "set", "--duration", 60, "-c", 1, *FORMS[form])
    until(lambda: len(server.commands) > 20)
    run.signal(signal.SIGTERM)
    assert run.rc == 143, run
    assert run.err.count("interrupted by SIGTERM") == 1, run


@pytest.mark.parametrize("words", [["-t", "set"], ["-q", "-t", "set"], ["--help"], ["--version"], ["options"]])
def test_a_report_that_cannot_be_written_has_its_sentence(bench, serve, words):
    words = words if words[0][1] in "-p" else ["-p", serve(servers.Server).port, "-n", 100, *words]
    with open("/dev/full", "wb") as full:
        run = subprocess.run([bench.path(), *map(str, words)], stdout=full, stderr=subprocess.PIPE, timeout=60)
    assert run.returncode == 1 and b"could not be written" in run.stderr, run


def test_a_doubt_is_told_once_and_not_worse_than_a_failure(bench, serve):
    run = bench("-p", refuses(serve).port, *SET, "--no-probe", "--strict", "--assert", "errors==0", "-q")
    assert run.rc == 1, run
    assert run.err.count("replies were errors") == 1, run


def test_all_is_well_and_nothing_is_said(bench, serve):
    run = bench("-p", serve(servers.Server).port, "--compat", "-t", "set", "-n", 2000)
    assert (run.rc, run.said) == (0, ""), run


# Many runs that make one result

SWEEP = ["-t", "set", "--points", "1,2", "--passes", 1, "--trial", "300ms", "--idle", "0s"]


@pytest.mark.parametrize("form", [[], ["--csv"], ["--json", "-"]])
@pytest.mark.parametrize("behaviour", ["silent", "loses", "refuses"])
def test_a_sweep_that_failed_at_its_points_exits_1(bench, serve, behaviour, form):
    server = {"silent": lambda: servers.Silent(), "loses": lambda: servers.ClosesAfter(30),
              "refuses": lambda: servers.Babble(b"-ERR no\r\n")}[behaviour]
    run = bench("sweep", "clients", "-p", serve(server).port, *SWEEP, "--no-probe", "--grace", "300ms", *form)
    assert run.rc == 1, run
    assert run.err.startswith("hkv-bench sweep: "), run


def test_a_sweep_without_a_fault_exits_0(bench, serve):
    run = bench("sweep", "clients", "-p", serve(servers.Server).port, *SWEEP)
    assert run.rc == 0, run


@pytest.mark.parametrize("form", [[], ["--json", "-"]])
@pytest.mark.parametrize("strict", [[], ["--strict"]])
def test_saturate_that_finds_no_rate_exits_1(bench, serve, strict, form):
    server = serve(lambda: servers.Delayed(0.02))
    run = bench("saturate", "-p", server.port, "-t", "set", "-c", 4, "--trial", "200ms", "--idle", "0s", "--slo", "p50=1ms",
                *strict, *form, timeout=120)
    assert run.rc == 1, run
    assert re.search("hkv-bench saturate: SET: (no rate passes|disturbed)", run.err), run


@pytest.mark.parametrize("words", [["saturate", "--slo", "p99=1ms"], ["sweep", "clients"], []])
@pytest.mark.parametrize("tests", ["", ","])
def test_an_empty_list_of_tests_is_refused(bench, serve, words, tests):
    run = bench(*words, "-p", serve(servers.Server).port, "-t", tests)
    assert run.rc == 2 and "-t: expected names of tests" in run.err and run.out == "", run
