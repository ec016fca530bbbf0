# SPDX-License-Identifier: MIT
"""Each cell of the fault matrix: it ends, with the right exit code, with a sentence where that is not 0, what it prints for
programs is valid, and what was measured is kept. HKV_MATRIX=5 runs each fifth cell alone, where time is short."""

import contextlib
import csv
import errno
import io
import json
import os
import re
import resource
import signal
import socket
import time

import pytest

import formats
import matrix
import seccomp
import servers
from conftest import ROOT, Embedded, free_port
from resp_client import Client, encode
from waiting import until

ENDS = 40  # seconds, where most take one to three
STOPPED_S = 1.3
ROOM = 4  # connections, where more are asked for
ASKED = 6
GARBAGE = b"*2\r\nxx\r\n"
DRIP = (b"+", b"a", 0.05)
FILTER = [(call, errno.EPERM) for call in ("io_uring_setup", "io_uring_enter", "io_uring_register", "epoll_pwait2")]

TRIALS = ("--idle", "0", "--trial", "100ms")
SLOTS = ("--idle", "0", "--slot", "100ms", "--warmup", "20ms", "--blocks", 2, "--margin", "throughput=60%")
WORDS = {  # of each mode, and whether its report can be CSV
    "plain": (["-t", "set", "-n", 2000], True),
    "compare": (["-t", "set", *SLOTS], True),
    "saturate": (["-t", "set", *TRIALS, "--slo", "p50=1us"], False),
    "sweep": (["-t", "set", *TRIALS, "--points", f"1,{ASKED}", "--passes", 1], True),
    "idle": (["-I", "--dbnum", 1], False),
    "prefill": (["-t", "get", "-n", 200, "-r", 4000, "--prefill"], True),
    "warm-up": (["-t", "set", "-n", 200, "--warmup", "1500ms"], True),
}
# Where something has to come in between: after so many commands, or after so many connections where each slot, trial
# and point opens its own (one is the test's). Until then there is something to keep. Nothing ends by itself before,
# however slow the machine is.
ENDLESS = {
    "plain": (["-n", "1G"], 300, "commands"),
    "compare": (["--blocks", 64], 1 + ASKED * (1 + 2 + 1), "connections"),  # the first slot, a block, and one of the next
    "saturate": (["--slo", "p50=20ms", "--trial", "3s"], 1 + ASKED * 2, "connections"),  # the closed loop, and a trial
    "sweep": (["--points", f"1,{ASKED}", "--passes", 3, "--trial", "1s"], 1 + ASKED + 1, "connections"),  # the second point
    "idle": ([], ASKED, "commands"),
    "prefill": (["-r", "1M"], 300, "commands"),
    "warm-up": (["--warmup", "3s", "-n", "1G"], 300, "commands"),  # a server that is mute is waited for until its end
}
# The same where it has to end by itself afterwards: all that counts then is that it was under way.
ENDS_LATER = {
    "plain": (["-n", 20000], 300, "commands"),
    "compare": (["--blocks", 12], 300, "commands"),
    "saturate": ([], 300, "commands"),  # its closed loop alone takes 2 s
    "sweep": (["--points", f"1,{ASKED}", "--passes", 4, "--trial", "300ms"], 300, "commands"),
    "idle": ([], ASKED, "commands"),
    "prefill": (["-r", 20000], 300, "commands"),
    "warm-up": (["--warmup", "5s"], 300, "commands"),
}


def sampled():
    step = int(os.environ.get("HKV_MATRIX") or 1)
    return matrix.cells()[::step]


# Restarted, it goes on.
RESTARTS = {mode: ([*words, "--on-disconnect", "reconnect"], enough, what) for mode, (words, enough, what) in ENDS_LATER.items()}
SLOW = ("restarts", "stands still")  # of which CI takes the plain run alone


# --- faults ---

def fewer(make):
    return make["redis"]("--maxclients", str(ROOM + 1)).port


FROM_THE_START = {  # (make) -> the port of a server
    "refused": lambda make: free_port(),
    "fewer connections": fewer,
    "drips": lambda make: make["serve"](servers.Drips, *DRIP).port,
    "error replies": lambda make: make["serve"](servers.Babble, b"-ERR no\r\n").port,
    "wrong shape": lambda make: make["serve"](servers.Babble, b":1\r\n").port,
    "garbage": lambda make: make["serve"](servers.Babble, GARBAGE).port,
}


def stop_and_go(proc, seconds=STOPPED_S):
    proc.send_signal(signal.SIGSTOP)
    time.sleep(seconds)
    proc.send_signal(signal.SIGCONT)


def restart(server):
    server.stop()
    time.sleep(0.3)
    server.start("-p", str(server.port))


IN_BETWEEN = {  # (run, server)
    "dies": lambda run, server: server.proc.kill(),
    "restarts": lambda run, server: restart(server),
    "stands still": lambda run, server: stop_and_go(server.proc, 0.6),
    "mute": lambda run, server: server.proc.send_signal(signal.SIGSTOP),
    "stopped client": lambda run, server: stop_and_go(run.proc),
    "signal": lambda run, server: run.proc.send_signal(signal.SIGTERM),
}


def starts_with(mode, fault):
    """Whether the fault is there before the program: a silent server makes no difference to connections that stand."""
    return fault not in IN_BETWEEN or (mode, fault) == ("idle", "mute")


@pytest.fixture(scope="module")
def healthy():
    e = Embedded("--delay", "1ms")
    yield e
    e.stop()


@pytest.fixture
def make(serve, start_redis):
    return {"serve": serve, "redis": start_redis}


@pytest.fixture
def own():
    """A healthy server for one test alone."""
    e = Embedded("--delay", "1ms")
    yield e
    e.proc.send_signal(signal.SIGCONT)
    e.stop()


def commands(client):
    """How many a server has had, INFO left out."""
    return sum(int(n) for name, n in re.findall(r"cmdstat_(\w+):calls=(\d+)", client.call("INFO").decode()) if name != "info")


COUNTS = {"commands": commands, "connections": Client.connections}


def reach(run, server, enough, what):
    """Waits until the program is where the fault is to meet it."""
    with Client(server.address) as client:
        until(lambda: run.proc.poll() is not None or COUNTS[what](client) >= enough, timeout=ENDS)
        client.call("PING")  # a command counts as it comes: by now those of before were answered too
    assert run.proc.poll() is None, run.wait()


@contextlib.contextmanager
def nobody_reads():
    reader, writer = os.pipe()
    os.close(reader)
    yield writer
    os.close(writer)


@contextlib.contextmanager
def full_disk():
    with open("/dev/full", "wb") as full:
        yield full.fileno()


@contextlib.contextmanager
def as_it_is():
    yield None


OUTPUTS = {"closed pipe": nobody_reads, "full disk": full_disk}


def to_stdout(fd):
    return {} if fd is None else {"preexec_fn": lambda: os.dup2(fd, 1)}


# --- a cell ---

def goes_on_until(mode, fault):
    if fault == "restarts":
        return RESTARTS[mode]
    return (ENDS_LATER if fault in ("stopped client", "stands still") else ENDLESS)[mode]


def words_for(mode, fault, port, healthy, tmp_path):
    words, tabular = WORDS[mode]
    words = [*words, "-c", ASKED, "--grace", "1s", "--no-probe"]
    if not starts_with(mode, fault):
        words += goes_on_until(mode, fault)[0]
    if mode == "compare":
        words = ["compare", f"good=127.0.0.1:{healthy.port}", f"other=127.0.0.1:{port}", *words]
    else:
        words = [*{"saturate": ["saturate"], "sweep": ["sweep", "clients"]}.get(mode, []), "-p", port, *words]
    if mode != "idle":
        words += ["--json", "/dev/full" if fault == "full disk" else tmp_path / "j", "--save", tmp_path / "d"]
    return [*words, "--csv"] if tabular else words


def run_cell(bench, mode, fault, words, server):
    how = {"preexec_fn": seccomp.refusing(*FILTER)} if fault == "EPERM filter" else {}
    with (nobody_reads if fault == "closed pipe" else as_it_is)() as stdout:
        run = bench.start(*words, **{**how, **to_stdout(stdout)})
        if not starts_with(mode, fault):
            reach(run, server, *goes_on_until(mode, fault)[1:])
            IN_BETWEEN[fault](run, server)
        if (mode, fault) in matrix.USER_ENDS:
            time.sleep(0.5)  # for nothing to happen in
            assert run.proc.poll() is None, run.wait()
            run.proc.send_signal(signal.SIGTERM)
        return run.wait(ENDS)


SILENCE = "did not reply|did not answer|unanswered|without an answer|only 0 of"
SAYS = {  # what the sentence tells of, where the exit code comes of the fault
    "refused": "cannot connect|Address already in use",
    "fewer connections": f"{ASKED - ROOM} of {ASKED} connections lost",
    "restarts": "connections lost",
    "dies": "connections lost|cannot connect",  # the latter where it goes between two slots
    "mute": SILENCE,
    "drips": SILENCE,
    "error replies": "ERR no|error replies [1-9]",  # a sweep gives the number
    "wrong shape": "integer 1 instead of|error replies [1-9]",
    "garbage": "RESP",
    "signal": "interrupted by SIGTERM",
    "full disk": "No space left|standard output",
    "closed pipe": "Broken pipe|standard output",
}


def check_sentence(run, mode, fault):
    told = [line for line in run.err.splitlines() if line.startswith("hkv-bench")]
    cause = "SIGTERM" if (mode, fault) in matrix.USER_ENDS else SAYS.get(fault, "")
    assert run.rc == 0 or any(re.search(cause, line) for line in told), run


def check_table(out, filled):
    """One header, and rows of its width: some, where something was measured."""
    rows = list(csv.reader(io.StringIO(out)))
    assert len({len(row) for row in rows}) <= 1 and len(rows) >= (2 if filled else 0), out
    for word in ("nan", "inf"):
        assert word not in [cell.strip("-").lower() for row in rows for cell in row], out


def measured(doc):
    """How much a document tells of."""
    kind, tests = doc.get("kind", "run"), doc["tests"]
    if kind == "compare":
        return sum(slot["answered"] for test in tests for block in test["blocks"] for slot in block)
    if kind == "saturate":
        return sum(len(test["trials"]) + bool(test["closed_loop_rps"]) for test in tests)
    if kind == "sweep":
        return sum(point["answered"] for test in tests for point in test["points"])
    return sum(test["counts"]["answered"] for test in tests)


def strict(text):
    return json.loads(text, parse_constant=formats.refuse_constant, object_pairs_hook=formats.strict_object)


def check_kept(bench, run, mode, fault, tmp_path):
    what = matrix.kept(mode, fault)
    if what == "nothing":
        return
    export = bench("history", tmp_path / "d", "export", "last")
    assert export.rc == 0, (run, export)
    docs = [strict(export.out)]
    if fault != "full disk":
        docs.append(strict((tmp_path / "j").read_text()))
        assert docs[1]["exit_code"] == run.rc, run
    for doc in docs:
        assert doc.get("kind", "run") == (mode if mode in ("compare", "saturate", "sweep") else "run")
        assert len(doc["tests"]) == 1, run
        assert what == "document" or measured(doc) > 0, (run, doc["tests"])


def marked(mode, fault):
    return pytest.param(mode, fault, marks=[pytest.mark.full] if fault in SLOW and mode != "plain" else [])


@pytest.mark.parametrize("mode,fault", [marked(*cell) for cell in sampled() if cell[0] != "serve"],
                         ids=lambda word: str(word).replace(" ", "-"))
def test_fault(bench, make, healthy, request, tmp_path, mode, fault):
    server = None
    if not starts_with(mode, fault):
        server = request.getfixturevalue("own")
        port = server.port
    elif fault == "mute":
        port = make["serve"](servers.Silent).port
    else:
        port = FROM_THE_START.get(fault, lambda _: healthy.port)(make)
    run = run_cell(bench, mode, fault, words_for(mode, fault, port, healthy, tmp_path), server)
    assert run.rc == matrix.code(mode, fault), run
    check_sentence(run, mode, fault)
    if WORDS[mode][1]:
        figures = matrix.kept(mode, fault) == "figures" and fault != "closed pipe"
        check_table(run.out, figures and (mode == "sweep" or fault not in ("error replies", "wrong shape")))
    check_kept(bench, run, mode, fault, tmp_path)


# --- serve ---

def send(address, *pieces, pause_s=0.0):
    """A connection over which the pieces went."""
    sock = socket.create_connection(address, timeout=10)
    for piece in pieces:
        sock.sendall(piece)
        time.sleep(pause_s)
    return sock


def answered(address, data):
    with send(address, data) as sock:
        return sock.recv(65536)


def die(address):
    sock = send(address, b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1000\r\nx")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    return sock.close()


def crowd(address):
    """More connections than it has descriptors; some of them stand."""
    with contextlib.ExitStack() as all_of_them:
        for _ in range(40):
            all_of_them.enter_context(socket.create_connection(address, timeout=10))
        time.sleep(0.3)


def expect(address, data, beginning):
    got = answered(address, data)
    assert got.startswith(beginning), got


CLIENTS = {
    "fewer connections": crowd,
    "dies": die,
    "mute": lambda address: send(address, b"*1\r\n$4\r\nPI"),
    "drips": lambda address: send(address, *[b"%c" % c for c in encode("SET", "k", "v")[:-1]], pause_s=0.01),
    "error replies": lambda address: expect(address, encode("NOSUCH", "x"), b"-ERR unknown command"),
    "wrong shape": lambda address: expect(address, encode("SET", "k"), b"-ERR wrong number"),
    "garbage": lambda address: expect(address, b"*1\r\nxx\r\n", b"-ERR Protocol error"),
}


def goes_on(address):
    with Client(address) as c:
        assert c.call("SET", "k", "v") == "OK"
        assert c.call("GET", "k") == b"v"


def limits(fault):
    if fault == "EPERM filter":
        return {"preexec_fn": seccomp.refusing(*FILTER)}
    if fault == "fewer connections":
        return {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (24, 24))}
    return {}


def listens(run, port):
    """Where its standard output may be a fault itself, it says nothing of it."""
    until(lambda: run.proc.poll() is not None or can_connect(port))
    assert run.proc.poll() is None, run.wait()


def can_connect(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize("fault", [fault for mode, fault in sampled() if mode == "serve"],
                         ids=lambda word: str(word).replace(" ", "-"))
def test_fault_of_serve(bench, healthy, fault):
    port = healthy.port if fault == "refused" else free_port()
    address = ("127.0.0.1", port)
    with OUTPUTS.get(fault, as_it_is)() as stdout, contextlib.ExitStack() as clients:
        run = bench.start("serve", "-p", port, **{**limits(fault), **to_stdout(stdout)})
        if fault != "refused":
            listens(run, port)
            client = CLIENTS.get(fault, lambda _: None)(address)
            clients.enter_context(client or contextlib.nullcontext())
            if fault == "stopped client":
                stop_and_go(run.proc)
            goes_on(address)
            run.proc.send_signal(signal.SIGTERM)
        run.wait(ENDS)
    assert run.rc == matrix.code("serve", fault), run
    check_sentence(run, "serve", fault)


# --- the table ---

def test_the_tables_name_only_cells_that_there_are():
    every = {(mode, fault) for mode in matrix.MODES for fault in matrix.FAULTS}
    assert set(matrix.CODES) | set(matrix.NONE) | matrix.DOCUMENT | matrix.USER_ENDS <= every
    assert not set(matrix.NONE) & (set(matrix.CODES) | matrix.DOCUMENT)


def test_the_table_in_the_docs_is_this_one():
    with open(os.path.join(ROOT, "docs", "reliability.md"), encoding="utf-8") as f:
        assert matrix.table() in f.read(), "docs/reliability.md is stale: tests/e2e/matrix.py prints its table"
