# SPDX-License-Identifier: MIT
"""hkv-bench-mpi: several ranks on this host. Skipped where it was not built ($HKV_BENCH_MPI, or beside the program)
or its launcher is not there (./setup mpi)."""

import fcntl
import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import termios
import time

import pytest

import formats
import histogram
from conftest import BENCH, Run
from waiting import until

FRONT = os.path.abspath(os.environ.get("HKV_BENCH_MPI") or BENCH + "-mpi")


def launcher():
    if not os.access(FRONT, os.X_OK):
        return None
    linked = subprocess.run(["ldd", FRONT], capture_output=True, text=True, check=True).stdout
    mpich = "libmpich" in linked
    program = shutil.which("mpirun.mpich" if mpich else "mpirun.openmpi")
    return program and ([program] if mpich else [program, "--oversubscribe"])


LAUNCHER = launcher()
pytestmark = pytest.mark.skipif(not LAUNCHER, reason="no hkv-bench-mpi with its mpirun here: ./setup mpi, then build it")


ROOT = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "HKV_BENCH": BENCH}
MPICH = LAUNCHER and "mpich" in LAUNCHER[0]


def start(*args, ranks=3, **env):
    return Run([*LAUNCHER, "-n", str(ranks), FRONT, *map(str, args)], env={**os.environ, **ROOT, **env})


def load_of(redis, rank):
    """The process that makes the load of that rank, once it is there: its pid."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/environ", "rb") as f, open(f"/proc/{pid}/cmdline", "rb") as line:
                mine = any(word.startswith(b"HKV_BENCH_PEERS=") and word.split()[1] == b"%d" % rank
                           for word in f.read().split(b"\0"))
                if mine and b"\0%d\0" % redis.port in line.read() and os.readlink(f"/proc/{pid}/exe") == BENCH:
                    return int(pid)
        except OSError:
            pass
    return None


def whole(run):
    return formats.only(formats.read_json(run.out[run.out.index("{"):run.out.rindex("}") + 1]))


def measuring(redis):
    return redis.calls().get("get", 0) > 100


def front_of(redis, rank):
    """The rank itself: the parent of its load."""
    with open(f"/proc/{load_of(redis, rank)}/stat") as f:
        return int(f.read().rsplit(")", 1)[1].split()[1])


def parts_of(bench, folder, ranks):
    """What each rank had, by itself, as hkv-bench merge tells it."""
    tests = []
    for rank in range(ranks):
        run = bench("merge", "--partial", os.path.join(folder, f"get.{rank}.part"), "--json", "-")
        tests.append(formats.only(formats.read_json(run.out)))
    return tests


def added_up(tests):
    union = {}
    for test in tests:
        for value, n in histogram.counts(test["latency_ns"]["histogram"]):
            union[value] = union.get(value, 0) + n
    return sorted(union.items())


def test_all_ranks_are_one_load(bench, redis, tmp_path):
    """To the last count, as the server counts, and to the last bucket, as each rank has it alone; the clock of one rank,
    5 s ahead, is corrected."""
    run = start("-p", redis.port, "-t", "get", "-n", 10001, "-c", 7, "-r", 100, "--prefill", "--no-calibration",
                "--json", "-", HKV_MPI_SHIFT="1 5000000000", HKV_MPI_PARTS=str(tmp_path)).wait()
    assert run.rc == 0, run
    counted = redis.calls()
    assert counted["get"] == 10001 and counted["set"] == 100
    test = whole(run)
    generators = test["generators"]["list"]
    assert test["counts"]["ok"] == test["latency_ns"]["count"] == 10001 and test["hit_ratio"] == 1
    assert [g["requests"] for g in generators] != [10001, 0, 0] and sum(g["requests"] for g in generators) == 10001
    assert test["generators"]["start_skew_ms"] < 2500  # 5000 where nobody corrected it
    assert generators[1]["clock_error_ms"] > 0
    assert added_up(parts_of(bench, tmp_path, 3)) == histogram.counts(test["latency_ns"]["histogram"])


def test_ranks_that_only_measure(redis):
    """Two make the load, one asks 200 times a second: both are counted, apart, and the server had their sum."""
    run = start("-p", redis.port, "-t", "get", "--duration", "500ms", "--rate", 2000, "-c", 4, "--no-calibration", "--json", "-",
                "--measure-ranks", 1, "--measure-rate", 200).wait()
    assert run.rc == 0, run
    test = whole(run)
    light = test["generators"]["measuring"]
    assert test["generators"]["expected"] == 2 and light["expected"] == len(light["list"]) == 1
    assert test["counts"]["ok"] == test["counts"]["due"] and light["errors"] == light["unfinished"] == 0
    assert redis.calls()["get"] == test["counts"]["ok"] + light["requests"]
    assert 50 < light["requests"] < 200 and 900 < test["counts"]["ok"] < 1100  # 100 and 1000, by chance and by plan
    assert 0 < light["p50_ns"] <= light["p99_ns"] <= light["p99_9_ns"]


def test_all_ranks_compare_the_same_target_at_once(redis, tmp_path):
    """Each slot has what the server counted in it, from both ranks; what comes before a slot is done once for all."""
    counts, reset = tmp_path / "counts", f"redis-cli -p {redis.port} config resetstat"
    fresh = f"redis-cli -p {redis.port} info commandstats | grep -o 'cmdstat_get:calls=[0-9]*' >>{counts} || :; {reset} >&2"
    run = start("compare", f"a=127.0.0.1:{redis.port}", f"b=127.0.0.1:{redis.port}", "-t", "get", "-c", 4, "--blocks", 2,
                "--slot", "100ms", "--warmup", "0", "--idle", "0", "--fresh", fresh, "--no-calibration", "--json", "-",
                ranks=2).wait()
    assert run.rc == 0, run
    test = json.loads(run.out)["tests"][0]
    slots = [slot for block in test["blocks"] for slot in block]
    counted = [int(line.split("=")[1]) for line in counts.read_text().splitlines()] + [redis.calls()["get"]]
    assert len(slots) == 8 and len(counted) == 2 + 8  # two pilots before them
    assert [slot["answered"] for slot in slots] == counted[2:]


@pytest.mark.full
def test_a_search_decides_alike_on_all_ranks(redis):
    """Each trial offers its rate with both ranks together, and the server had at least what was answered."""
    run = start("saturate", "-p", redis.port, "-t", "get", "-c", 4, "--slo", "p50=5ms", "--trial", "150ms", "--idle", "0",
                "--budget", "2s", "--no-calibration", "--json", "-", ranks=2).wait()
    assert run.rc in (0, 1), run
    test = json.loads(run.out)["tests"][0]
    assert test["note"] == "" and test["lost_connections"] == 0 and test["clients"] == 4
    offered = [t["due"] / t["rate"] / (t["lead_s"] + t["asked_s"]) for t in test["trials"] if not t["ended_early"]]
    assert len(offered) > 3 and all(0.9 < x < 1.1 for x in offered), offered
    assert redis.calls()["get"] >= sum(t["due"] - t["unfinished"] for t in test["trials"])


@pytest.mark.full
def test_a_sweep_decides_alike_on_all_ranks(redis):
    run = start("sweep", "clients", "-p", redis.port, "-t", "get", "--points", "2,4", "--passes", 1, "--trial", "300ms",
                "--no-calibration", "--json", "-", ranks=2).wait()
    assert run.rc == 0, run
    test = json.loads(run.out)["tests"][0]
    assert sorted(p["value"] for p in test["points"]) == [2, 4]


def test_rank_0_alone_exports(redis, tmp_path):
    """Others would write the same file once more: a pipe in its place takes what each of them writes."""
    path = tmp_path / "metrics"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    run = start("-p", redis.port, "-t", "get", "-n", 300, "-c", 3, "--no-calibration", "-q", "--prometheus-file", path).wait()
    written = os.read(reader, 1 << 20).decode()  # more than a pipe holds
    os.close(reader)
    assert run.rc == 0, run
    types = [line for line in written.splitlines() if line.startswith("# TYPE")]
    assert types and len(types) == len(set(types)), types


def cpu_s(pid):
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.full
def test_ranks_sleep_while_the_load_runs(redis):
    """That of rank 0 too, and what makes no load but a rank's live line."""
    run = start("-p", redis.port, "-t", "get", "--duration", "3s", "-c", 3, "--no-calibration", "-q")
    until(lambda: measuring(redis), 20)
    fronts = [front_of(redis, rank) for rank in range(3)]
    before, began = [cpu_s(pid) for pid in fronts], time.monotonic()
    time.sleep(1.5)
    shares = [(cpu_s(pid) - was) / (time.monotonic() - began) for pid, was in zip(fronts, before)]
    assert run.wait().rc == 0, run
    assert max(shares) < 0.05, shares  # a rank that spins takes 1


@pytest.mark.full
def test_a_load_that_dies_and_one_that_cannot_connect_are_named(redis):
    run = start("-p", redis.port, "-t", "get", "--duration", "3s", "-c", 6, "--no-calibration", "--json", "-")
    until(lambda: measuring(redis), 20)
    os.kill(load_of(redis, 2), signal.SIGKILL)
    run.wait()
    assert run.rc == 1 and "rank 2: on " in run.raw.decode() and "killed by signal 9" in run.raw.decode(), run
    assert "1 of 3 generators missing" in run.raw.decode()
    test = whole(run)
    assert [g["part"] for g in test["generators"]["list"]] == [1, 2] and test["counts"]["ok"] > 0
    two = Run([*LAUNCHER, "-n", "1", FRONT, "-p", str(redis.port), "-t", "get", "-n", "100", "--json", "-", ":", "-n", "1",
               FRONT, "-p", "1", "-t", "get", "-n", "100"], env=os.environ | ROOT).wait()
    assert two.rc == 1 and "rank 1: on " in two.raw.decode() and "cannot connect" in two.raw.decode(), two
    assert whole(two)["counts"]["ok"] == 50


@pytest.mark.full
@pytest.mark.skipif(MPICH, reason="MPICH's launcher ends all ranks by SIGKILL when one dies, also with -disable-auto-cleanup")
def test_a_rank_that_dies_leaves_a_partial_result(redis):
    """Open MPI's launcher then ends all others, within a second or so."""
    run = start("-p", redis.port, "-t", "get", "--duration", "4s", "-c", 6, "--no-calibration", "-q")
    until(lambda: measuring(redis), 20)
    os.kill(front_of(redis, 1), signal.SIGKILL)
    run.wait(timeout=30)
    assert run.rc != 0, run
    assert "GET: " in run.raw.decode() and "generators missing" in run.raw.decode(), run


@pytest.mark.full
def test_a_rank_that_does_not_run_is_named(redis):
    """Its load is stopped for a part of the time: it is the client that could not keep up, and the whole is its."""
    run = start("-p", redis.port, "-t", "get", "--duration", "2s", "--rate", 3000, "-c", 6, "--no-calibration", "--json", "-")
    until(lambda: measuring(redis), 20)
    pid = load_of(redis, 1)
    for _ in range(3):
        os.kill(pid, signal.SIGSTOP)
        time.sleep(0.2)
        os.kill(pid, signal.SIGCONT)
        time.sleep(0.1)
    test = whole(run.wait())
    slowed = test["generators"]["list"][1]
    assert slowed["limited_by"] == "CLIENT" and test["finding"]["limited_by"] == "CLIENT", test["generators"]
    assert "on " + slowed["host"] in test["finding"]["why"]


@pytest.mark.full
def test_loaded_clients_that_are_late_are_told(redis):
    """Those that make the load are stopped again and again, the one that measures is not: it sees what the server does."""
    run = start("-p", redis.port, "-t", "get", "--duration", "4s", "--rate", 2000, "-c", 4, "--no-calibration", "--json", "-",
                "--measure-ranks", 1, ranks=2)
    until(lambda: measuring(redis), 20)
    pid = load_of(redis, 0)
    for _ in range(30):
        os.kill(pid, signal.SIGSTOP)
        time.sleep(0.09)
        os.kill(pid, signal.SIGCONT)
        time.sleep(0.03)
    test = whole(run.wait())
    assert "late-clients" in [d["name"] for d in test["doubts"]], test["doubts"]


@pytest.mark.full
def test_a_stall_of_the_server_is_in_the_rows_of_all_at_once(bench, redis, tmp_path):
    """CLIENT PAUSE for 200 ms: every rank's own rows have it, at the same instant of the common clock."""
    run = start("-p", redis.port, "-t", "get", "--duration", "2s", "-c", 6, "--no-calibration", "--interval", "100ms",
                "--json", "-", HKV_MPI_PARTS=str(tmp_path))
    until(lambda: measuring(redis), 20)
    time.sleep(0.5)
    redis.client.call("CLIENT", "PAUSE", "200", "ALL")
    run.wait()
    assert run.rc == 0, run
    begun = [g["start_ms"] for g in whole(run)["generators"]["list"]]
    rows = [[row for row in test["series"] if row["max"] and row["max"] > 150e6] for test in parts_of(bench, tmp_path, 3)]
    assert all(rows), rows
    ended = [1000 * row[0]["start_s"] + ms for row, ms in zip(rows, begun)]
    assert max(ended) - min(ended) < 110, ended  # neighbouring rows at most


@pytest.mark.full
@pytest.mark.skipif(MPICH, reason="MPICH's launcher starts each rank in a session without a terminal")
def test_rank_0_shows_what_all_do(redis):
    """On the launcher's terminal, though what it passes on is none: 3 ranks at 1000 a second each."""
    leader, follower = pty.openpty()
    run = subprocess.Popen([*LAUNCHER, "-n", "3", FRONT, "-p", str(redis.port), "-t", "get", "--duration", "3s", "--rate", "3000",
                            "-c", "6", "--no-calibration", "-q"], stdin=follower, stdout=follower, stderr=follower,
                           env=os.environ | ROOT, start_new_session=True,
                           preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
    os.close(follower)
    shown, until_s = b"", time.monotonic() + 30
    while time.monotonic() < until_s and select.select([leader], [], [], 30)[0]:
        try:
            shown += os.read(leader, 65536)
        except OSError:
            break
    os.close(leader)
    assert run.wait(10) == 0, shown
    means = [int(n.replace(b",", b"")) for n in re.findall(rb"measuring, [0-9,]+ req/s \(mean ([0-9,]+)\)", shown)]
    assert means and 2000 < means[-1] < 3500, shown
