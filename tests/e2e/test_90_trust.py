# SPDX-License-Identifier: MIT
"""What a run says about itself: the open loop, the series, intervals, doubts, and the files for other tools."""

import json
import os
import subprocess
import sys

import pytest

import formats
import histogram
from conftest import ENGINE, ROOT, Embedded

DEPS = os.environ.get("HKV_DEPS") or os.path.join(
    os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "hkv-bench")


def measure(bench, redis, *options, rc=0):
    run = bench("-p", redis.port, *options, "--json", "-")
    assert run.rc == rc, run
    return formats.read_json(run.out)


def test_the_loops_are_labelled(bench, redis):
    closed = bench("-p", redis.port, "-t", "ping_mbulk", "-n", 1000, "-c", 7, "-P", 4)
    assert "\n  closed loop, 28 requests in flight\n" in closed.out
    opened = bench("-p", redis.port, "-t", "ping_mbulk", "-n", 500, "--rate", 2000)
    assert "\n  open loop, 2,000 req/s offered (poisson), latency from the scheduled send time\n" in opened.out
    report = formats.read_text(opened.out)[0]["lines"]
    assert report["load"] == "500 requests scheduled, 100.00% completed"
    assert report["bottleneck"].split(" (")[0] in ("offered load", "client")


@pytest.mark.parametrize("threads", [1, 3])
def test_the_open_loop_in_json(bench, redis, threads):
    test = formats.only(measure(bench, redis, "-t", "get", "--rate", 3000, "--duration", "1s", "--threads", threads))
    assert (test["config"]["loop"], test["config"]["rate"], test["config"]["arrival"]) == ("open", 3000, "poisson")
    assert test["kept"] == 1
    assert abs(test["counts"]["due"] - 3000) < 5 * 3000 ** 0.5
    for name in ("service_ns", "lag_ns", "wait_ns"):
        part = test[name]
        values = [part[q] for q in ("min", "p50", "p90", "p99", "p99_9", "max")]
        assert values == sorted(values) and values[0] > 0
    assert test["latency_ns"]["max"] >= test["service_ns"]["min"]
    assert abs(test["checks"]["little_error"]) < 0.05


def test_the_time_awake_is_that_of_the_window(bench, redis):
    """Not that of the warm-up too: else it is more than all the CPU, and the client's work comes out negative."""
    test = formats.only(measure(bench, redis, "-t", "get", "--rate", 2000, "--warmup", "2s", "--duration", "1s"))
    thread, = test["threads"]
    assert 0 < thread["spun_s"] <= thread["user_s"] + thread["system_s"] + thread["queued_s"] + 0.2
    assert test["finding"]["client_busy"] > 0


def test_the_closed_loop_has_no_parts(bench, redis):
    test = formats.only(measure(bench, redis, "-t", "get", "-n", 1000))
    assert (test["config"]["loop"], test["config"]["rate"], test["kept"]) == ("closed", None, None)
    assert (test["service_ns"], test["lag_ns"], test["wait_ns"]) == (None, None, None)


def test_one_request_a_second_over_many_connections(bench, redis):
    test = formats.only(measure(bench, redis, "-t", "ping_mbulk", "--rate", 1, "--arrival", "constant", "-c", 100,
                                "--duration", "3s"))
    assert test["counts"]["ok"] == 3
    assert [row["ok"] for row in test["series"]] == [1, 1, 1]


def test_a_rate_below_one(bench, redis):
    test = formats.only(measure(bench, redis, "-t", "ping_mbulk", "--rate", 0.5, "--arrival", "constant",
                                "--duration", "3s"))
    assert test["counts"]["ok"] == 2


def test_batches_in_the_open_loop(bench, redis):
    """A batch is due as one: the rate counts requests."""
    test = formats.only(measure(bench, redis, "-t", "ping_mbulk", "--rate", 16000, "--arrival", "constant", "-P", 16,
                                "--duration", "1s"))
    assert test["counts"]["due"] == 16000
    assert redis.calls() == {"ping": 16000}


def test_the_ramp_is_warm_up(bench, redis):
    doc = measure(bench, redis, "-t", "ping_mbulk", "--rate", 2000, "--arrival", "constant", "--ramp", "1s",
                  "--duration", "1s", "--interval", "500ms")
    test = formats.only(doc)
    warm = [row["due"] for row in test["series"] if row["phase"] == "warmup"]
    assert test["config"]["warmup_s"] == test["config"]["ramp_s"] == 1
    assert test["counts"]["due"] == 2000
    assert abs(warm[0] - 250) <= 2 and abs(sum(warm) - 1000) <= 2


def test_series_file(bench, redis, tmp_path):
    file = tmp_path / "series.csv"
    doc = measure(bench, redis, "-t", "set,get", "--duration", "1200ms", "--warmup", "300ms", "--interval", "250ms",
                  "--threads", 2, "--series", file)
    rows = formats.read_series(file.read_text())
    for test in doc["tests"]:
        mine = [row for row in rows if row["test"] == test["test"]]
        measured = [row for row in mine if row["phase"] == "measure"]
        assert [row["phase"] for row in mine].count("warmup") in (1, 2)
        assert len(measured) >= 5
        assert all(int(row["due"]) == 0 for row in measured[5:])  # the last answers, where they took longer
        for name in ("due", "sent", "ok", "errors"):
            assert sum(int(row[name]) for row in measured) == test["counts"][name]
        assert [int(row["ok"]) for row in mine] == [row["ok"] for row in test["series"]]


def test_series_on_standard_output(bench, redis):
    run = bench("-p", redis.port, "-t", "set", "-n", 1000, "--series", "-")
    assert run.rc == 0, run
    assert sum(int(row["ok"]) for row in formats.read_series(run.out)) == 1000


def test_intervals_hold_the_quantiles(bench, redis):
    test = formats.only(measure(bench, redis, "-t", "ping_mbulk", "-c", 4, "--duration", "3s"))
    latency = test["latency_ns"]
    for name in ("p50", "p90", "p99"):
        x = latency["intervals"][name]
        assert x["rows"] >= 10
        assert x["low"] <= latency[name]
        assert x["high"] is None or x["high"] >= latency[name]
        assert x["design_effect"] >= 0


def test_until_precise(bench, redis):
    """Ends by itself once p50 is known to 50 %, after 30 rows of 125 ms; or at the limit, and says so. The server is
    a queue of known law, so that answers differ by more than a busy machine adds."""
    server = Embedded("--service", "exp:1ms")
    try:
        doc = measure(bench, server, "-t", "ping_mbulk", "-c", 4, "--until-precise", "p50=50%", "--duration", "30s")
    finally:
        server.stop()
    test = formats.only(doc)
    assert 3.7 <= test["seconds"] < 29
    assert "not-precise" not in [d["name"] for d in test["doubts"]]
    test = formats.only(measure(bench, redis, "-t", "ping_mbulk", "-c", 4, "--until-precise", "p99.99=0.001%",
                                "--duration", "1s"))
    assert "not-precise" in [d["name"] for d in test["doubts"]]


@pytest.mark.parametrize("word", ["p98=5%", "0%", "100%", "five", "p99=", "=5%", "-5%", "5%%"])
def test_until_precise_refuses_rubbish(bench, word):
    run = bench("--until-precise", word)
    assert run.rc == 2 and run.err.count("\n") == 1 and "--until-precise: expected a percentage such as 5% or p99.9=10%" in run.err


def test_options_that_contradict(bench):
    for words, sentence in [(("--ramp", "1s"), "--ramp needs --rate: add it"),
                            (("--until-precise", "5%", "-n", 5), "-n and --until-precise both say"),
                            (("--interval", "50ms"), "100ms"),
                            (("--json", "-", "--series", "-", "-t", "ping", "-n", 1, "--engine", "null"), "one and the same file")]:
        run = bench(*words)
        assert run.rc == 2 and run.err.count("\n") == 1 and sentence in run.err, run


def test_strict_turns_doubts_into_an_exit_code(bench, redis):
    short = ("-p", redis.port, "-t", "set", "-n", 1000, "-r", 0)
    assert bench(*short).rc == 0
    assert bench(*short, "--strict").rc == 4
    assert bench("-p", redis.port, "--strict", "--duration", "1s", "nosuchcommand").rc == 1


def test_the_machine_is_described_at_both_ends(bench, redis):
    doc = measure(bench, redis, "-t", "set", "-n", 100)
    assert doc["environment"]["facts"]["kernel_build"] == doc["environment_end"]["facts"]["kernel_build"]
    assert isinstance(doc["environment_changes"], list)


def test_the_server_is_watched(bench, redis):
    test = formats.only(measure(bench, redis, "-t", "set", "--duration", "1s"))
    signals = test["signals"]
    assert signals["server_local"]
    assert 0 < signals["server_thread"] <= 1.05
    assert not signals["server_aof"] and not signals["server_saved"] and signals["server_evicted"] == 0
    assert signals["connections_sampled"] == 50
    busy = max(t["user_s"] + t["system_s"] - t["spun_s"] for t in test["threads"]) / test["seconds"]
    assert (signals["ceiling_rps"] is not None) == (busy >= 0.5)


def test_the_servers_own_count_is_ours(bench, redis):
    test = formats.only(measure(bench, redis, "-t", "set", "-n", 5000, "--no-calibration"))
    assert test["signals"]["server_commands"] == 5000
    assert test["signals"]["ceiling_rps"] is None


def test_persistence_is_doubted(bench, start_redis):
    server = start_redis("--appendonly", "yes", "--appendfsync", "no")
    test = formats.only(measure(bench, server, "-t", "set", "-n", 1000))
    assert "server-writes" in [d["name"] for d in test["doubts"]]


def test_evictions_are_doubted(bench, start_redis):
    server = start_redis("--maxmemory", "3mb", "--maxmemory-policy", "allkeys-random")
    test = formats.only(measure(bench, server, "-t", "set", "-n", 20000, "-d", 1000))
    assert test["signals"]["server_evicted"] > 0
    assert "evictions" in [d["name"] for d in test["doubts"]]


def test_no_probe_asks_nothing(bench, redis):
    signals = formats.only(measure(bench, redis, "-t", "set", "-n", 100, "--no-probe"))["signals"]
    assert redis.calls() == {"set": 100}
    told = {name: value for name, value in signals.items() if name.startswith("server_")}
    assert len(told) == 8 and set(told.values()) == {None}


def test_no_probe_claims_nothing_of_the_server(bench, redis):
    """A load that leaves both sides idle most of the time: nobody is at its end."""
    run = bench("-p", redis.port, "-t", "set", "-c", 1, "--duration", "500ms", "--no-probe", "--json", "-")
    assert run.rc == 0, run
    assert "server" not in formats.only(formats.read_json(run.out))["finding"]["why"]
    where = f"127.0.0.1:{redis.port}"
    both = bench("compare", f"a={where}", f"b={where}", "-t", "set", "--blocks", 2, "--slot", "100ms", "--no-probe",
                 "--json", "-")
    (test,) = json.loads(both.out)["tests"]
    slots = [slot for block in test["blocks"] for slot in block]
    assert slots and all(slot["server_cpu_s"] is None for slot in slots)
    assert test["comparisons"][0]["server_cpu_s_per_million"] is None


HOG = "while True: pass"


def test_a_server_that_others_keep_from_its_cpu(bench, start_redis):
    """Three busy loops have the server's CPU with it."""
    server, cpus = start_redis(), sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(server.proc.pid, {cpus[0]})
    hogs = [subprocess.Popen([sys.executable, "-c", HOG], preexec_fn=lambda: os.sched_setaffinity(0, {cpus[0]}))
            for _ in range(3)]
    try:
        run = bench("-p", server.port, "-t", "set", "-c", 50, "--duration", "3s", "--cpus", cpus[-1], "--json", "-")
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()
    assert run.rc == 0, run
    test = formats.only(formats.read_json(run.out))
    assert test["signals"]["server_queued"] > 0.3
    assert "not at its end" not in test["finding"]["why"]
    if test["finding"]["limited_by"] != "CLIENT":  # which other tests on this machine may have kept busy
        assert "runnable but not scheduled" in test["finding"]["why"]


def test_quickack_is_named(bench, redis):
    run = bench("-p", redis.port, "-t", "set", "-n", 1000, "-P", 8, "--quickack")
    assert run.rc == 0 and "\n  quickack: no delayed ACKs\n" in run.out


def test_wire_stamps(bench, redis):
    """A kernel begins with stamping a moment after it was asked to: the first samples may lack theirs."""
    load = ("-p", redis.port, "-t", "set", "--duration", "1s", "-c", 3)
    run = bench(*load, "--wire-ts=1/10", "--json", "-")
    test = formats.only(formats.read_json(run.out))
    wire, asked = test["wire"], test["counts"]["sent"] / 10
    assert 0.95 * asked <= wire["samples"] + wire["missed"] <= asked + 1
    assert wire["missed"] < wire["samples"]
    assert 0 < wire["client_share_p50"] < 1
    assert "samples" in formats.read_text(bench(*load, "--wire-ts").out)[0]["lines"]


def test_wire_stamps_that_none_came_of_are_told(bench, redis):
    """One request is one sample, which the kernel may not have stamped yet."""
    run = bench("-p", redis.port, "-t", "set", "-n", 1, "-c", 1, "--wire-ts")
    assert run.rc == 0 and formats.read_text(run.out)[0]["lines"]["samples"].startswith(("1, 0 missed;", "0, 1 missed:"))


def test_wire_stamps_need_tcp(bench, redis):
    run = bench("-s", redis.sock, "-n", 1, "--wire-ts")
    assert run.rc == 2 and "--wire-ts needs a TCP connection: leave out -s" in run.err
    run = bench("--engine", "null", "-n", 1, "--wire-ts")
    assert run.rc == 2 and "--wire-ts needs a TCP connection: leave out --engine null" in run.err


@pytest.mark.parametrize("load", [("-c", 1), ("-c", 40, "-P", 4), ("-c", 20, "--rate", 5000), ("-c", 3, "-k", 0)])
def test_each_run_tells_how_long_answers_lay_unread(bench, redis, load):
    run = bench("-p", redis.port, "-t", "set", "--duration", "1s", *load, "--json", "-")
    test = formats.only(formats.read_json(run.out))
    read = test["read_delay"]
    assert read["samples"] + read["missed"] >= test["counts"]["ok"] // 32
    assert 0 <= read["share_p50"] < 1 and 0 <= read["share_p99"] < 1
    assert read["delay_ns"]["max"] <= read["latency_ns"]["max"] <= 1.02 * test["latency_ns"]["max"]
    assert read["kernel_latency_ns"]["p50"] <= read["latency_ns"]["p50"]


def test_a_unix_socket_has_no_stamps(bench, redis):
    run = bench("-s", redis.sock, "-t", "set", "-n", 1000, "--json", "-")
    assert formats.only(formats.read_json(run.out))["read_delay"] is None


@pytest.mark.parametrize("word", ["--wire-ts=", "--wire-ts=1/0", "--wire-ts=2/3", "--wire-ts=1/2000000", "--wire-ts=64"])
def test_wire_stamps_refuse_rubbish(bench, word):
    run = bench(word, "-n", 1)
    assert run.rc == 2 and run.err.count("\n") == 1 and "--wire-ts" in run.err


def read_hlog(text):
    """{tag: [(start, length, encoded)]}"""
    lines = text.splitlines()
    assert lines[0] == "#[Histogram log format version 1.3]"
    assert lines[1].startswith("#[StartTime: ") and "(seconds since epoch)" in lines[1]
    assert lines[3] == '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"'
    found = {}
    for line in lines[4:]:
        tag, start, length, _, encoded = line.split(",")
        found.setdefault(tag.removeprefix("Tag="), []).append((float(start), float(length), encoded))
    return found


@pytest.fixture
def hdr_run(bench, redis, tmp_path):
    doc = measure(bench, redis, "-t", "set,get", "--duration", "1s", "--interval", "250ms", "--hdr", tmp_path / "run")
    return doc, tmp_path


def test_hdr_log_holds_every_latency(hdr_run):
    doc, folder = hdr_run
    log = read_hlog((folder / "run.hlog").read_text())
    assert list(log) == ["set", "get"]
    for test in doc["tests"]:
        rows = log[test["test"]]
        sums = {}
        for _, _, encoded in rows:
            for value, n in histogram.counts(encoded):
                sums[value] = sums.get(value, 0) + n
        assert sums == dict(histogram.counts(test["latency_ns"]["histogram"]))
        assert len(rows) in (4, 5)
    assert log["get"][0][0] >= log["set"][-1][0] + log["set"][-1][1]


def test_hgrm_is_what_plotters_read(hdr_run):
    doc, folder = hdr_run
    for test in doc["tests"]:
        lines = (folder / f"run.{test['test']}.hgrm").read_text().splitlines()
        assert lines[0].split() == ["Value", "Percentile", "TotalCount", "1/(1-Percentile)"]
        rows = [[float(n) for n in line.split()] for line in lines[2:-3]]
        assert rows == sorted(rows)
        assert rows[-1][1:] == [1, test["counts"]["ok"]]
        half = next(row for row in rows if row[1] >= 0.5)
        assert half[0] * 1000 == pytest.approx(test["latency_ns"]["p50"], abs=1)
        assert lines[-3].startswith("#[Mean    = ") and lines[-2].startswith("#[Max     = ")


SCRIPT = """
const hdr = require("hdr-histogram-js");
const all = {};
for (const line of require("fs").readFileSync(0, "utf8").split("\\n")) {
    const at = line.match(/^Tag=([^,]+),[^,]+,[^,]+,[^,]+,(\\S+)$/);
    if (!at) continue;
    const h = hdr.decodeFromCompressedBase64(at[2], 64);
    if (all[at[1]]) all[at[1]].add(h); else all[at[1]] = h;
}
const out = {};
for (const [tag, h] of Object.entries(all))
    out[tag] = {count: h.totalCount, p50: h.getValueAtPercentile(50), p99: h.getValueAtPercentile(99),
                p99_9: h.getValueAtPercentile(99.9)};
console.log(JSON.stringify(out));
"""


def test_hdr_histogram_js_reads_the_log(hdr_run):
    """The npm package of the same family finds the same quantiles (as the top of their bucket)."""
    doc, folder = hdr_run
    done = subprocess.run(["node", "-e", SCRIPT], input=(folder / "run.hlog").read_bytes(), capture_output=True,
                          env={**os.environ, "NODE_PATH": os.path.join(DEPS, "node_modules")}, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(done.stdout)
    for test in doc["tests"]:
        mine = found[test["test"]]
        assert mine["count"] == test["counts"]["ok"]
        for name in ("p50", "p99", "p99_9"):
            assert mine[name] == pytest.approx(test["latency_ns"][name], rel=1e-3)
