# SPDX-License-Identifier: MIT
"""Fixtures of the end-to-end tests: the program under test, real servers, misbehaving servers.

What a user keeps at home bears on no test: $XDG_STATE_HOME is an empty folder.
The program is $HKV_BENCH, or build/hkv-bench, with the engine $HKV_ENGINE where that is set. $HKV_SAMPLE=3 runs a third
of the tests, and $HKV_SHARE says which, counted on from 0 for ever; tests marked "full" are in none. Only processes that
were started here are ended, by their id."""

import atexit
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import zlib

import pytest

from resp_client import client_of
from waiting import until

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BENCH = os.path.abspath(os.environ.get("HKV_BENCH") or os.path.join(ROOT, "build", "hkv-bench"))

ENGINE = os.environ.get("HKV_ENGINE")

os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="hkv-state-")
atexit.register(shutil.rmtree, os.environ["XDG_STATE_HOME"], ignore_errors=True)


def pytest_sessionstart(session):
    # Under nohup SIGHUP is ignored, and so it would be by all that is started here; a handler is not passed on.
    signal.signal(signal.SIGHUP, lambda *_: None)
    if not os.access(BENCH, os.X_OK):
        pytest.exit(f"{BENCH} is not there: build it, or set HKV_BENCH to the program under test", 2)


def pytest_configure(config):
    config.addinivalue_line("markers", "full: takes long, and has a shorter sibling; left out of a sample")


def pytest_collection_modifyitems(items):
    sample, share = int(os.environ.get("HKV_SAMPLE") or 1), int(os.environ.get("HKV_SHARE") or 0)
    items[:] = [item for item in items if zlib.crc32(item.nodeid.encode()) % sample == share % sample
                and not (sample > 1 and item.get_closest_marker("full"))]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


# Doubts that come by themselves where other tests keep the machine busy.
OF_THE_MACHINE = re.compile("a client thread |the client was (?:the bottleneck|not running)|the client sent late|these figures reflect the client|of this machine's CPU time|not steady|stalls of up to")


class Run:
    """A program that is running, or ran: rc, out and err once ended; said is err without what a busy machine adds,
    raw both as bytes."""

    def __init__(self, argv, stdin=None, **how):
        self.argv = argv
        self.rc = self.out = self.err = self.raw = None
        self.stdin = stdin
        self.proc = subprocess.Popen(argv, stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
                                     stdout=subprocess.PIPE, stderr=subprocess.PIPE, **how)

    def wait(self, timeout=60):
        """Waits for its end; a program that runs on is killed, and the test fails with what it had said."""
        try:
            out, err = self.proc.communicate(self.stdin, timeout)
        except subprocess.TimeoutExpired:
            self.proc.kill()
            out, err = self.proc.communicate()
            pytest.fail(f"still running after {timeout} s: {self.argv}\n--- out\n{out!r}\n--- err\n{err!r}")
        self.rc = self.proc.returncode
        self.raw = out + err
        self.out = out.decode("utf-8", "backslashreplace")
        self.err = err.decode("utf-8", "backslashreplace")
        self.said = "".join(line for line in self.err.splitlines(True) if not OF_THE_MACHINE.search(line))
        return self

    def signal(self, number, timeout=30):
        self.proc.send_signal(number)
        return self.wait(timeout)

    def __str__(self):
        return f"{self.argv} -> {self.rc}\n--- out\n{self.out}\n--- err\n{self.err}"

    __repr__ = __str__ # which is what pytest prints of a failed assertion


# A run of which nobody says when it ends lasts 5 s: tests have no time for that, but for those that ask for it.
ENDS = {"-n", "--requests", "--duration", "--until-precise", "-I", "--help", "--version", "--prefill-only", "--compat", "-v"}
SUBCOMMANDS = {"compare", "saturate", "sweep", "selftest", "serve", "options", "history", "report", "merge", "record", "help"}


def with_end(args):
    words = [str(word) for word in args]
    ends = any(word.split("=")[0] in ENDS for word in words)
    return words if ends or (words and words[0] in SUBCOMMANDS) else ["-n", "100000", *words]


def with_engine(args):
    """The words, with $HKV_ENGINE where a run has a choice: before its options, behind what a subcommand is about."""
    words = [str(word) for word in args]
    if not ENGINE or not words or words[0] in ("serve", "options", "history", "report", "merge", "record", "help") or {"--engine", "--help"} & {*words}:
        return words
    at = 1 if words[0] in ("compare", "saturate", "sweep", "selftest") else 0
    while at and at < len(words) and not words[at].startswith("-"):
        at += 1
    return [*words[:at], "--engine", ENGINE, *words[at:]]


class Bench:
    """The program under test: bench(args) runs it to its end, bench.start(args) leaves it running."""

    def __init__(self, folder):
        self.folder = folder
        self.running = []

    def path(self, name=None):
        """The program, or a link to it that is called `name`."""
        if name is None:
            return BENCH
        link = os.path.join(self.folder, name)
        if not os.path.islink(link):
            os.symlink(BENCH, link)
        return link

    def start(self, *args, stdin=None, name=None, by_default=False, **how):
        words = args if name or by_default else with_end(args)
        run = Run([self.path(name), *with_engine(words)], stdin, **how)
        self.running.append(run)
        return run

    def __call__(self, *args, stdin=None, timeout=60, name=None, **how):
        return self.start(*args, stdin=stdin, name=name, **how).wait(timeout)

    def stop(self):
        for run in self.running:
            if run.proc.poll() is None:
                run.proc.kill()
            run.proc.communicate()


class Redis:
    """A redis-server of our own, on a free port and a unix socket."""

    PROGRAM = "redis-server"

    def __init__(self, *options):
        self.folder = tempfile.mkdtemp(prefix="hkv-e2e-")
        self.sock = os.path.join(self.folder, "redis.sock")
        self.port = free_port()
        self.address = ("127.0.0.1", self.port)
        self.log = open(os.path.join(self.folder, "log"), "wb")
        self.words = [self.PROGRAM, "--port", str(self.port), "--bind", "127.0.0.1", "-::1", "--unixsocket", self.sock,
                      "--save", "", "--appendonly", "no", "--dir", self.folder, "--daemonize", "no", *options]
        self.start()

    def start(self):
        self.proc = subprocess.Popen(self.words, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        self.client = until(lambda: client_of(self))

    def reset(self):
        """Empty, and all its counters at 0."""
        self.client.call("FLUSHALL")
        self.client.call("CONFIG", "RESETSTAT")

    def calls(self):
        return self.client.calls()

    def dbsize(self):
        return self.client.call("DBSIZE")

    def kill(self):
        self.proc.kill()
        self.proc.wait()

    def stop(self):
        self.client.close()
        self.kill()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Embedded:
    """`hkv-bench serve` on a free port that it chose itself."""

    def __init__(self, *options):
        self.options = options
        self.start("-p", "0")

    def start(self, *where):
        self.proc = subprocess.Popen([BENCH, "serve", *where, *self.options], stdin=subprocess.DEVNULL,
                                     stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        watchdog = threading.Timer(20, self.proc.kill)
        watchdog.start()
        line = self.proc.stdout.readline().decode()
        watchdog.cancel()
        if not line.startswith("listening on 127.0.0.1:"):
            self.proc.kill()
            pytest.fail(f"serve said {line!r} and {self.proc.communicate()!r}")
        self.port = int(line.rsplit(":", 1)[1])
        self.address = ("127.0.0.1", self.port)

    def stop(self):
        self.proc.kill()
        self.proc.communicate()


@pytest.fixture
def bench(tmp_path):
    b = Bench(str(tmp_path))
    yield b
    b.stop()


@pytest.fixture
def unsanitized(bench):
    """For tests of memory, stacks and signals: a sanitizer takes its own of them."""
    if "sanitizers" in bench("--version").out:
        pytest.skip("a build with sanitizers")


@pytest.fixture(scope="session")
def shared_redis():
    if not shutil.which("redis-server"):
        pytest.skip("redis-server is not installed (Debian package redis-server)")
    r = Redis()
    yield r
    r.stop()


@pytest.fixture
def redis(shared_redis):
    """A real server, empty, its counters at 0. Shared by the tests that do it no harm."""
    shared_redis.reset()
    return shared_redis


@pytest.fixture
def start_redis():
    """start_redis(options): real servers for one test alone, to be killed or stopped at will."""
    started = []

    def start(*options):
        started.append(Redis(*options))
        return started[-1]
    yield start
    for r in started:
        r.proc.send_signal(signal.SIGCONT)
        r.stop()


@pytest.fixture
def embedded():
    e = Embedded()
    yield e
    e.stop()


@pytest.fixture
def serve():
    """serve(servers.Silent) or serve(servers.ClosesAfter, 10): a misbehaving server for one test."""
    started = []

    def start(kind, *args):
        started.append(kind(*args))
        return started[-1]
    yield start
    for s in started:
        s.stop()
