# SPDX-License-Identifier: MIT
"""A signal ends every phase at once, with the exit code that names it, and what was measured is kept."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import time

import pytest

import formats
import servers
from waiting import until

SIGNALS = [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
ENDLESS = ("-n", "1G", "-c", 10, "-P", 4)


def mask(pid, name):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1], 16) for line in status if line.startswith(name))


def takes_signals(run):
    """The program looks after SIGTERM itself; a moment later it is where it waits."""
    until(lambda: (mask(run.proc.pid, "SigCgt:") | mask(run.proc.pid, "SigBlk:")) >> (signal.SIGTERM - 1) & 1)
    time.sleep(0.2)


def stop(run, number, code):
    takes_signals(run)
    run.signal(number, 20)
    assert run.rc == code, run
    assert run.said, run


# Before anything is measured

@pytest.mark.parametrize("number,code", SIGNALS)
def test_a_signal_ends_the_reading_of_standard_input(bench, redis, number, code):
    reader, writer = os.pipe()
    run = bench.start("-p", redis.port, "-x", "SET", "k", preexec_fn=lambda: os.dup2(reader, 0))
    stop(run, number, code)
    os.close(reader)
    os.close(writer)
    assert "standard input" in run.err


@pytest.mark.parametrize("words", [["--json"], ["--series"], ["--hdr"], ["saturate", "--slo", "p99=1s", "--json"],
                                   ["sweep", "clients", "--json"], ["compare", "--aa", "ADDRESS", "--json"]],
                         ids=" ".join)
def test_a_signal_ends_the_wait_for_the_reader_of_a_fifo(bench, redis, tmp_path, words):
    path = tmp_path / "report"
    os.mkfifo(f"{path}.hlog" if words[-1] == "--hdr" else path)
    address = f"127.0.0.1:{redis.port}"
    words = [w.replace("ADDRESS", address) for w in words]
    where = () if "compare" in words else ("-p", redis.port)
    run = bench.start(*words, path, *where, "-t", "set")
    stop(run, signal.SIGTERM, 143)
    assert str(path) in run.err and "reader" in run.err, run
    assert "set" not in redis.calls()


def test_a_fifo_is_written_to_once_it_has_a_reader(bench, redis, tmp_path):
    path = tmp_path / "report"
    os.mkfifo(path)
    run = bench.start("-p", redis.port, "-t", "set", "-n", 100, "--json", path)
    takes_signals(run)
    with open(path, encoding="utf-8") as f:
        doc = formats.read_json(f.read())
    assert run.wait().rc == 0, run
    assert formats.only(doc)["counts"]["answered"] == 100


RESOLVER = """
#include <arpa/inet.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static struct sockaddr_in to[2];
static struct addrinfo all[2];
int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **out)
{
    if (hints->ai_flags & AI_NUMERICHOST)
        return EAI_NONAME;
    if (strcmp(host, "slow.test") == 0)
        sleep(1000);
    for (int i = 0; i < 2; i++) {
        to[i] = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(atoi(service))};
        to[i].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        all[i] = (struct addrinfo){.ai_family = AF_INET, .ai_socktype = SOCK_STREAM, .ai_addrlen = sizeof to[i],
                                   .ai_addr = (struct sockaddr *)&to[i], .ai_next = i ? NULL : &all[1]};
    }
    *out = all;
    return 0;
}
void freeaddrinfo(struct addrinfo *list) { (void)list; }
"""


@pytest.fixture
def resolver(bench, tmp_path):
    """The environment in which slow.test is looked up for ever, and any other name has two addresses."""
    if not shutil.which("cc") or "sanitizers" in bench("--version").out:
        pytest.skip("needs a compiler, and a program that takes LD_PRELOAD")
    (tmp_path / "resolver.c").write_text(RESOLVER)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", tmp_path / "resolver.so", tmp_path / "resolver.c"], check=True,
                   timeout=60)
    return {**os.environ, "LD_PRELOAD": str(tmp_path / "resolver.so")}


@pytest.fixture
def full():
    """A port whose backlog is full: who connects to it waits."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = []
        for _ in range(4):
            waiting.append(socket.socket())
            waiting[-1].setblocking(False)
            waiting[-1].connect_ex(listener.getsockname())
        time.sleep(0.1)
        yield listener.getsockname()[1]
        for s in waiting:
            s.close()


@pytest.mark.parametrize("number,code", SIGNALS)
def test_a_signal_ends_the_look_up_of_a_name(bench, resolver, number, code):
    run = bench.start("-h", "slow.test", "-t", "set", env=resolver)
    stop(run, number, code)
    assert "slow.test" in run.err


@pytest.mark.parametrize("words", [["saturate", "--slo", "p99=1s"], ["sweep", "clients"], ["-I"]], ids=" ".join)
def test_a_signal_ends_the_look_up_of_a_name_in(bench, resolver, words):
    stop(bench.start(*words, "-h", "slow.test", env=resolver), signal.SIGTERM, 143)


def test_a_signal_ends_the_look_up_of_a_name_in_compare(bench, resolver):
    stop(bench.start("compare", "slow.test:1", "slow.test:2", env=resolver), signal.SIGTERM, 143)


def test_a_name_with_several_addresses_is_measured(bench, redis, resolver):
    run = bench("-h", "two.test", "-p", redis.port, "-t", "set", "-n", 100, env=resolver)
    assert run.rc == 0, run
    assert redis.calls()["set"] == 100


def test_a_signal_ends_the_trying_of_several_addresses(bench, resolver, full):
    stop(bench.start("-h", "two.test", "-p", full, "-t", "set", "--grace", "1h", env=resolver), signal.SIGINT, 130)


def test_a_signal_ends_the_opening_of_connections(bench, full):
    stop(bench.start("-p", full, "-t", "set", "--grace", "1h"), signal.SIGINT, 130)


# A history that another process holds

@pytest.mark.parametrize("words", [["-t", "set", "--save"], ["compare", "-t", "set", "--baseline"]], ids=" ".join)
def test_a_signal_ends_the_wait_for_a_history(bench, redis, tmp_path, words):
    db = tmp_path / "runs.db"
    assert bench("-p", redis.port, "-t", "set", "-n", 2000, "-q", "--save", db).rc == 0
    with sqlite3.connect(db, isolation_level=None) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("DELETE FROM tags")
        head, option = (words, f"{db}:1") if words[0] == "compare" else ([], db)
        where = [f"127.0.0.1:{redis.port}"] if head else ["-p", redis.port]
        run = bench.start(*(["compare", *where, *words[1:]] if head else [*where, *words]), option)
        begun = time.monotonic()
        time.sleep(1)
        assert run.proc.poll() is None
        run.signal(signal.SIGINT, 15)
        assert run.rc == 130, run
        assert time.monotonic() - begun < 15 and run.err


# --fresh

def compare(bench, redis, *words):
    return bench.start("compare", "--aa", f"127.0.0.1:{redis.port}", "-t", "set", "--blocks", 2, *words)


def test_a_signal_ends_a_command_of_fresh_and_what_it_started(bench, redis, tmp_path):
    pids = tmp_path / "pids"
    run = compare(bench, redis, "--fresh", f"sleep 1000 & echo $! $$ > {pids}.new; mv {pids}.new {pids}; wait; true")
    until(pids.exists)
    run.signal(signal.SIGTERM, 20)
    assert run.rc == 143, run
    for pid in pids.read_text().split():
        until(lambda: not alive(pid))


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as f:
            return f.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_a_command_of_fresh_finds_signals_as_a_program_expects_them(bench, redis, tmp_path):
    path = tmp_path / "status"
    run = compare(bench, redis, "--fresh", f"cat /proc/self/status > {path}; false").wait()
    assert run.rc == 1 and "--fresh" in run.err, run
    status = dict(line.split(":", 1) for line in path.read_text().splitlines())
    ours = sum(1 << (n - 1) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE, signal.SIGXFSZ))
    assert int(status["SigBlk"], 16) & ours == int(status["SigIgn"], 16) & ours == 0, status


# Between trials, and while measuring

@pytest.mark.parametrize("words", [["sweep", "clients", "--idle", "1h"], ["saturate", "--slo", "p99=1ns", "--idle", "1h"]],
                         ids=" ".join)
def test_a_signal_ends_a_pause(bench, redis, words):
    stop(bench.start(*words, "-p", redis.port, "-t", "set", "--trial", "100ms"), signal.SIGHUP, 129)


@pytest.mark.parametrize("words", [[], ["-q"], ["--csv"], ["--format", "classic"]], ids=" ".join)
def test_a_hangup_saves_and_reports(bench, redis, tmp_path, words):
    run = bench.start("-p", redis.port, "-t", "set", *ENDLESS, "--json", tmp_path / "j", "--save", tmp_path / "d", *words)
    until(lambda: redis.calls().get("set", 0) > 5000)
    run.signal(signal.SIGHUP)
    assert run.rc == 129, run
    assert "SET" in run.out and run.said
    test = formats.only(formats.read_json((tmp_path / "j").read_text()))
    assert test["counts"]["answered"] > 1000
    export = bench("history", tmp_path / "d", "export", "last")
    assert formats.only(formats.read_json(export.out))["counts"] == test["counts"]


def test_a_hangup_is_ignored_under_nohup(bench, redis):
    run = bench.start("-p", redis.port, "-t", "set", *ENDLESS,
                      preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    until(lambda: redis.calls().get("set", 0) > 5000)
    run.proc.send_signal(signal.SIGHUP)
    before = redis.calls()["set"]
    until(lambda: redis.calls()["set"] > before + 5000)
    assert run.proc.poll() is None
    run.signal(signal.SIGTERM)
    assert run.rc == 143, run


def test_impatient_signals_lose_nothing(bench, redis, tmp_path):
    run = bench.start("-p", redis.port, "-t", "set", *ENDLESS, "--json", tmp_path / "j", "--save", tmp_path / "d")
    until(lambda: redis.calls().get("set", 0) > 5000)
    for i in range(1000):
        if run.proc.poll() is not None:
            break
        run.proc.send_signal(signal.SIGINT if i % 2 else signal.SIGTERM)
        time.sleep(0.002)
    run.wait(20)
    assert run.rc in (130, 143), run  # of two that are pending the kernel delivers SIGINT first
    assert formats.only(formats.read_json((tmp_path / "j").read_text()))["counts"]["answered"] > 1000
    assert bench("history", tmp_path / "d", "export", "last").rc == 0


@pytest.mark.usefixtures("unsanitized")
def test_a_signal_after_the_patience_ends_what_does_not_end_by_itself(bench, redis):
    """Standard output is a pipe that nobody empties, so that the report cannot be written. ThreadSanitizer holds signals
    back while libc writes for itself."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    try:
        while True:
            os.write(writer, b"x" * 65536)
    except BlockingIOError:
        pass
    os.set_blocking(writer, True)
    proc = subprocess.Popen([bench.path(), "-p", str(redis.port), "-t", "set", "-n", "1G"], stdout=writer,
                            stderr=subprocess.PIPE)
    until(lambda: redis.calls().get("set", 0) > 1000)
    first = time.monotonic()
    proc.send_signal(signal.SIGINT)
    time.sleep(1)
    proc.send_signal(signal.SIGINT)
    time.sleep(1)
    assert proc.poll() is None or time.monotonic() > first + 5, "the second one was not ignored"
    until(lambda: proc.poll() is not None or proc.send_signal(signal.SIGINT), step=0.2)
    assert proc.returncode == -signal.SIGINT
    assert b"second signal" in proc.communicate()[1]
    os.close(reader)
    os.close(writer)


@pytest.mark.parametrize("number", [n for n, _ in SIGNALS])
def test_serve_puts_its_socket_away_at_a_signal(bench, tmp_path, number):
    path = tmp_path / "s.sock"
    run = bench.start("serve", "-p", 0, "-s", path)
    until(path.exists)
    time.sleep(0.2)
    run.signal(number, 20)
    assert run.rc == 0, run
    assert not path.exists()
