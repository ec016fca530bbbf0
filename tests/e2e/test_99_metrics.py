# SPDX-License-Identifier: MIT
"""What other programs read of a run and of a history: Prometheus, OpenTelemetry, Bencher, Otava, Grafana."""

import csv
import json
import os
import re
import socket
import urllib.error
import urllib.request

import pytest

from conftest import ROOT, free_port
from waiting import until

SAMPLE = re.compile(r'^(hkv_bench_\w+)(?:\{((?:\w+="(?:[^"\\\n]|\\.)*",?)*)\})? (-?[\d.]+)$')


def samples(text):
    """{(name, labels): value} of the text format; every line is one that a parser takes."""
    found, typed = {}, set()
    for line in text.splitlines():
        if line.startswith("# "):
            typed.add(line.split()[2])
            continue
        name, labels, value = SAMPLE.match(line).groups()
        assert re.sub("_(bucket|sum|count)$", "", name) in typed, line
        key = name, tuple(sorted(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', labels or "")))
        assert key not in found, line
        found[key] = float(value)
    return found


@pytest.fixture
def run_of_two(bench, redis, tmp_path):
    redis.client.call("SET", "text", "x")
    run = bench("-p", redis.port, "-n", 1234, "-c", 3, "-t", "set,get", "--json", tmp_path / "run.json",
                "--prometheus-file", tmp_path / "run.prom", "--otlp", tmp_path / "otlp.json", "--save", tmp_path / "runs.db",
                "--tag", "commit=a1")
    assert run.rc == 0, run
    return tmp_path


def test_prometheus_counts_are_the_operations(run_of_two):
    found = samples((run_of_two / "run.prom").read_text())
    tests = json.loads((run_of_two / "run.json").read_text())["tests"]
    for test in tests:
        mine = ("test", test["test"])
        ok, = [v for (n, l), v in found.items() if n == "hkv_bench_requests_total" and set(l) == {mine, ("result", "ok")}]
        assert ok == test["counts"]["ok"] == 1234 == found["hkv_bench_latency_seconds_count", (mine,)]
        buckets = [v for (n, l), v in found.items() if n == "hkv_bench_latency_seconds_bucket" and mine in l]
        assert buckets == sorted(buckets) and buckets[-1] == 1234 and len(buckets) == 23
        mean_s = found["hkv_bench_latency_seconds_sum", (mine,)] / 1234
        assert mean_s == pytest.approx(test["latency_ns"]["mean"] * 1e-9, rel=1e-3)
        p99 = found["hkv_bench_latency_quantile_seconds", tuple(sorted((mine, ("quantile", "p99"))))]
        assert p99 == pytest.approx(test["latency_ns"]["p99"] * 1e-9)


def test_otlp_is_one_request(run_of_two):
    resource, = json.loads((run_of_two / "otlp.json").read_text())["resourceMetrics"]
    requests, latency = resource["scopeMetrics"][0]["metrics"]
    assert requests["sum"]["isMonotonic"] and requests["sum"]["aggregationTemporality"] == 2
    assert [p["asInt"] for p in requests["sum"]["dataPoints"]] == ["1234", "0", "0"] * 2
    for point in latency["histogram"]["dataPoints"]:
        assert point["count"] == "1234" and sum(map(int, point["bucketCounts"])) == 1234
        assert len(point["bucketCounts"]) == len(point["explicitBounds"]) + 1
        assert int(point["startTimeUnixNano"]) < int(point["timeUnixNano"])


def test_history_in_the_form_of_others(bench, run_of_two):
    db = run_of_two / "runs.db"
    tests = json.loads((run_of_two / "run.json").read_text())["tests"]
    bmf = json.loads(bench("history", db, "export", "last", "--format", "bmf").out)
    assert {t["test"]: pytest.approx(t["rps"]) for t in tests} == {name: m["rps"]["value"] for name, m in bmf.items()}
    row, = csv.DictReader(bench("history", db, "export", "all", "--format", "otava").out.splitlines())
    assert (row["run"], row["commit"]) == ("1", "a1")
    assert float(row["get.p99"]) == tests[1]["latency_ns"]["p99"] and float(row["set.errors"]) == 0
    refused = bench("history", db, "list", "--format", "bmf")
    assert refused.rc == 2 and "--format: only with export, not with list" in refused.err


def test_the_dashboard_asks_for_what_there_is(run_of_two):
    names = {name for name, _ in samples((run_of_two / "run.prom").read_text())}
    dashboard = open(os.path.join(ROOT, "contrib/grafana/hkv-bench.json")).read()
    asked = set(re.findall(r"hkv_bench_\w+", dashboard))
    assert len(asked) >= 6 and asked <= names
    panels = json.loads(dashboard)["panels"]
    assert len({p["id"] for p in panels}) == len(panels) and all(p["targets"][0]["expr"] for p in panels)


def scrape(port, accept="text/plain"):
    """Type and body of what is served, or None where nobody listens."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/metrics", headers={"Accept": accept})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.headers["Content-Type"], answer.read()
    except (urllib.error.URLError, ConnectionError):
        return None


def total(found, result):
    return sum(v for (n, labels), v in found.items() if n == "hkv_bench_requests_total" and ("result", result) in labels)


def test_scraped_while_it_goes_on(bench, redis, tmp_path):
    port, path, seen = free_port(), tmp_path / "run.json", []
    run = bench.start("-p", redis.port, "-c", 3, "-t", "set,get", "--duration", "1200ms", "--warmup", "300ms", "--prometheus",
                      port, "--json", path)
    until(lambda: scrape(port))
    native = scrape(port, "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited")
    assert "protobuf" in native[0] and b"hkv_bench_requests_total" in native[1]
    while (got := scrape(port)):
        seen.append(samples(got[1].decode()))
    ended = run.wait()
    assert ended.rc == 0 and f"metrics at http://127.0.0.1:{port}/metrics" in ended.err, ended
    counts = [total(found, "ok") for found in seen]
    assert counts == sorted(counts) and any(0 < n < counts[-1] for n in counts), counts
    tests = json.loads(path.read_text())["tests"]
    assert counts[-1] == sum(t["counts"]["ok"] for t in tests)
    for test in tests:  # the last scrape is of the final figures
        mine = (("target", f"127.0.0.1:{redis.port}"), ("test", test["test"]))
        assert seen[-1]["hkv_bench_latency_seconds_count", mine] == test["counts"]["ok"]
    assert seen[-1]["hkv_bench_exit_code", ()] == 0


def test_pushed_to_statsd(bench, redis, tmp_path):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind(("127.0.0.1", 0))
        daemon.settimeout(5)
        run = bench("-p", redis.port, "-n", 4321, "-c", 3, "-t", "get", "--json", tmp_path / "run.json", "--statsd",
                    f"127.0.0.1:{daemon.getsockname()[1]}")
        assert run.rc == 0, run
        name, lines, ok = f"hkv_bench.127_0_0_1_{redis.port}.get", [], 0
        while ok < 4321:
            lines += daemon.recv(2048).decode().splitlines()
            ok = sum(int(n) for n in re.findall(rf"(?m)^{name}\.requests\.ok:(\d+)\|c$", "\n".join(lines)))
    assert ok == 4321 == json.loads((tmp_path / "run.json").read_text())["tests"][0]["counts"]["ok"]
    assert any(re.fullmatch(rf"{name}\.latency_ms\.p99:[\d.]+\|g", line) for line in lines), lines


def test_addresses_of_live_metrics(bench, redis):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for words, sentence in [(("--prometheus", port), f"--prometheus: cannot listen on 127.0.0.1:{port}: "),
                                (("--prometheus", "here:9464"), "--prometheus: expected a port or an address with one"),
                                (("--statsd", "8125"), "--statsd: expected a host with a port")]:
            refused = bench("-p", redis.port, "-n", 10, "-t", "get", *words)
            assert refused.rc == 2 and sentence in refused.err, refused
