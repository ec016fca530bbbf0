# SPDX-License-Identifier: MIT
"""`hkv-bench saturate` and `hkv-bench sweep` from the command line to the report. Whether what they find is right is
tests/truth's to ask."""

import csv
import io
import json
import os
import re
import signal

import pytest

import formats
from conftest import free_port
from waiting import until

QUICK = ("--trial", "100ms", "--idle", "0", "-t", "ping_mbulk", "-c", 8)


@pytest.fixture
def server(bench):
    """server(options): the port of an embedded server."""
    def start(*options):
        run = bench.start("serve", "-p", 0, *options)
        return int(re.search(r":(\d+)$", run.proc.stdout.readline().decode().strip())[1])
    return start


def read(text):
    return json.loads(text, parse_constant=formats.refuse_constant, object_pairs_hook=formats.strict_object)


def test_no_trial_begins_beyond_the_budget(bench, server):
    run = bench("saturate", "-p", server("--capacity", "2000/s"), *QUICK, "--slo", "p90=8ms", "--budget", "50ms", "--json", "-")
    test, = read(run.out)["tests"]
    assert test["end"] == "budget" and len(test["trials"]) == 1
    assert run.rc == (0 if test["passes"] else 1), run
    assert "not finished within --budget" in test["verdict"]


def test_saturate_reports_its_trials(bench, server, tmp_path):
    run = bench("saturate", "-p", server("--capacity", "2000/s"), *QUICK, "--slo", "p90=8ms,p95=10ms", "--json", "-",
                "--save", tmp_path / "h.db", "--tag", "v=1", timeout=200)
    if run.rc == 1 and read(run.out)["tests"][0]["end"] == "disturbed":
        pytest.skip("the machine is too busy to search here, and the search says so")
    assert run.rc == 0, run
    assert re.search("PING_MBULK: trials of 0.1 to 1 s, estimated 1[12]s", run.err)
    doc = read(run.out)
    assert doc["kind"] == "saturate" and doc["server"]["name"]
    test, = doc["tests"]
    assert [limit["quantile"] for limit in test["slo"]] == ["p90", "p95"]
    assert test["end"] in ("found", "client-ceiling", "unsteady", "budget")
    assert len(test["trials"]) > 4
    for trial in test["trials"]:
        assert trial["outcome"] in ("pass", "fail", "void")
        for late in trial["late"]:
            assert 0 <= late["low"] <= late["share"] <= late["high"] <= 1
        assert trial["lead_s"] >= 0.05
        if trial["outcome"] == "pass":
            assert not trial["ended_early"]
            assert all(late["share"] <= late["allowed"] * 1.0001 for late in trial["late"])
    assert test["trials"][0]["rate"] == pytest.approx(test["closed_loop_rps"] / 10)
    if test["end"] == "found":
        assert test["low"] <= test["capacity_rps"] <= test["high"] and test["bound_by"] in ("p90", "p95")
    else:
        assert test["capacity_rps"] == (test["passes"] if test["at_least"] else test["capacity_rps"])
    check_kept(bench, tmp_path / "h.db", doc)


def check_kept(bench, db, doc):
    """The search that doc tells of is run 1 of the history."""
    assert read(bench("history", db, "export", 1).out) == doc
    series, = read(bench("history", db, "trend", "--metric", "ping_mbulk.capacity", "--tag", "v", "--json").out)["series"]
    assert [point["value"] for point in series["points"]] == [doc["tests"][0]["capacity_rps"]]
    assert doc["tests"][0]["verdict"] in bench("history", db, "show", 1).out
    run = bench("compare", "a=h:1", "--baseline", f"{db}:1")
    assert run.rc == 2 and "run 1 of" in run.err and "is a saturate" in run.err, run


def test_each_promise_has_a_bound_of_its_own(bench, server, tmp_path):
    """Each is told beside the other; the first stands where one promise would, and is what the history keeps."""
    run = bench("saturate", "-p", server("--capacity", "2000/s"), *QUICK, "--slo", "p90=8ms", "--slo", "p95=10ms",
                "--json", "-", "--save", tmp_path / "h.db", "--html", tmp_path / "page.html", "--tag", "v=1", timeout=300)
    assert run.rc in (0, 1), run  # 1: the machine is too busy for one of them
    assert re.search("PING_MBULK: trials of 0.1 to 1 s, estimated 2[34]s", run.err)
    doc = read(run.out)
    test, = doc["tests"]
    assert [[limit["quantile"] for limit in promise["slo"]] for promise in test["promises"]] == [["p90"], ["p95"]]
    assert all(test[key] == value for key, value in test["promises"][0].items())
    assert run.rc == 1 or all(promise["passes"] for promise in test["promises"])
    assert (run.rc == 1) == any(f"p{q} within" in run.err for q in (90, 95))
    for trial in test["trials"]:
        assert sum(promise["asked"] for promise in trial["promises"]) == 1
        assert (trial["promises"][0]["outcome"], trial["promises"][0]["late"]) == (trial["outcome"], trial["late"])
        assert [promise["late"][0]["allowed"] for promise in trial["promises"]] == pytest.approx([0.1, 0.05])
        assert trial["lead_s"] >= 0.05  # by the longest limit of all
    assert test["promises"][1]["slo"] == read(bench("history", tmp_path / "h.db", "export", 1).out)["tests"][0]["promises"][1]["slo"]


def test_a_promise_may_be_for_one_command(bench, redis):
    """BLPOP waits 100 ms each time, while GET is answered at once: every BLPOP breaks 50 ms, whatever the rate."""
    run = bench("saturate", "-p", redis.port, "--command", "GET x", "--command", "BLPOP nothing 0.1", "-c", 64, "--trial", "500ms",
                "--idle", "0", "--slo", "blpop.p50=50ms", "--slo", "get.p50=50ms", "--slo", "p90=50ms", "--budget", "600ms", "--no-calibration",
                "--json", "-", timeout=60)
    assert run.rc == 1, run
    test, = read(run.out)["tests"]
    assert [promise["slo"][0].get("command") for promise in test["promises"]] == ["blpop", "get", None]
    shares = [[promise["late"][0]["share"] for promise in trial["promises"]] for trial in test["trials"]]
    assert all(blpop == 1 and get <= both <= blpop for blpop, get, both in shares), shares
    assert min(get for _, get, _ in shares) < 1, shares
    assert test["passes"] is None and test["bound_by"] is None


def test_a_sweep_has_a_row_for_each_command(bench, redis):
    run = bench("sweep", "clients", "-p", redis.port, "--mix", "set:1,get:9", "--points", "1,2", "--passes", 1, "--trial", "100ms", "--idle", "0")
    assert run.rc == 0, run
    rows = re.findall(r"^ +(1|2|set|get)  +(?:1  +)?([\d,.]+)  ", run.out, re.M)
    assert [name for name, _ in rows] == ["1", "set", "get", "2", "set", "get"], run.out
    rates = [float(rate.replace(",", "")) for _, rate in rows]
    assert rates[0] == pytest.approx(rates[1] + rates[2], rel=0.01) and rates[3] == pytest.approx(rates[4] + rates[5], rel=0.01)


def test_each_point_of_a_sweep_is_held_against_assertions(bench, server):
    words = ("sweep", "clients", "-p", server("--delay", "5ms"), "--mix", "set:1,get:1", "--points", "1,2", "--passes", 1, "--trial", "150ms",
             "--idle", 0)
    run = bench(*words, "--assert", "get.p50>5ms", "--assert", "errors==0")
    assert run.rc == 0 and "  => all 4 assertions hold\n" in run.out, run
    run = bench(*words, "--assert", "get.p50<4ms", "--assert", "errors==0")
    assert run.rc == 10 and run.out.count("FAIL  get.p50<4ms (get: ") == 2 and "  => 2 of 4 assertions failed\n" in run.out, run
    assert "2 of 4 assertions failed" in run.err
    run = bench(*words, "--assert", "get.p50<4ms", "--json", "-")
    points = read(run.out)["tests"][0]["points"]
    assert run.rc == 10 and [[a["held"] for a in point["assertions"]] for point in points] == [[False], [False]]
    assert all(a["test"] == "get" and a["value"] >= 5e6 and a["assertion"] == "get.p50<4ms" for point in points for a in point["assertions"])


def test_a_sweep_is_kept(bench, server, tmp_path):
    db = tmp_path / "h.db"
    run = bench("sweep", "clients", "-p", server(), *QUICK[:-2], "--points", "1,2", "--passes", 1, "--save", db)
    assert run.rc == 0, run
    run, = read(bench("history", db, "list", "--json").out)["runs"]
    assert (run["kind"], run["tests"]) == ("sweep", ["ping_mbulk"])


def test_saturate_as_text(bench, server):
    """Nothing holds: each answer comes 20 ms late, and 1 ms is asked for. A client that is late itself says so."""
    run = bench("saturate", "-p", server("--delay", "20ms"), *QUICK, "--slo", "p50=1ms", timeout=120)
    assert run.rc == 1, run
    assert re.search("=> (no rate passes|disturbed)", run.out) and "p50 within 1 ms" in run.out


def test_saturate_that_is_interrupted_tells_what_it_has(bench, server, tmp_path):
    out = tmp_path / "saturate.json"
    run = bench.start("saturate", "-p", server("--capacity", "500/s"), "-t", "ping_mbulk", "--slo", "p99=50ms",
                      "--trial", "1s", "--json", out)
    until(lambda: os.path.exists(out))
    run.signal(signal.SIGINT)
    assert run.rc == 130, run
    doc = read(out.read_text())
    assert doc["interrupted"] and doc["tests"][0]["end"] == "interrupted"


@pytest.mark.parametrize("words, says", [
    (("saturate",), "--slo p99=1ms"),
    (("saturate", "--slo", "p98=1ms"), "p99=1ms,p99.9=5ms"),
    (("saturate", "--slo", "p99"), "p99=1ms,p99.9=5ms"),
    (("saturate", "--slo", "p99=0"), "p99=1ms,p99.9=5ms"),
    (("saturate", "--slo", "p99=1ms,"), "p99=1ms,p99.9=5ms"),
    (("saturate", "--slo", "p99=1ms", "--slo", "p98=1ms"), "p99=1ms,p99.9=5ms"),
    (("saturate", "--slo", "set.p99=1ms"), "--slo: set is not among the tests of -t: add it there"),
    (("saturate", "--slo", "get.p99=1ms", "-t", "set,get"), "--slo: get.p99 is for one test, and there are several"),
    (("saturate", "--slo", "incr.p99=1ms", "--mix", "set,get"), "--slo: incr is not in the mix: its commands are called set, get"),
    (("compare", "a=h:1", "b=h:2", "--slo", "incr.p99=1ms", "--mix", "set,get"), "--slo: incr is not in the mix"),
    (("saturate", "--slo", "p99=1ms,p90=1ms", "--slo", "p90=1000us,p99=1ms"), "--slo: p90=1000us,p99=1ms is given twice"),
    (("saturate", *(word for i in range(1, 6) for word in ("--slo", f"p99={i}ms"))), "--slo: expected up to 4 promises, got 5"),
    (("saturate", "--slo", "p99=1ms", "--slo", "p99.9=100ms", "--trial", "300ms"), "--trial: expected at least 1s"),
    (("compare", "a=h:1", "b=h:2", "--slo", "p99=1ms", "--slo", "p99=2ms"), "--slo: compare takes one promise, got 2"),
    (("saturate", "--slo", "p99=1ms", "--rate", 5), "leave out --rate"),
    (("saturate", "--slo", "p99=1ms", "-n", 5), "--trial"),
    (("saturate", "--slo", "p99=100ms", "--trial", "300ms"), "--trial: expected at least 1s, because a shorter trial cannot"),
    (("saturate", "--slo", "p99=1ms", "--trial", "50ms"), "--trial: expected at least 0.1s"),
    (("compare", "a=h:1", "b=h:2", "--slo", "p99=100ms", "--slot", "1s"), "--slot: expected at least 3s"),
    (("saturate", "--slo", "p99=1ms", "--csv"), "--csv"),
    (("saturate", "--slo", "p99=1ms", "-t", "gett"), "gett"),
    (("saturate", "--slo", "p99=1ms", "--nonsense"), "--nonsense"),
    (("saturate", "--slo", "p99=1ms", "--version"), "--version stands alone"),
    (("saturate", "--slo", "p99=1ms", "--json"), "--json: expected a value"),
    (("sweep", "clients", "-v"), "--version stands alone"),
    (("saturate", "--slo", "p99=1ms", "--assert", "p99<1ms"), "--assert belongs to a plain run and to sweep: in saturate give the limits to --slo"),
    (("sweep", "clients", "--assert", "p99<1ms", "--junit", "x.xml"), "--junit belongs to a plain run"),
    (("sweep", "clients", "--assert", "incr.p99<1ms", "--mix", "set,get"), "--assert: incr is not in the mix"),
    (("sweep",), "sweep clients"),
    (("sweep", "weight"), "sweep clients"),
    (("sweep", "clients", "--points", "1,x"), "1..64"),
    (("sweep", "clients", "--points", "8..1"), "1..64"),
    (("sweep", "clients", "--points", "0"), "1..64"),
    (("sweep", "rate", "--rate", 5), "--points"),
    (("sweep", "size", "--duration", 5), "--trial"),
    (("sweep", "size", "-q"), "-q"),
    (("sweep", "size", "--value-size", "100-500"), "leave out --value-size"),
    (("sweep", "size", "--value-size=100"), "leave out --value-size"),
    (("sweep", "size", "-l"), "-l"),
])
def test_a_wrong_line_is_told_what_is_right(bench, words, says):
    run = bench(*words, timeout=20)
    assert run.rc == 2, run
    assert says in run.err and len(run.err.splitlines()) == 1 and run.out == ""


@pytest.mark.parametrize("words", [("saturate", "--help"), ("sweep", "--help"), ("sweep", "rate", "--help")])
def test_help(bench, words):
    run = bench(*words, timeout=20)
    assert run.rc == 0 and run.err == "" and run.out.startswith("Usage: hkv-bench " + words[0])


def test_trials_too_short_for_the_servers_speed_are_refused(bench, server):
    """At 200/s two requests of a second may be late by p99: what passes is chance. Known once the closed loop ran."""
    run = bench("saturate", "-p", server("--capacity", "200/s"), "-t", "ping_mbulk", "--slo", "p99=50ms", "--trial", "1s",
                timeout=60)
    assert run.rc == 2, run
    least_s = re.search(r"--trial: expected at least ([\d.]+)s, because at this server's speed", run.err)
    assert least_s and float(least_s[1]) >= 2.5, run  # the slower it was found, the longer


def test_no_server(bench):
    closed_port = free_port()
    for words in ("saturate", "--slo", "p99=1ms"), ("sweep", "clients"):
        run = bench(*words, "-p", closed_port, timeout=20)
        assert run.rc == 3 and str(closed_port) in run.err, run


@pytest.mark.parametrize("kind, points", [("clients", "1..8"), ("pipeline", "1,4"), ("size", "3,1Ki"),
                                          ("keys", "10,1k"), ("rate", "200,400")])
def test_sweep_measures_each_point_in_each_pass(bench, server, kind, points):
    run = bench("sweep", kind, "-p", server(), "-t", "set", "-c", 8, "--points", points, "--trial", "100ms", "--idle",
                "0", "--json", "-", timeout=60)
    assert run.rc == 0, run
    doc = read(run.out)
    test, = doc["tests"]
    expected = {"1..8": [1, 2, 4, 8], "1,4": [1, 4], "3,1Ki": [3, 1024], "10,1k": [10, 1000],
                "200,400": [200, 400]}[points]
    assert [(p["value"], p["pass"]) for p in test["points"]] == [(x, n) for x in expected for n in (1, 2)]
    assert sorted(p["order"] for p in test["points"]) == list(range(1, 2 * len(expected) + 1))
    assert all(p["answered"] > 0 and p["errors"] == 0 for p in test["points"])
    assert test["by"] == kind
    assert test["usl"] is None # too few points
    if kind != "rate":
        assert test["knee"] is None


def test_sweep_repeats_its_order_with_its_seed(bench, server):
    port = server()
    def order(seed):
        run = bench("sweep", "clients", "-p", port, "-t", "ping_mbulk", "--points", "1..32", "--trial", "100ms", "--idle",
                    "0", "--seed", seed, "--json", "-", timeout=60)
        return [p["order"] for p in read(run.out)["tests"][0]["points"]]
    first = order(7)
    assert first == order(7)
    assert first != order(8) or first != order(9)


def test_sweep_as_csv_and_text(bench, server):
    words = ("sweep", "clients", "-p", server("--capacity", "2000/s"), "-t", "ping_mbulk", "--points", "1..32", "--trial",
             "100ms", "--idle", "0")
    run = bench(*words, "--csv", timeout=60)
    rows = list(csv.DictReader(io.StringIO(run.out)))
    assert run.rc == 0 and len(rows) == 12 and {row["value"] for row in rows} == {"1", "2", "4", "8", "16", "32"}
    run = bench(*words, timeout=60)
    assert run.rc == 0 and "PING_MBULK, by clients" in run.out
    assert "Universal Scalability Law (approximate" in run.out or "no scalability fit" in run.out


def test_a_newcomer_finds_them(bench):
    text = bench("--help").out
    assert "hkv-bench saturate" in text and "hkv-bench sweep" in text and "hkv-bench compare" in text
