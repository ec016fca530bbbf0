# SPDX-License-Identifier: MIT
"""hkv-bench-mpi: several ranks on this host. Skipped where it was not built ($HKV_BENCH_MPI, or beside the program)
or its launcher is not there (./setup mpi)."""

import os
import shutil
import signal
import subprocess
import time

import pytest

import formats
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


def start(*args, ranks=3, **env):
    root = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "HKV_BENCH": BENCH}
    return Run([*LAUNCHER, "-n", str(ranks), FRONT, *map(str, args)], env={**os.environ, **root, **env})


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


def test_all_ranks_are_one_load(redis):
    """To the last count, as the server counts; the clock of one rank, 5 s ahead, is corrected."""
    run = start("-p", redis.port, "-t", "get", "-n", 10001, "-c", 7, "-r", 100, "--prefill", "--no-calibration",
                "--json", "-", HKV_MPI_SHIFT="1 5000000000").wait()
    assert run.rc == 0, run
    counted = redis.calls()
    assert counted["get"] == 10001 and counted["set"] == 100
    test = whole(run)
    generators = test["generators"]["list"]
    assert test["counts"]["ok"] == test["latency_ns"]["count"] == 10001 and test["hit_ratio"] == 1
    assert [g["requests"] for g in generators] != [10001, 0, 0] and sum(g["requests"] for g in generators) == 10001
    assert test["generators"]["start_skew_ms"] < 2500  # 5000 where nobody corrected it
    assert generators[1]["clock_error_ms"] > 0


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


def test_ranks_sleep_while_the_load_runs(redis):
    run = start("-p", redis.port, "-t", "get", "--duration", "3s", "-c", 3, "--no-calibration", "-q")
    until(lambda: measuring(redis), 20)
    with open(f"/proc/{load_of(redis, 1)}/stat") as f:
        front = int(f.read().rsplit(")", 1)[1].split()[1])
    before, began = cpu_s(front), time.monotonic()
    time.sleep(1.5)
    share = (cpu_s(front) - before) / (time.monotonic() - began)
    assert run.wait().rc == 0, run
    assert share < 0.05, share  # a rank that spins takes 1


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
               FRONT, "-p", "1", "-t", "get", "-n", "100"], env=os.environ | {
                   "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "HKV_BENCH": BENCH}).wait()
    assert two.rc == 1 and "rank 1: on " in two.raw.decode() and "cannot connect" in two.raw.decode(), two
    assert whole(two)["counts"]["ok"] == 50


def test_a_rank_that_dies_leaves_a_partial_result(redis):
    """mpirun then ends all others, within a second or so."""
    run = start("-p", redis.port, "-t", "get", "--duration", "60s", "-c", 6, "--no-calibration", "-q")
    until(lambda: measuring(redis), 20)
    with open(f"/proc/{load_of(redis, 1)}/stat") as f:
        os.kill(int(f.read().rsplit(")", 1)[1].split()[1]), signal.SIGKILL)
    run.wait(timeout=30)
    assert run.rc != 0, run
    if "mpich" not in LAUNCHER[0]:  # MPICH's launcher kills at once
        assert "GET: " in run.raw.decode() and "generators missing" in run.raw.decode(), run


def test_a_sweep_and_a_search_decide_alike(redis):
    run = start("sweep", "clients", "-p", redis.port, "-t", "get", "--points", "2,4", "--passes", 1, "--trial", "300ms",
                "--no-calibration", "--json", "-", ranks=2).wait()
    assert run.rc == 0, run
    assert '"kind": "sweep"' in run.out or '"kind":"sweep"' in run.out
    refused = start("compare", f"a=127.0.0.1:{redis.port}", f"b=127.0.0.1:{redis.port}", "-t", "get", ranks=2).wait()
    assert refused.rc == 2 and "without hkv-bench-mpi" in refused.raw.decode(), refused


def test_a_stall_of_the_server_is_in_the_rows_of_all(redis):
    """CLIENT PAUSE of half a second: the sum of all ranks has a row without an answer, at one time: rows are on one clock."""
    run = start("-p", redis.port, "-t", "get", "--duration", "3s", "-c", 6, "--no-calibration", "--interval", "100ms",
                "--json", "-")
    until(lambda: measuring(redis), 20)
    time.sleep(0.7)
    redis.client.call("CLIENT", "PAUSE", "500", "ALL")
    run.wait()
    assert run.rc == 0, run
    rows = [row["ok"] for row in whole(run)["series"]][1:-2]
    usual = sorted(rows)[len(rows) // 2]
    assert min(rows) < usual / 10, rows
