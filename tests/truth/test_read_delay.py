# SPDX-License-Identifier: MIT
"""Answers that lie in the client's sockets are no latency of the server's. The server here writes down, by the kernel's
own stamps, how long each of its answers took; the client is stopped again and again, so that it reads late."""

import heapq
import json
import math
import random
import resource
import selectors
import signal
import socket
import struct
import threading
import time

import pytest

import formats

SO_TIMESTAMPING, RX_SOFTWARE, SOFTWARE = 37, 1 << 3, 1 << 4


class Recorder(threading.Thread):
    """Answers +PONG to whatever comes in one read, so long after the kernel had it, and keeps how long that took."""

    def __init__(self, delay_s):
        super().__init__(daemon=True)
        self.delay_s, self.took_ns, self.over = delay_s, [], False
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
        self.listener.setblocking(False)
        self.port = self.listener.getsockname()[1]
        self.waits = selectors.EpollSelector()
        self.waits.register(self.listener, selectors.EVENT_READ)
        self.held = []

    def accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except BlockingIOError:
                return
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPING, RX_SOFTWARE | SOFTWARE)
            self.waits.register(sock, selectors.EVENT_READ)

    def hear(self, sock):
        data, control, _, _ = sock.recvmsg(4096, 256)
        if not data:
            self.waits.unregister(sock)
            sock.close()
            return
        seconds, ns = struct.unpack_from("qq", control[0][2]) if control else (0, 0)
        came_ns = seconds * 10**9 + ns or time.time_ns()  # the first packets after stamps were turned on have none
        heapq.heappush(self.held, (came_ns + int(self.delay_s * 1e9), sock.fileno(), came_ns, sock))

    def answer(self):
        while self.held and self.held[0][0] <= time.time_ns():
            _, _, came_ns, sock = heapq.heappop(self.held)
            if sock.fileno() >= 0:
                sock.send(b"+PONG\r\n")
                self.took_ns.append(time.time_ns() - came_ns)

    def run(self):
        while not self.over:
            wait_s = (self.held[0][0] - time.time_ns()) / 1e9 if self.held else 0.05
            for key, _ in self.waits.select(max(0, min(0.05, wait_s))):
                if key.fileobj is self.listener:
                    self.accept()
                else:
                    self.hear(key.fileobj)
            self.answer()

    def quantile(self, q):
        took = sorted(self.took_ns)
        return took[math.ceil(q * len(took)) - 1]


@pytest.fixture
def recorder():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    started = []

    def start(delay_s):
        started.append(Recorder(delay_s))
        started[-1].start()
        return started[-1]
    yield start
    for server in started:
        server.over = True
        server.join()
        for key in list(server.waits.get_map().values()):
            key.fileobj.close()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def stop_and_go(run, delay_s):
    """Stops the client for most of the time. By chance: in step with the delay, each answer could meet it awake."""
    chance = random.Random(1)
    while run.proc.poll() is None:
        run.proc.send_signal(signal.SIGSTOP)
        time.sleep(delay_s * chance.uniform(0.5, 1.5))
        run.proc.send_signal(signal.SIGCONT)
        time.sleep(delay_s * chance.uniform(0.1, 0.5))


@pytest.mark.parametrize("engine", ["epoll", "uring"])
@pytest.mark.parametrize("clients, requests, delay_s", [
    (50, 1500, 0.03), (1000, 12000, 0.1), pytest.param(5000, 50000, 0.3, marks=pytest.mark.full)])
def test_what_lay_unread_is_taken_out(bench, recorder, tmp_path, engine, clients, requests, delay_s):
    server, out = recorder(delay_s), tmp_path / "run.json"
    run = bench.start("-p", server.port, "--no-probe", "--no-calibration", "--engine", engine, "-t", "ping_inline", "-c",
                      clients, "-n", requests, "--grace", "60s", "--json", out)
    stopper = threading.Thread(target=stop_and_go, args=(run, delay_s))
    stopper.start()
    run.wait(120)
    stopper.join()
    if engine == "uring" and run.rc == 2:
        pytest.skip("no io_uring here: " + run.err)
    assert run.rc == 0, run
    test = formats.only(json.loads(out.read_text()))
    read, corrected = test["read_delay"], test["read_delay"]["kernel_latency_ns"]
    assert read["samples"] >= 0.8 * requests / 16 and read["missed"] < 0.05 * requests / 16 + 70
    for q, key in (0.5, "p50"), (0.99, "p99"):
        true_ns = server.quantile(q)
        assert abs(corrected[key] / true_ns - 1) < 0.05, (key, corrected[key], true_ns)
        assert read["latency_ns"][key] / true_ns - 1 > 0.05, (key, read["latency_ns"][key], true_ns)
    assert read["share_p50"] > 0.05
    assert ("latency without that wait" in run.out) == (read["share_p50"] > 0.1)


def test_a_client_that_reads_at_once_has_no_delay(measure, planted):
    """20 ms of the server's own: next to nothing of it is the client's."""
    test = measure(planted("--delay", "20ms"), "-t", "ping_mbulk", "-c", 32, "-n", 4000)
    assert test["read_delay"]["samples"] >= 200
    assert test["read_delay"]["share_p50"] < 0.1
    assert test["read_delay"]["kernel_latency_ns"]["min"] >= 19.8e6  # two digits


def test_where_nothing_is_stamped_nothing_is_told(bench):
    run = bench("--engine", "null", "-t", "set", "-n", 1000, "--no-probe", "--json", "-")
    assert formats.only(formats.read_json(run.out))["read_delay"] is None
