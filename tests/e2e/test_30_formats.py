# SPDX-License-Identifier: MIT
"""What is printed, and where: the forms that scripts parse, and JSON on every path."""

import base64
import os
import pty
import re
import shutil
import signal
import subprocess
import time
import zlib

import pytest

import formats
import servers
from resp_client import encode
from waiting import until

REQUESTS = {"SET": encode("SET", "key:__rand_int__", "VXK"), "GET": encode("GET", "key:__rand_int__")}
OLD_NAMES = ["redis-benchmark", "valkey-benchmark"]


def quick(redis, *args):
    return ("-p", redis.port, "-t", "set,get", "-r", 0, "-n", 1000, "-c", 7, *args)


def check_rates(rows):
    assert all(row["rps"] > 0 for row in rows), rows


def test_default_text(bench, redis):
    run = bench(*quick(redis, "-d", 30))
    assert run.rc == 0, run
    reports = formats.read_text(run.out)
    assert [r["title"] for r in reports] == ["SET", "GET"]
    for r in reports:
        assert (r["requests"], r["clients"], r["payload"], r["keepalive"]) == ("1000", "7", "30", "1")
        assert float(r["rps"]) > 0
        latency, = (text for name, text in r["lines"].items() if name.startswith("latency"))
        number = r"(\d[\d,]*(?:\.\d+)?)[*~]?"
        m = re.fullmatch(r" *avg N +min N +p50 N +p90 N +p99 N +p99.9 N +p99.99 N +max N".replace("N", number), latency)
        assert m, latency
        rising = [float(n.replace(",", "")) for n in m.groups()[1:]]
        assert rising == sorted(rising) and rising[0] <= float(m[1].replace(",", "")) <= rising[-1]
        assert re.fullmatch(r".*\d [kMG]?B/s sent, .*\d [kMG]?B/s received", r["lines"]["throughput"])
        assert "s/request" in r["lines"]["client cpu"]
    assert "hits" not in reports[0]["lines"]
    assert "1,000 of 1,000" in reports[1]["lines"]["hits"]


def test_default_text_names_what_was_changed(bench, redis):
    run = bench(*quick(redis, "-P", 8, "--threads", 2, "--warmup", "100ms"))
    assert run.rc == 0, run
    for report in formats.read_text(run.out):
        assert "8 requests per pipeline batch" in report["notes"]
        assert "threads: 2" in report["notes"]
        assert "warm-up: 0.1 seconds" in report["notes"]


def test_format_classic(bench, redis):
    run = bench(*quick(redis, "--format", "classic", "-d", 100))
    assert run.rc == 0, run
    reports = formats.read_classic(run.out)
    assert [r["title"] for r in reports] == ["SET", "GET"]
    for r in reports:
        assert (r["requests"], r["clients"], r["payload"], r["keepalive"]) == ("1000", "7", "100", "1")
        assert (r["multi"], r["threads"]) == ("no", None)
        assert r["percentiles"][0][0] == 0
        s = r["summary"]
        assert s["min"] <= s["p50"] <= s["p95"] <= s["p99"] <= s["max"] and s["min"] <= s["avg"] <= s["max"]
        assert float(r["rps"]) > 0


def test_classic_percentiles_halve_the_distance_to_100(bench, redis):
    run = bench("-p", redis.port, "-t", "set", "-n", 5000, "--format", "classic")
    steps = {round(100 - 100 / 2 ** i, 3) for i in range(40)} | {100.0}
    rows = formats.read_classic(run.out)[0]["percentiles"]
    assert all(percent in steps for percent, _, _ in rows), rows
    # Steps of 100 us, then of 1 ms.
    edges = [ms for _, ms, _ in formats.read_classic(run.out)[0]["cumulative"]]
    assert all(abs(ms * 10 - round(ms * 10)) < 0.1 for ms in edges), edges


def test_classic_threads(bench, redis):
    run = bench(*quick(redis, "--format", "classic", "--threads", 2))
    assert run.rc == 0, run
    assert {(r["multi"], r["threads"]) for r in formats.read_classic(run.out)} == {("yes", "2")}


def test_classic_own_command(bench, redis):
    run = bench("-p", redis.port, "-n", 100, "--format", "classic", "SET", "k:__rand_int__", "12345")
    assert run.rc == 0, run
    report, = formats.read_classic(run.out)
    assert report["title"] == "SET k:__rand_int__ 12345"
    wire = b"*3\r\n$3\r\nSET\r\n$14\r\nk:__rand_int__\r\n$5\r\n12345\r\n"
    assert report["payload"] == str(len(wire))


def test_quiet(bench, redis):
    run = bench(*quick(redis, "-q"))
    assert run.rc == 0, run
    rows = formats.read_quiet(run.out)
    assert [row["title"] for row in rows] == ["SET", "GET"]
    check_rates(rows)


def test_csv(bench, redis):
    run = bench(*quick(redis, "--csv"))
    assert run.rc == 0, run
    rows = formats.read_csv(run.out)
    assert [row["title"] for row in rows] == ["SET", "GET"]
    check_rates(rows)


@pytest.mark.skipif(not shutil.which("redis-benchmark"), reason="redis-benchmark is not installed")
def test_the_readers_accept_redis_benchmark_itself(redis):
    """The forms were written down from a description; this is what they describe."""
    def out(*args):
        argv = ["redis-benchmark", "-p", str(redis.port), "-t", "set,get", "-n", "2000", *args]
        text = subprocess.run(argv, capture_output=True, timeout=60, check=True).stdout.decode()
        return re.sub(r"[^\n]*\r(?!\n)", "", text)
    assert len(formats.read_classic(out())) == 2
    assert len(formats.read_quiet(out("-q"))) == 2
    assert len(formats.read_csv(out("--csv"))) == 2


@pytest.mark.parametrize("name", OLD_NAMES)
def test_old_names_have_the_old_defaults(bench, redis, name):
    run = bench("-p", redis.port, "-t", "set,get", "-n", 500, name=name)
    assert run.rc == 0, run
    assert len(formats.read_classic(run.out)) == 2
    assert run.said == ""
    assert redis.client.call("KEYS", "*") == [b"key:__rand_int__"]


def test_compat_is_the_same(bench, redis):
    run = bench("--compat", "-p", redis.port, "-t", "set,get", "-n", 500)
    assert run.rc == 0, run
    assert len(formats.read_classic(run.out)) == 2
    assert run.said == ""
    assert redis.client.call("KEYS", "*") == [b"key:__rand_int__"]


@pytest.mark.parametrize("args,reader", [(["-q"], formats.read_quiet), (["--csv"], formats.read_csv)])
def test_old_name_with_the_short_forms(bench, redis, args, reader):
    run = bench("-p", redis.port, "-t", "get", "-n", 500, "-r", 1000, *args, name="redis-benchmark")
    assert run.rc == 0, run
    assert len(reader(run.out)) == 1
    assert run.said == ""


@pytest.mark.parametrize("args", [[], ["-q"], ["--csv"], ["--format", "classic"], ["--json", "-"]])
def test_no_terminal_no_decoration(bench, redis, args):
    run = bench("-p", redis.port, "-t", "set", "--duration", 1, *args)
    assert run.rc == 0, run
    assert "\r" not in run.out + run.err
    assert "\x1b" not in run.out + run.err
    assert run.said == ""


def on_a_terminal(bench, *args, env=None, name=None):
    """What a run prints to stdout (a pipe) and to stderr (a terminal)."""
    ours, theirs = pty.openpty()
    proc = subprocess.Popen([bench.path(name), *map(str, args)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=theirs, env=env)
    os.close(theirs)
    try:
        out, _ = proc.communicate(timeout=30)
    finally:
        proc.kill()
    shown = b""
    while True:
        try:
            more = os.read(ours, 65536)
        except OSError:
            break
        if not more:
            break
        shown += more
    os.close(ours)
    return out, shown


def test_progress_is_shown_on_a_terminal_only(bench, redis):
    out, shown = on_a_terminal(bench, "-p", redis.port, "-t", "set", "--duration", 1)
    assert b"\r" not in out and b"\x1b" not in out
    assert shown.count(b"\r") >= 2
    assert len(formats.read_text(out.decode())) == 1


def test_a_run_of_which_nobody_says_when_it_ends(bench, embedded):
    """By our own name it is long enough not to be called too short, and by the old names as those tools'."""
    run = bench("-p", embedded.port, "-t", "ping_mbulk", "-c", 1, by_default=True)
    report, = formats.read_text(run.out)
    assert run.rc == 0 and float(report["seconds"]) >= 5 and "not representative" not in run.out, run


# Nothing is answered before it is due: a mean above what was offered counts from a later start than the phase's own.
def test_the_live_rate_counts_from_the_start_of_its_phase(bench, redis):
    _, shown = on_a_terminal(bench, "-p", redis.port, "-t", "set", "--rate", 2000, "--arrival", "constant",
                             "--warmup", "1100ms", "--duration", "1600ms")
    for phase in (rb"warm-up", rb"measuring"):
        rates = re.findall(phase + rb", ([\d,]+) req(?:uests)?/s(?: \(mean ([\d,]+)\))?", shown)
        means = [int((mean or now).replace(b",", b"")) for now, mean in rates]
        assert means and all(0 < mean <= 2100 for mean in means), shown
    assert b"(mean " in shown


def test_no_color(bench, redis):
    env = {**os.environ, "NO_COLOR": "1", "TERM": "xterm"}
    _, shown = on_a_terminal(bench, "-p", redis.port, "-t", "set", "--duration", 1, env=env)
    assert not re.search(rb"\x1b\[[\d;]*m", shown)


@pytest.mark.parametrize("name", OLD_NAMES)
def test_an_old_name_is_quiet_on_a_terminal_too(bench, redis, name):
    _, shown = on_a_terminal(bench, "-p", redis.port, "-t", "set", "-n", 20000, name=name)
    assert shown == b""


# JSON

def test_json_file(bench, redis, tmp_path):
    path = tmp_path / "run.json"
    run = bench(*quick(redis, "--json", path))
    assert run.rc == 0, run
    assert len(formats.read_text(run.out)) == 2
    doc = formats.read_json(path.read_text())
    assert [t["title"] for t in doc["tests"]] == ["SET", "GET"]
    assert doc["exit_code"] == 0
    assert all(t["counts"]["answered"] == 1000 for t in doc["tests"])


def test_json_to_stdout_is_all_of_stdout(bench, redis):
    run = bench(*quick(redis, "--json", "-"))
    assert run.rc == 0, run
    doc = formats.read_json(run.out)
    assert len(doc["tests"]) == 2
    assert run.out.endswith("}\n")


def test_json_histogram_is_v2_compressed(bench, redis):
    run = bench(*quick(redis, "--json", "-"))
    for test in formats.read_json(run.out)["tests"]:
        raw = base64.b64decode(test["latency_ns"]["histogram"], validate=True)
        assert raw[:4] == bytes.fromhex("1c849314")
        inner = zlib.decompress(raw[8:])
        assert inner[:4] == bytes.fromhex("1c849313")


def test_json_of_errors_only(bench, redis):
    redis.client.call("SET", "mylist", "no list")
    run = bench("-p", redis.port, "-t", "lpush", "-n", 50, "--json", "-")
    assert run.rc == 1, run
    doc = formats.read_json(run.out)
    counts = formats.only(doc)["counts"]
    assert (counts["answered"], counts["ok"], counts["errors"]) == (50, 0, 50)
    assert doc["exit_code"] == 1


def test_json_of_no_answers(bench, serve):
    server = serve(servers.Silent)
    run = bench("-p", server.port, "-t", "set", "-n", 50, "-c", 2, "--grace", "500ms", "--json", "-")
    assert run.rc not in (0, None), run
    doc = formats.read_json(run.out)
    counts = formats.only(doc)["counts"]
    assert (counts["answered"], counts["unfinished"]) == (0, counts["sent"])
    assert doc["exit_code"] == run.rc


@pytest.mark.parametrize("load", [("-c", 50), ("-c", 50, "--rate", 500), ("-c", 8, "-P", 16)])
def test_what_was_in_flight_at_an_interrupt_is_no_lower_bound(bench, redis, tmp_path, load):
    run = bench.start("-p", redis.port, "-t", "set", "-n", "1G", *load, "--json", tmp_path / "doc.json")
    until(lambda: redis.calls().get("set", 0) > 1000)
    run.signal(signal.SIGINT)
    assert run.rc == 130, run
    assert ">=" not in run.out, run
    test = formats.only(formats.read_json((tmp_path / "doc.json").read_text()))
    assert not any(x["at_least"] for x in test["latency_ns"]["intervals"].values())
    assert test["counts"]["in_flight"] == test["counts"]["unfinished"]


def test_an_interrupt_does_not_hide_a_server_that_had_stopped(bench, redis):
    """Answers that came soon after one another, and then none."""
    run = bench.start("-p", redis.port, "-c", 8, "-n", "1G", "--grace", "60s", "--json", "-", "BLPOP", "nobody", "0")
    blocked = lambda: "blocked_clients:8" in redis.client.call("INFO", "clients").decode()
    until(blocked)
    for _ in range(100):
        redis.client.call("RPUSH", "nobody", "x")
    until(blocked)
    time.sleep(1)
    run.signal(signal.SIGINT)
    assert run.rc == 130, run
    counts = formats.only(formats.read_json(run.out))["counts"]
    assert counts["in_flight"] == 0 and counts["unfinished"] == 8


def test_json_of_an_interrupted_run(bench, redis):
    run = bench.start("-p", redis.port, "-t", "set", "-n", "1G", "--json", "-")
    until(lambda: redis.calls().get("set", 0) > 100)
    run.signal(signal.SIGINT)
    assert run.rc == 130, run
    doc = formats.read_json(run.out)
    assert doc["exit_code"] == 130
    assert formats.only(doc)["counts"]["answered"] > 100


def test_json_with_hostile_arguments(bench, redis):
    run = bench("-p", redis.port, "-n", 3, "--json", "-", "SET", 'k"\\\x01\x7f', b"v\xff\xfe\n".decode("latin-1"))
    assert run.rc == 0, run
    assert 'k"\\\x01' in formats.only(formats.read_json(run.out))["title"]


def test_json_with_bytes_that_are_no_text(bench, redis):
    argv = [bench.path(), "-p", str(redis.port), "-n", "3", "--json", "-", "SET", "k", b"v\xff\xfe"]
    run = subprocess.run(argv, capture_output=True, timeout=30)
    assert run.returncode == 0, run
    formats.read_json(run.stdout.decode("utf-8"))


def test_json_file_that_cannot_be_written(bench, redis, tmp_path):
    run = bench(*quick(redis, "--json", tmp_path / "no" / "such" / "folder.json"))
    assert run.rc not in (0, None), run
    assert "folder.json" in run.err
    assert redis.calls() == {}, "it should be known before the load"


def test_json_environment_and_configuration(bench, redis):
    run = bench(*quick(redis, "-P", 3, "--seed", 99, "--threads", 2, "--json", "-"))
    doc = formats.read_json(run.out)
    assert doc["schema_version"] == 1
    assert doc["config"]["seed"] == "99"
    assert doc["server"]["name"] == "redis"
    assert all(doc["environment"][name] for name in ("cpu", "kernel", "clocksource"))
    for test in doc["tests"]:
        config = test["config"]
        assert (config["requests"], config["clients"], config["threads"], config["pipeline"]) == (1000, 7, 2, 3)
        assert config["keyspace"] == 0 and config["keepalive"] is True
        assert test["rps"] > 0 and test["seconds"] > 0
        assert test["bytes"]["sent"] == 1000 * len(REQUESTS[test["title"]])
        assert sum(thread["answered"] for thread in test["threads"]) == 1000
        assert sum(thread["clients"] for thread in test["threads"]) == 7


def test_a_full_disk_is_told(bench, redis):
    if not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full")
    with open("/dev/full", "wb") as full:
        proc = subprocess.run([bench.path(), "-p", str(redis.port), "-t", "set", "-n", "10"], stdout=full,
                              stderr=subprocess.PIPE, timeout=30)
    assert proc.returncode != 0
    assert proc.stderr


def test_help_and_version(bench):
    assert bench("--help", name="redis-benchmark").out.startswith("Usage: redis-benchmark ")
    assert len(bench("--help").out.splitlines()) <= 75
    run = bench("--help", "all")
    assert run.rc == 0 and run.said == "", run
    options = set(re.findall(r"(?<![\w-])--?[a-zA-Z][\w-]*", run.out))
    wanted = set("-h -p -s -a --user -u -c -n -d --dbnum -r -P -q --precision --csv -l -t -I -x -k --seed -e --threads "
                 "--help -v --version --rps --duration --warmup --sequential --pipeline-mode --prefill --no-probe "
                 "--grace --format --json --compat --embedded".split())
    assert wanted <= options, wanted - options
    for flag in ("-v", "--version"):
        run = bench(flag)
        assert run.rc == 0 and run.said == "", run
        assert run.out.startswith("hkv-bench ")
