# SPDX-License-Identifier: MIT
"""What the surroundings refuse or bound: memory, stacks, system calls."""

import errno
import json
import os
import resource
import signal
import subprocess
import sys
import time

import pytest

import formats
import seccomp
from conftest import BENCH
from resp_client import Client

PEAK = "import resource, subprocess, sys; rc = subprocess.run(sys.argv[1:]).returncode; " \
       "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(rc)"


def peak_mib(*args):
    """The most memory that the program held."""
    words = [sys.executable, "-c", PEAK, BENCH, *[str(a) for a in args]]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    assert done.returncode == 0, done
    return int(done.stdout.splitlines()[-1]) / 1024


@pytest.mark.usefixtures("unsanitized")
def test_the_calibration_of_large_values_is_bounded(redis):
    """A pipeline of 64 values of 16 MiB is 1 GiB, and one request is asked for."""
    assert peak_mib("-p", redis.port, "-t", "get", "-n", 1, "-c", 1, "-d", "16MiB", "-P", 64, "-q") < 300


# --- system calls that a container's filter refuses ---

filtered = pytest.mark.skipif(seccomp.ARCH is None, reason="the numbers of this machine's calls are not known here")
COARSE = ["epoll_pwait2", "timerfd_create"]  # nothing finer than epoll_wait's milliseconds is left


def old_docker(error):
    """What the filter of an older Docker refuses."""
    return [(call, error) for call in ("io_uring_setup", "io_uring_enter", "io_uring_register", "epoll_pwait2")]


def refused(*calls, error=errno.EPERM):
    return seccomp.refusing(*[(call, error) for call in calls])


def run_config(run, rc=0):
    assert run.rc == rc, run
    doc = formats.read_json(run.out)
    (test,) = doc["tests"]
    assert (test["config"]["engine"], test["config"]["wait"]) == (doc["config"]["engine"], doc["config"]["wait"])
    return test["counts"], doc["config"]["engine"], doc["config"]["wait"]


@filtered
@pytest.mark.parametrize("load", [[], ["--rate", 20000]], ids=["closed", "open"])
@pytest.mark.parametrize("error", [errno.EPERM, errno.ENOSYS, errno.EACCES])
def test_a_run_goes_on_where_a_filter_refuses_calls(bench, redis, load, error):
    run = bench("-p", redis.port, "-t", "set", "-n", 5000, "-c", 5, "--engine", "auto", *load, "--json", "-",
                preexec_fn=seccomp.refusing(*old_docker(error)))
    counts, engine, wait = run_config(run)
    assert (counts["ok"], counts["unfinished"]) == (5000, 0)
    assert (engine, wait) == ("epoll", "epoll_wait and timerfd")
    assert redis.calls()["set"] == 5000


@filtered
def test_a_run_goes_on_without_any_fine_wait(bench, redis):
    run = bench("-p", redis.port, "-t", "set", "-n", 200, "--rate", 2000, "-c", 5, "--engine", "epoll", "--json", "-",
                preexec_fn=refused(*COARSE))
    counts, engine, wait = run_config(run)
    assert (counts["ok"], engine, wait) == (200, "epoll", "epoll_wait")


@filtered
@pytest.mark.parametrize("call", ["io_uring_setup", "io_uring_enter", "io_uring_register"])
def test_auto_takes_epoll_whatever_io_uring_lacks(bench, redis, call):
    run = bench("-p", redis.port, "-t", "set", "-n", 1000, "-c", 5, "--engine", "auto", "--json", "-",
                preexec_fn=refused(call))
    assert run_config(run)[1:] == ("epoll", "epoll_pwait2")


@filtered
def test_io_uring_says_why_it_cannot_be_had(bench, redis):
    run = bench("-p", redis.port, "-t", "set", "-n", 10, "--engine", "uring", preexec_fn=refused("io_uring_setup"))
    assert run.rc == 2
    assert "io_uring" in run.err and "forbids" in run.err and "--engine epoll" in run.err
    assert redis.calls() == {}


LATE = ("mmap", errno.ENOMEM, 1, 256 * 8192)  # the buffers of 100 connections' replies of up to 8 KiB


@pytest.mark.usefixtures("unsanitized")
@filtered
@pytest.mark.parametrize("engine", ["auto", "uring"])
def test_io_uring_that_is_refused_to_a_worker_only(bench, redis, engine):
    run = bench("-p", redis.port, "-t", "set", "-n", 1000, "-c", 100, "-d", 5000, "--engine", engine, "--json", "-",
                preexec_fn=seccomp.refusing(LATE))
    if engine == "auto":
        counts, *ran = run_config(run)
        assert (counts["ok"], ran) == (1000, ["epoll", "epoll_pwait2"])
        assert redis.calls()["set"] == 1000
    elif "not available" not in run.err:
        assert run.rc == 1
        assert "io_uring" in run.err and "Cannot allocate memory" in run.err and "--engine epoll" in run.err


@filtered
def test_a_comparison_goes_on_where_a_filter_refuses_calls(bench, redis, start_redis):
    other = start_redis()
    run = bench("compare", f"127.0.0.1:{redis.port}", f"127.0.0.1:{other.port}", "--blocks", 2, "--slot", "200ms",
                "-t", "set", "-c", 5, "--engine", "auto", "--json", "-",
                preexec_fn=seccomp.refusing(*old_docker(errno.EPERM)))
    assert run.rc in (0, 10), run
    doc = json.loads(run.out)
    assert [(t["engine"], t["wait"]) for t in doc["targets"]] == [("epoll", "epoll_wait and timerfd")] * 2
    slots = [slot for block in doc["tests"][0]["blocks"] for slot in block]
    assert slots and all(s["answered"] > 0 and s["unfinished"] == 0 for s in slots)


def cpu_s(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def start_serve(bench, *options, **how):
    run = bench.start("serve", "-p", 0, *options, **how)
    line = run.proc.stdout.readline().decode()
    return run, ("127.0.0.1", int(line.rsplit(":", 1)[1]))


@filtered
@pytest.mark.parametrize("calls", [["epoll_pwait2"], COARSE], ids=["timer", "coarse"])
def test_serve_idles_and_ends_where_a_filter_refuses_calls(bench, calls):
    run, address = start_serve(bench, "--delay", "3ms", preexec_fn=refused(*calls))
    with Client(address) as client:
        for i in range(20):
            assert client.call("SET", f"k{i}", "v") == "OK"
        before = cpu_s(run.proc.pid)
        time.sleep(1)
        assert cpu_s(run.proc.pid) - before < 0.3
        assert client.call("DBSIZE") == 20
    assert run.signal(signal.SIGTERM, timeout=20).rc == 0, run


@filtered
@pytest.mark.parametrize("error", [errno.EPERM, errno.EBADF])
def test_serve_ends_where_no_wait_is_to_be_had(bench, error):
    run = bench("serve", "-p", 0, timeout=20, preexec_fn=refused("epoll_pwait2", "epoll_wait", "epoll_pwait", error=error))
    assert run.rc == 1, run
    assert os.strerror(error) in run.err


@filtered
def test_a_run_ends_where_no_wait_is_to_be_had(bench, redis):
    run = bench("-p", redis.port, "-t", "set", "-n", 100, "--engine", "epoll", timeout=20,
                preexec_fn=refused("epoll_pwait2", "epoll_wait", "epoll_pwait"))
    assert run.rc in (1, 3), run
    assert "Operation not permitted" in run.err


# --- small stacks ---

def small_stack():
    resource.setrlimit(resource.RLIMIT_STACK, (64 * 1024, 64 * 1024))


def on_a_small_stack(bench, *words, rc=(0,), **how):
    run = bench(*words, preexec_fn=small_stack, env={}, timeout=120, **how)
    assert run.rc in rc, run
    return run


@pytest.mark.usefixtures("unsanitized")
def test_every_subcommand_runs_on_a_stack_of_64_kib(bench, redis, tmp_path):
    """Threads have stacks of that size then, too."""
    db, where = tmp_path / "runs.db", f"127.0.0.1:{redis.port}"
    port = ("-p", redis.port)
    on_a_small_stack(bench, *port, "-t", "set,get,mset", "-n", 2000, "-c", 5, "-r", 1000, "--prefill", "--threads", 2,
                     "--save", db, "--hdr", tmp_path / "run", "--series", tmp_path / "run.csv", "--json",
                     tmp_path / "run.json", "--assert", "get.p99<100s", "--warmup", "100ms")
    for form in (["-q"], ["--csv"], ["--format", "classic"], ["--rate", 2000]):
        on_a_small_stack(bench, *port, "-t", "get", "-n", 1000, "-c", 2, *form)
    for form in (["--blocks", 6], ["--csv", "--blocks", 2]):
        on_a_small_stack(bench, "compare", f"a={where}", f"b={where}", "-t", "set", "--slot", "100ms", "--save", db,
                         *form, "--json", tmp_path / "compare.json", rc=(0, 10))
    search = bench.start("saturate", *port, "--slo", "p99=20ms", "-t", "ping_mbulk", "-c", 2, "--trial", "200ms",
                         "--save", db, "--json", tmp_path / "saturate.json", preexec_fn=small_stack, env={})
    time.sleep(2)
    assert search.signal(signal.SIGINT).rc == 130, search
    on_a_small_stack(bench, "sweep", "clients", *port, "--points", "1,2,3,4,5", "--trial", "100ms", "--passes", 1,
                     "--idle", 0, "-t", "get", "--save", db, "--json", tmp_path / "sweep.json")
    for words in (["list"], ["show", 1], ["show", "last"], ["trend"], ["export", 1], ["delete", 1]):
        on_a_small_stack(bench, "history", db, *words)
    for words in (["--help"], ["--version"], ["options"], ["compare", "--help"], ["saturate", "--help"],
                  ["sweep", "--help"], ["serve", "--help"], ["history", "--help"]):
        on_a_small_stack(bench, *words)


@pytest.mark.usefixtures("unsanitized")
def test_serve_runs_on_a_stack_of_64_kib(bench):
    run, address = start_serve(bench, preexec_fn=small_stack, env={})
    with Client(address) as client:
        assert client.call("MSET", *[f"k{i}" for i in range(1000)]) == "OK"
        assert "# Faults" in client.call("INFO").decode()
        assert client.call("DBSIZE") == 500
    assert run.signal(signal.SIGTERM, timeout=20).rc == 0, run
