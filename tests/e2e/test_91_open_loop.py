# SPDX-License-Identifier: MIT
"""The open loop's plan: what is due, whose it is, and an end whatever the rate. A client that does not run."""

import signal
import time

import pytest

import formats

NULL = ("--engine", "null", "--no-probe", "-t", "set")


def sums_come_out(test):
    counts = test["counts"]
    assert test["checks"]["consistent"], test["checks"]
    assert counts["due"] == counts["sent"] + counts["unsent"] == sum(row["due"] for row in test["series"])
    assert counts["due"] == counts["ok"] + counts["errors"] + counts["unfinished"]


@pytest.mark.parametrize("arrival", ["poisson", "constant"])
def test_a_rate_far_beyond_ends_with_its_grace(bench, arrival):
    """Three billion requests are due: what of them never leaves is counted, not gone through one by one."""
    run = bench(*NULL, "--rate", "1G", "--arrival", arrival, "--duration", "3s", "--grace", "200ms", "--threads", 3,
                "-c", 7, "--json", "-", timeout=40)
    assert run.rc == 1, run
    test = formats.only(formats.read_json(run.out))
    sums_come_out(test)
    due = [row["due"] for row in test["series"]][:3]
    for n in (*due, test["counts"]["due"] / 3):
        assert abs(n - 1e9) <= (5 * 1e9 ** 0.5 if arrival == "poisson" else 2)
    assert test["latency_ns"]["max"] > 3e9
    p50, longest = test["latency_ns"]["p50"], test["latency_ns"]["max"]
    assert abs(longest - p50 - 1.5e9) < 0.2e9  # spread evenly over the 3 s, whenever the run was ended


def test_an_interrupt_ends_a_rate_far_beyond(bench):
    """At once, with what was measured: nothing is left to do that a second interrupt could spoil."""
    run = bench.start(*NULL, "--rate", "1G", "--duration", "10m", "--json", "-")
    time.sleep(3)
    run.signal(signal.SIGINT, timeout=25)
    assert run.rc == 130, run
    test = formats.only(formats.read_json(run.out))
    sums_come_out(test)
    assert test["counts"]["unsent"] > 1e9


@pytest.mark.parametrize("arrival", ["poisson", "constant"])
def test_threads_with_unequal_connections_end_together(bench, arrival):
    """5 connections over 4 threads: one has two of them, and both the rate and the requests of two."""
    run = bench(*NULL, "--rate", 1000, "--arrival", arrival, "-n", 4000, "-c", 5, "--threads", 4, "--json", "-")
    assert run.rc == 0, run
    test = formats.only(formats.read_json(run.out))
    sums_come_out(test)
    due = [row["due"] for row in test["series"]]
    assert [thread["answered"] for thread in test["threads"]] == [800, 800, 800, 1600]
    if arrival == "constant":
        assert all(abs(n - 1000) <= 1 for n in due[:4])
    else:  # the last of five streams to end is behind by about 1.2 standard deviations of one of them
        assert sum(due[:4]) > 3600 and len(due) <= 5


@pytest.mark.parametrize("more", [(), ("--sequential",)])
def test_the_warmup_draws_other_keys(bench, redis, more):
    """Else it would warm precisely what is measured next."""
    keys = ("-p", redis.port, "-r", 1000000, "--seed", 7, *more)
    run = bench(*keys, "-t", "set", "--warmup", "500ms", "-n", 50)
    assert run.rc == 0 and redis.calls()["set"] > 200, run
    drawn = min(redis.calls()["set"], 5000)
    test = formats.only(formats.read_json(bench(*keys, "-t", "get", "-n", drawn, "--json", "-").out))
    assert 50 <= test["counts"]["hits"] < 0.5 * drawn
    again = formats.only(formats.read_json(bench(*keys, "-t", "get", "-n", 50, "--json", "-").out))
    assert again["counts"]["hits"] == 50  # what was measured is the same as ever


@pytest.mark.parametrize("mode,batch,words", [("batch", 16, "poisson, batches of 16"), ("window", 1, "poisson")])
def test_what_is_due_together_is_said(bench, mode, batch, words):
    """16 requests that are due as one are no Poisson arrivals."""
    load = (*NULL, "--rate", 16000, "-P", 16, "--pipeline-mode", mode, "-n", 8000)
    text = bench(*load)
    assert f"\n  open loop, 16,000 req/s offered ({words}), latency" in text.out, text
    test = formats.only(formats.read_json(bench(*load, "--json", "-").out))
    assert (test["config"]["arrival"], test["config"]["arrival_batch"]) == ("poisson", batch)


# The client is stopped


def stop_and_go(run, seconds, times=1, between=0.3):
    for _ in range(times):
        time.sleep(between)
        run.proc.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        run.proc.send_signal(signal.SIGCONT)


@pytest.fixture
def slow(bench):
    """A server that answers after 20 ms."""
    run = bench.start("serve", "-p", 0, "--delay", "20ms")
    return int(run.proc.stdout.readline().decode().strip().rsplit(":", 1)[1])


def test_a_stopped_client_calls_no_server_dead(bench, slow):
    """Four times for longer than the grace: what the server answered meanwhile is read before it is judged."""
    run = bench.start("-p", slow, "--no-probe", "-t", "ping_mbulk", "-c", 8, "-n", 1600, "--grace", "1s", "--json", "-")
    stop_and_go(run, 1.5, times=4)
    run.wait()
    assert run.rc == 0, run
    test = formats.only(formats.read_json(run.out))
    assert test["status"] == "done" and test["counts"]["ok"] == 1600
    assert test["client_pauses"]["count"] >= 1  # stops between which it had no CPU are one
    assert 4 * 1.2 < test["client_pauses"]["seconds"] < test["seconds"]
    assert test["finding"]["limited_by"] == "CLIENT"
    assert "client-paused" in [doubt["name"] for doubt in test["doubts"]]


def test_a_stopped_client_blames_neither_connections_nor_the_server(bench, embedded):
    """Catching up takes all connections there are: what is late waited for the client before."""
    run = bench.start("-p", embedded.port, "--no-probe", "-t", "ping_mbulk", "-c", 10, "--rate", 1000, "--duration", "3s",
                      "--json", "-")
    stop_and_go(run, 2, between=0.7)
    run.wait()
    assert run.rc == 0, run
    test = formats.only(formats.read_json(run.out))
    doubts = {doubt["name"]: doubt["text"] for doubt in test["doubts"]}
    assert "client-paused" in doubts and "taken-connections" not in doubts
    assert "the server did not keep up" not in doubts.get("behind-rate", "")


def test_a_client_stopped_at_the_end_reads_on(bench, slow):
    """Over the end and the grace after it: both are the server's, and it did not have them."""
    run = bench.start("-p", slow, "--no-probe", "-t", "ping_mbulk", "-c", 50, "--rate", 500, "--duration", "2s",
                      "--grace", "1s", "--json", "-")
    stop_and_go(run, 4, between=1.2)
    run.wait()
    assert run.rc == 0, run
    test = formats.only(formats.read_json(run.out))
    assert test["counts"]["unfinished"] == 0
    assert test["client_pauses"]["count"] >= 1


@pytest.mark.parametrize("stop_s,times", [(1.5, 1), (0.06, 20)])
def test_what_a_stopped_client_is_late_with_is_its_own(bench, stop_s, times):
    """Once for long, or often for short as by a CPU quota. The null engine's answers are there at once: nobody waited
    for a connection, though more was due meanwhile than there are connections."""
    run = bench.start(*NULL, "-c", 10, "--rate", 1000, "--duration", "4s", "--json", "-")
    stop_and_go(run, stop_s, times, between=0.3 if times == 1 else 0.05)
    run.wait()
    assert run.rc == 0, run
    test = formats.only(formats.read_json(run.out))
    assert test["lag_ns"]["p99"] > 0.5 * 1e9 * stop_s
    assert test["wait_ns"]["max"] < 0.05 * test["lag_ns"]["p99"]
    assert test["finding"]["limited_by"] == "CLIENT"


def schedule_of(bench, *load, trials=4):
    """Of a run whose client had the CPU when it was due, if there is one among so many."""
    for _ in range(trials):
        run = bench(*NULL, "--rate", 5000, "--duration", "1s", "--json", "-", *load)
        test = formats.only(formats.read_json(run.out))
        assert test["schedule"]["requests"] == test["counts"]["sent"]
        if test["schedule"]["ks_distance"] < 0.02:
            break
    return test["schedule"]


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_constant_arrivals_are_evenly_spaced_whoever_sends_them(bench, threads):
    """The plan of all threads together: five in each millisecond."""
    schedule = schedule_of(bench, "--arrival", "constant", "--threads", threads, "-c", 6)
    assert schedule["tick_ns"] == 1_000_000
    assert schedule["due_dispersion"] < 0.01


def test_poisson_arrivals_stay_poisson_in_sum(bench):
    assert 0.8 < schedule_of(bench, "--threads", 3, "-c", 6)["due_dispersion"] < 1.2
    assert 3 < schedule_of(bench, "-c", 4, "-P", 4)["due_dispersion"] < 5


def test_the_closed_loop_has_no_schedule(bench):
    run = bench(*NULL, "-n", 1000, "--json", "-")
    assert formats.only(formats.read_json(run.out))["schedule"] is None


def test_a_client_that_was_stopped_is_off_schedule(bench):
    """Half a second of two is overdue at once when it goes on."""
    run = bench.start(*NULL, "--rate", 5000, "--duration", "2s", "--json", "-")
    time.sleep(1)
    run.proc.send_signal(signal.SIGSTOP)
    time.sleep(0.6)
    run.proc.send_signal(signal.SIGCONT)
    test = formats.only(formats.read_json(run.wait().out))
    assert test["schedule"]["ks_distance"] > 0.1
    assert "off-schedule" in [doubt["name"] for doubt in test["doubts"]]
