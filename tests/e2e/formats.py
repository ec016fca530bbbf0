# SPDX-License-Identifier: MIT
"""Strict readers of what the program prints: each asserts the whole form and answers the numbers. No test lives here."""

import json
import re

CSV_HEADER = ('"test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms",'
              '"p99_latency_ms","max_latency_ms"')
CSV_ROW = re.compile(r'"(?P<title>.*)","(?P<rps>\d+\.\d\d)"' + "".join(
    rf',"(?P<{name}>\d+\.\d{{3}})"' for name in ("avg", "min", "p50", "p95", "p99", "max")))

QUIET_ROW = re.compile(r"(?P<title>.+): (?P<rps>\d+\.\d\d) requests per second, p50=(?P<p50>\d+\.\d{3}) msec")

DISTRIBUTION_ROW = r"\d+\.\d{3}% <= \d+\.\d{3} milliseconds \(cumulative count \d+\)\n"
CLASSIC = re.compile(
    r"====== (?P<title>.+) ======\n"
    r"  (?P<requests>\d+) requests completed in (?P<seconds>\d+\.\d\d) seconds\n"
    r"  (?P<clients>\d+) parallel clients\n"
    r"  (?P<payload>\d+) bytes payload\n"
    r"  keep alive: (?P<keepalive>[01])\n"
    r'(?:  host configuration "save": .*\n  host configuration "appendonly": .*\n)?'
    r"(?:  cluster mode: yes \((?P<masters>\d+) (?P<roles>masters|primary|replica|cluster)\)\n)?"
    r"  multi-thread: (?P<multi>yes|no)\n"
    r"(?:  threads: (?P<threads>\d+)\n)?"
    r"\n"
    r"Latency by percentile distribution:\n"
    rf"(?P<percentiles>(?:{DISTRIBUTION_ROW})+)"
    r"\n"
    r"Cumulative distribution of latencies:\n"
    rf"(?P<cumulative>(?:{DISTRIBUTION_ROW})+)"
    r"\n"
    r"Summary:\n"
    r"  throughput summary: (?P<rps>\d+\.\d\d) requests per second\n"
    r"  latency summary \(msec\):\n"
    r"          avg       min       p50       p95       p99       max\n"
    r"    (?P<summary>[ \d.]{59})\n")

HEADING = re.compile(r"hkv-bench \S+ -> .+\n\n")
TEXT = re.compile(
    r"====== (?P<title>.+) ======\n"
    r"  (?P<requests>\d+) requests completed in (?P<seconds>\d+\.\d+) seconds\n"
    r"  (?P<clients>\d+) parallel clients\n"
    r"  (?P<payload>\d+) bytes payload\n"
    r"  keep alive: (?P<keepalive>[01])\n"
    r"(?P<notes>(?:  .+\n)*)"
    r"\n"
    r"(?P<rows>(?:\d+\.\d\d% <= \d+(?:\.\d+)? milliseconds\n)*)"
    r"(?P<rps>\d+\.\d\d) requests per second\n"
    r"\n"
    r"(?P<lines>(?:  [a-z9].{12}.+\n)+)"
    r"\n")
TEXT_END = re.compile(r"(?:  summary  .+\n(?:  .+\n){2,}\n)?(?:(?:! .+\n)+\n)?")

QUANTILES = ("p50", "p90", "p95", "p99", "p99_9", "p99_99")


def numbers(match, *names):
    return {name: float(match[name]) for name in names}


def read_csv(out):
    """[{title, rps, avg, ...}] from a whole --csv output."""
    lines = out.splitlines()
    assert lines[0] == CSV_HEADER
    rows = []
    for line in lines[1:]:
        m = CSV_ROW.fullmatch(line)
        assert m, f"no CSV row: {line!r}"
        row = numbers(m, "rps", "avg", "min", "p50", "p95", "p99", "max")
        assert row["min"] <= row["p50"] <= row["p95"] <= row["p99"] <= row["max"], line
        assert row["min"] <= row["avg"] <= row["max"], line
        rows.append({"title": m["title"], **row})
    return rows


def read_quiet(out):
    """[{title, rps, p50}] from a whole -q output; empty lines may stand at its end."""
    rows = []
    for line in out.rstrip("\n").splitlines():
        m = QUIET_ROW.fullmatch(line)
        assert m, f"no -q row: {line!r}"
        rows.append({"title": m["title"], **numbers(m, "rps", "p50")})
    return rows


def read_distribution(text, total):
    """[(percent, ms, count)], which rise, and end at 100 % and the total."""
    rows = [tuple(float(n) for n in re.findall(r"\d+(?:\.\d+)?", line)) for line in text.splitlines()]
    for before, after in zip(rows, rows[1:]):
        assert all(b <= a for b, a in zip(before, after)), f"{after} after {before}"
    assert rows[-1][0] == 100 and rows[-1][2] == total
    assert all(0 <= percent <= 100 for percent, _, _ in rows)
    return rows


def read_classic(out):
    """[report] from a whole classic output: its fields, and the two distributions."""
    reports, at = [], 0
    while at < len(out.rstrip("\n")):
        m = CLASSIC.match(out, at)
        assert m, f"no classic report at {out[at:at + 900]!r}"
        report = m.groupdict()
        total = int(report["requests"])
        report["percentiles"] = read_distribution(report["percentiles"], total)
        report["cumulative"] = read_distribution(report["cumulative"], total)
        assert (report["multi"] == "yes") == (report["threads"] is not None)
        values = [float(v) for v in report["summary"].split()]
        assert m["summary"] == " ".join(f"{v:9.3f}" for v in values)
        report["summary"] = dict(zip(("avg", "min", "p50", "p95", "p99", "max"), values))
        reports.append(report)
        at = m.end()
        while out[at:at + 1] == "\n":
            at += 1
    return reports


def read_text(out):
    """[report] from a whole output of the default form."""
    heading = HEADING.match(out)
    assert heading, f"no heading: {out[:300]!r}"
    reports, at = [], heading.end()
    while out.startswith("====== ", at):
        m = TEXT.match(out, at)
        assert m, f"no report at {out[at:at + 900]!r}"
        report = m.groupdict()
        rows = [tuple(float(n) for n in re.findall(r"[\d.]+", line)) for line in report["rows"].splitlines()]
        assert rows == sorted(rows) and all(percent <= 100 for percent, _ in rows), rows
        assert not rows or rows[-1][0] == 100, rows
        report["rows"] = rows
        report["lines"] = {line[2:15].strip(): line[15:] for line in report["lines"].splitlines()}
        assert len(rows) <= 12, rows
        reports.append(report)
        at = m.end()
    assert TEXT_END.fullmatch(out, at), f"no end of a report: {out[at:]!r}"
    return reports


def strict_object(pairs):
    names = [name for name, _ in pairs]
    assert len(names) == len(set(names)), f"a name twice in {names}"
    return dict(pairs)


def refuse_constant(text):
    raise AssertionError(f"{text} is not JSON")


def read_json(text):
    """The run's object: strict JSON, each name once, no NaN; each test's numbers agree with one another."""
    doc = json.loads(text, parse_constant=refuse_constant, object_pairs_hook=strict_object)
    for test in doc["tests"]:
        check_test(test)
    return doc


def check_test(test):
    counts = test["counts"]
    assert counts["answered"] == counts["ok"] + counts["errors"], counts
    assert counts["due"] == counts["answered"] + counts["unfinished"] + counts["lost_requests"] + counts["timeouts"], counts
    assert counts["sent"] == counts["due"] - counts["unsent"], counts
    assert test["checks"]["consistent"], test["checks"]
    check_series(test)
    latency = test["latency_ns"]
    if counts["ok"]:
        rising = [latency[name] for name in ("min", *QUANTILES, "max") if name in latency]
        assert rising == sorted(rising) and rising[0] > 0, latency
        assert latency["min"] <= latency["mean"] <= latency["max"] or counts["unfinished"], latency
        assert sorted(latency["intervals"]) == sorted(QUANTILES)


def check_series(test):
    """The rows of the measured window sum up to the test exactly, and follow one another."""
    rows = [row for row in test["series"] if row["phase"] == "measure"]
    for name in ("due", "sent", "ok", "errors"):
        assert sum(row[name] for row in rows) == test["counts"][name], name
    for before, after in zip(rows, rows[1:]):
        assert abs(before["start_s"] + before["length_s"] - after["start_s"]) < 1e-6


def read_series(text):
    """[row] of --series, each {column: text}."""
    lines = text.splitlines()
    names = lines[0].split(",")
    assert names[:5] == ["test", "phase", "start_s", "length_s", "due"], names
    rows = [dict(zip(names, line.split(","), strict=True)) for line in lines[1:]]
    assert not any(word in text for word in ("nan", "inf"))
    return rows


def only(doc):
    """The one test of a run that had one."""
    assert len(doc["tests"]) == 1, [t.get("title") for t in doc["tests"]]
    return doc["tests"][0]
