# SPDX-License-Identifier: MIT
"""Deliveries that are held 5 ms take 5 ms more than those that are not, from due to delivery: what waking up takes here is in
both. The server here waits without sleeping, so that its own lateness is a few µs; it is in Python and takes one request at
a time."""

import os
import select
import socket
import threading
import time

import pytest

from ease import at_ease

HOLD_NS = 5_000_000


class Holder(threading.Thread):
    """LPUSH is answered at once; who waits in BRPOP gets it hold_ns after it was read."""

    words = []

    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.listener.setblocking(False)
        self.port = self.listener.getsockname()[1]
        self.over, self.tid, self.hold_ns = False, None, 0
        self.started = threading.Event()

    def queued_s(self):
        self.started.wait()
        with open(f"/proc/self/task/{self.tid}/schedstat", encoding="ascii") as f:
            return int(f.read().split()[1]) * 1e-9

    def run(self):
        self.tid = threading.get_native_id()
        self.started.set()
        poll, socks, waiting, held = select.epoll(), {}, [], []
        poll.register(self.listener, select.EPOLLIN)
        while not self.over:
            for fd, _ in poll.poll(0):
                if fd == self.listener.fileno():
                    sock, _ = self.listener.accept()
                    sock.setblocking(False)
                    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    socks[sock.fileno()] = sock
                    poll.register(sock, select.EPOLLIN)
                    continue
                data, now = socks[fd].recv(65536), time.monotonic_ns()
                if not data:
                    poll.unregister(fd)
                    socks.pop(fd).close()
                elif b"LPUSH" in data:  # each is one request, which comes in one piece
                    held.append((now + self.hold_ns, data.split(b"\r\n")[6]))
                    socks[fd].send(b":1\r\n")
                elif b"BRPOP" in data:
                    waiting.append(fd)
                else:
                    socks[fd].send(b":1\r\n" if b"DEL" in data else b"-ERR no\r\n")
            while held and waiting and held[0][0] <= time.monotonic_ns():
                _, payload = held.pop(0)
                socks[waiting.pop(0)].send(b"*2\r\n$1\r\nq\r\n$%d\r\n%s\r\n" % (len(payload), payload))


@pytest.fixture
def holder():
    started = []

    def start():
        started.append(Holder())
        started[-1].start()
        return started[-1]
    yield start
    for server in started:
        server.over = True
        server.join()
        server.listener.close()


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="client and server need a CPU each")
@pytest.mark.full
def test_deliveries_that_are_held_5_ms_take_5_ms(measure, holder):
    base_ns = [0]

    def both(server):
        for server.hold_ns in 0, HOLD_NS:
            test = measure(server, "--queue", "list", "--rate", 200, "-n", 400, "-c", 2, "--consumers", 8, "--no-calibration")
            if not server.hold_ns:
                base_ns[0] = test["delivery"]["latency_ns"]["p50"]
        return test

    def check(_, test):
        d = test["delivery"]
        assert d["delivered"] == d["sent"] == 400 and d["lost"] == 0
        assert d["latency_ns"]["min"] >= HOLD_NS * 0.999
        assert abs(d["latency_ns"]["p50"] - base_ns[0] - HOLD_NS) <= 50_000, (base_ns, d)
        assert test["latency_ns"]["p50"] < HOLD_NS / 2  # the producers did not wait for it
    at_ease(holder, both, check)
