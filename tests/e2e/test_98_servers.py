# SPDX-License-Identifier: MIT
"""Whether docs/servers.md is true, as far as a few of its cells tell."""

import os
import shutil

import pytest

import servers_table
from conftest import ROOT


@pytest.fixture(scope="module")
def page():
    with open(os.path.join(ROOT, "docs", "servers.md"), encoding="utf-8") as f:
        return servers_table.read(f.read())


def test_it_has_all_rows_and_columns(page):
    assert list(page) == [(name, feature) for name in servers_table.SERVERS for feature in servers_table.FEATURES]


@pytest.mark.parametrize("name, feature", [("redis-server, unix socket", "RESP3"), ("redis-server, TLS", "`-P 16`"),
                                           ("redis-server, ACL user", "prefill"), ("hkv-bench serve", "tracking")])
def test_a_cell_is_true(page, name, feature):
    program, start = servers_table.SERVERS[name]
    if not shutil.which(program):
        pytest.skip(f"{program} is not on this machine")
    with start() as server:
        assert servers_table.cell(name, feature, server)[0] == page[name, feature]
