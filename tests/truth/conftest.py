# SPDX-License-Identifier: MIT
"""The fixtures of the end-to-end tests, and a server that does what it is told.

With $HKV_SAMPLE above 1, tests marked "full" are left out: each takes a minute or more, and has a shorter sibling.
"""

import importlib.util
import os
import re
import ssl
import sys

import pytest

E2E = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "e2e")
sys.path.insert(0, E2E)
spec = importlib.util.spec_from_file_location("e2e_fixtures", os.path.join(E2E, "conftest.py"))
e2e = importlib.util.module_from_spec(spec)
spec.loader.exec_module(e2e)
bench, start_redis = e2e.bench, e2e.start_redis

import formats  # noqa: E402
from certs import Authority  # noqa: E402
from resp_client import Client  # noqa: E402


def pytest_configure(config):
    config.addinivalue_line("markers", "full: takes a minute or more; left out of a sample")


def pytest_collection_modifyitems(config, items):
    if int(os.environ.get("HKV_SAMPLE") or 1) > 1:
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("full")])
        items[:] = [item for item in items if not item.get_closest_marker("full")]


class Planted:
    """hkv-bench serve with faults, and what it counted. ca: by TLS, with a certificate of that Authority."""

    def __init__(self, bench, options, ca=None):
        own = ["--tls-cert", ca.path("serve.crt"), "--tls-key", ca.path("serve.key")] if ca else []
        self.words = ["--tls", "--cacert", ca.crt] if ca else []
        self.context = ssl.create_default_context(cafile=ca.crt) if ca else None
        self.run = bench.start("serve", "-p", 0, *own, *options)
        line = self.run.proc.stdout.readline().decode()
        self.port = int(re.search(r":(\d+)$", line.strip())[1])

    def count(self, name):
        with Client(("127.0.0.1", self.port), tls=self.context) as client:
            info = client.call("INFO").decode()
        return int(re.search(rf"{name}:(?:calls=)?(\d+)", info)[1])

    def queued_s(self):
        """For how long its threads were runnable and had no CPU, by the kernel."""
        tasks, waited_ns = f"/proc/{self.run.proc.pid}/task", 0
        for task in os.listdir(tasks):
            with open(f"{tasks}/{task}/schedstat", encoding="ascii") as f:
                waited_ns += int(f.read().split()[1])
        return waited_ns * 1e-9


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    ca = Authority(tmp_path_factory.mktemp("ca"))
    ca.issue("serve")
    return ca


@pytest.fixture
def way():
    """How the server is spoken to; tests that are asked both ways have it as a parameter."""
    return "plain"


@pytest.fixture
def planted(bench, request, way):
    ca = request.getfixturevalue("authority") if way == "tls" else None
    return lambda *options: Planted(bench, options, ca)


@pytest.fixture(params=["epoll", "uring"])
def measure(request, bench):
    """measure(server, options): the one test of a run, as JSON, on each engine."""
    def run(server, *options, rc=0):
        run = bench("-p", server.port, *server.words, "--no-probe", "--engine", request.param, *options, "--json", "-")
        if request.param == "uring" and run.rc == 2:
            pytest.skip("no io_uring here: " + run.err)
        assert run.rc == rc, run
        return formats.only(formats.read_json(run.out))
    return run
