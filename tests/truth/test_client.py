# SPDX-License-Identifier: MIT
"""What is the client's own must not be called the server's: its busy time in the open loop, and answers that it has not
yet read."""

import formats


def worked_s(test):
    """CPU time of the client, without what it was awake for nothing."""
    return sum(t["user_s"] + t["system_s"] - t["spun_s"] for t in test["threads"])


def null(bench, *options, rc=0):
    run = bench("--engine", "null", "-t", "set", "--duration", "1s", "--no-probe", *options, "--json", "-")
    assert run.rc == rc, run
    return formats.only(formats.read_json(run.out))


def test_the_open_loop_works_no_less_for_a_request(measure, planted):
    """It does all that the closed loop does for one, and more: its busy share is no less than what that costs."""
    server = planted()
    closed = measure(server, "-t", "ping_mbulk", "--duration", "1s")
    opened = measure(server, "-t", "ping_mbulk", "--duration", "1s", "--rate", int(0.5 * closed["rps"]), "--grace", "60s")
    assert worked_s(opened) / opened["counts"]["ok"] > 0.6e-6 * closed["client_cpu"]["us_per_request"]


def test_a_server_that_takes_no_time_leaves_the_client_busy(bench):
    """The null engine answers in memory: whatever it costs is the client's work."""
    closed = null(bench)
    opened = null(bench, "--rate", 500000)
    assert worked_s(opened) / opened["counts"]["ok"] > 0.6e-6 * closed["client_cpu"]["us_per_request"]
    idle = null(bench, "--rate", 1000)
    assert worked_s(idle) < 0.5 * worked_s(opened)


def test_a_rate_beyond_the_client_is_its_own_limit(bench):
    """Answers are there at once, and lie until the client has time for them: nobody waits for a connection."""
    test = null(bench, "--rate", "30M", "-n", "20M", "--duration", "0")
    assert test["lag_ns"]["p99"] > 1_000_000
    assert test["wait_ns"]["max"] < 0.01 * test["lag_ns"]["p99"]
    assert test["finding"]["limited_by"] == "CLIENT"
    assert "taken-connections" not in [doubt["name"] for doubt in test["doubts"]]
