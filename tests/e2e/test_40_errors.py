# SPDX-License-Identifier: MIT
"""Errors are counted and named, never taken for successes; misuse gets one sentence and the right exit code."""

import resource

import pytest

import formats
import servers
from conftest import free_port


def one_test(run):
    return formats.only(formats.read_json(run.out))


def sentences(err):
    return [line for line in err.splitlines() if line.strip()]


def check_misuse(run, *words):
    """One sentence on stderr that holds the words, nothing on stdout, exit 2."""
    assert run.rc == 2, run
    assert run.out == ""
    assert len(sentences(run.err)) == 1, run
    for word in words:
        assert word in run.err, run


# Hits

def test_misses_are_counted_and_the_cure_is_named(bench, redis):
    run = bench("-p", redis.port, "-t", "get", "-n", 500, "--json", "-")
    assert run.rc == 0, run
    counts = one_test(run)["counts"]
    assert (counts["ok"], counts["hits"], counts["misses"]) == (500, 0, 500)
    run = bench("-p", redis.port, "-t", "get", "-n", 500)
    assert run.rc == 0, run
    said = run.out + run.err
    assert "--prefill" in said and "-t set,get" in said


def test_half_the_keys(bench, redis):
    for i in range(0, 100, 2):
        redis.client.call("SET", f"key:{i:012d}", "x")
    run = bench("-p", redis.port, "-t", "get", "-n", 200, "-r", 100, "--sequential", "--json", "-")
    counts = one_test(run)["counts"]
    assert (counts["hits"], counts["misses"]) == (100, 100)


def test_no_warning_when_all_is_found(bench, redis):
    run = bench("-p", redis.port, "-t", "get", "-n", 500, "-r", 50, "--prefill")
    assert run.rc == 0, run
    assert "-t set,get" not in run.out + run.err
    assert run.err == ""


def test_set_then_get_in_one_run_hits(bench, redis):
    run = bench("-p", redis.port, "-t", "set,get", "-n", 2000, "-r", 100, "--json", "-")
    get = formats.read_json(run.out)["tests"][1]
    assert (get["counts"]["hits"], get["counts"]["misses"]) == (2000, 0)


def test_mget_counts_every_key(bench, redis):
    run = bench("-p", redis.port, "-t", "mget", "-n", 50, "--json", "-")
    counts = one_test(run)["counts"]
    assert (counts["hits"], counts["misses"]) == (0, 500)
    run = bench("-p", redis.port, "-t", "mget", "-n", 50, "-r", 20, "--prefill", "--json", "-")
    counts = one_test(run)["counts"]
    assert (counts["hits"], counts["misses"]) == (500, 0)


@pytest.mark.parametrize("command", [["HGET", "h", "f"], ["LPOP", "l"], ["LRANGE", "l", "0", "9"], ["SPOP", "s"],
                                     ["ZSCORE", "z", "m"]])
def test_misses_of_own_commands(bench, redis, command):
    run = bench("-p", redis.port, "-n", 20, "--json", "-", *command)
    assert run.rc == 0, run
    counts = one_test(run)["counts"]
    assert (counts["hits"], counts["misses"]) == (0, 20)


# Error replies

def errors_by_prefix(test):
    return {kind["prefix"]: kind["count"] for kind in test["errors_by_prefix"]}


def test_wrong_type(bench, redis):
    redis.client.call("SET", "mylist", "a string")
    run = bench("-p", redis.port, "-t", "lpush", "-n", 60, "-c", 3, "--json", "-")
    assert run.rc == 1, run
    test = one_test(run)
    assert (test["counts"]["ok"], test["counts"]["errors"]) == (0, 60)
    assert errors_by_prefix(test) == {"WRONGTYPE": 60}
    run = bench("-p", redis.port, "-t", "lpush", "-n", 60, "-c", 3)
    assert run.rc == 1, run
    assert "WRONGTYPE" in run.out + run.err
    assert "Operation against a key holding the wrong kind of value" in run.out + run.err


def test_errors_among_successes(bench, redis):
    for i in range(0, 100, 4):
        redis.client.call("LPUSH", f"counter:{i:012d}", "x")
    run = bench("-p", redis.port, "-t", "incr", "-n", 400, "-r", 100, "-c", 4, "-P", 5, "--sequential", "--json", "-")
    assert run.rc == 1, run
    test = one_test(run)
    assert (test["counts"]["ok"], test["counts"]["errors"]) == (300, 100)
    assert errors_by_prefix(test) == {"WRONGTYPE": 100}


def test_two_kinds_of_errors(bench, redis):
    for i in range(10):
        redis.client.call("SET", f"counter:{i:012d}", "no number" if i < 5 else 1)
    redis.client.call("DEL", "counter:000000000009")
    redis.client.call("LPUSH", "counter:000000000009", "x")
    run = bench("-p", redis.port, "-t", "incr", "-n", 100, "-r", 10, "--sequential", "--json", "-")
    assert run.rc == 1, run
    test = one_test(run)
    assert errors_by_prefix(test) == {"ERR": 50, "WRONGTYPE": 10}
    assert test["counts"]["ok"] == 40


def test_out_of_memory(bench, start_redis):
    redis = start_redis("--maxmemory", "1")
    run = bench("-p", redis.port, "-t", "set", "-n", 40, "--json", "-")
    assert run.rc == 1, run
    assert errors_by_prefix(one_test(run)) == {"OOM": 40}


@pytest.mark.parametrize("form", [[], ["-q"], ["--csv"], ["--format", "classic"]])
def test_errors_are_told_in_every_form(bench, redis, form):
    redis.client.call("SET", "mylist", "a string")
    run = bench("-p", redis.port, "-t", "lpush", "-n", 20, *form)
    assert run.rc == 1, run
    assert "WRONGTYPE" in (run.out + run.err if form == [] else run.err), run


@pytest.mark.parametrize("form", [["-q"], ["--csv"], ["--format", "classic"], ["--compat", "-q"], ["--compat", "--csv"]])
def test_no_rate_for_a_test_whose_every_reply_was_an_error(bench, redis, form):
    redis.client.call("SET", "mylist", "a string")
    run = bench("-p", redis.port, "-t", "lpush", "-n", 20, *form)
    assert run.rc == 1, run
    assert "LPUSH" not in run.out and "WRONGTYPE" in run.err, run


@pytest.mark.parametrize("form", [[], ["-q"], ["--csv"]])
@pytest.mark.parametrize("name", ["redis-benchmark", "valkey-benchmark"])
def test_under_an_old_name_an_error_ends_it_as_there(bench, redis, name, form):
    """redis-benchmark says "Error from server: ..." and ends with 1: nothing of that test, and no test after it."""
    redis.client.call("SET", "mylist", "a string")
    run = bench("-p", redis.port, "-t", "get,lpush,lpop", "-n", 20, *form, name=name)
    assert run.rc == 1, run
    assert "GET" in run.out and "LPUSH" not in run.out and "LPOP" not in run.out, run
    assert "Error from server: WRONGTYPE" in run.err and run.err.count("\n") == 1, run


# Replies of another shape than the command's

@pytest.mark.parametrize("test,reply,told", [
    ("mget", b"*-1\r\n", "null array instead of array of 10 elements"),
    ("mget", b"*3\r\n$-1\r\n$-1\r\n$-1\r\n", "array of 3 elements instead of array of 10 elements"),
    ("mget", b"$3\r\nVXK\r\n", "string instead of array of 10 elements"),
    ("get", b":5\r\n", "integer 5 instead of string"),
    ("get", b"*1\r\n$3\r\nVXK\r\n", "array of 1 element instead of string"),
    ("set", b":1\r\n", "integer 1 instead of simple string"),
    ("set", b"*0\r\n", "array of 0 elements instead of simple string"),
    ("incr", b"+OK\r\n", "simple string OK instead of integer"),
    ("ping_inline", b":1\r\n", "integer 1 instead of simple string"),
])
@pytest.mark.parametrize("form", [[], ["-q"], ["--csv"], ["--compat"], ["--json", "-"]])
def test_a_reply_of_the_wrong_shape_is_no_success(bench, serve, test, reply, told, form):
    run = bench("-p", serve(lambda: servers.Babble(reply)).port, "-n", 40, "-c", 2, "-t", test, "--no-probe", *form)
    assert run.rc == 1 and told in run.err, run
    assert "18446744073709551606" not in run.out
    if form == ["--json", "-"]:
        counts = one_test(run)["counts"]
        assert (counts["ok"], counts["errors"], counts["unexpected"]) == (0, 40, 40)
        assert errors_by_prefix(one_test(run)) == {"UNEXPECTED": 40}
        assert not counts["hits"] and not counts["misses"]


@pytest.mark.parametrize("words", [["saturate", "--slo", "p99=10ms", "--trial", "100ms"],
                                   ["sweep", "clients", "--points", "1,2", "--trial", "100ms"]])
def test_a_reply_of_the_wrong_shape_fails_experiments_too(bench, serve, words):
    run = bench(*words, "-p", serve(lambda: servers.Babble(b":1\r\n")).port, "-t", "get", "--no-probe")
    assert run.rc == 1 and run.err, run


@pytest.mark.parametrize("reply", [b"*-1\r\n", b"*1\r\n*2\r\n$-1\r\n$-1\r\n", b":1\r\n"])
def test_of_own_commands_no_shape_is_known_and_hits_stay_within_reason(bench, serve, reply):
    run = bench("-p", serve(lambda: servers.Babble(reply)).port, "-n", 40, "-c", 2, "--no-probe", "--json", "-", "MGET", "a")
    assert run.rc == 0, run
    counts = one_test(run)["counts"]
    assert counts["unexpected"] == 0 and counts["hits"] + counts["misses"] == 40


@pytest.mark.parametrize("form", [[], ["-r", 0]])
def test_the_replies_of_a_real_server_are_what_is_expected(bench, redis, form):
    run = bench("-p", redis.port, "-n", 60, "-c", 2, "--json", "-", *form)
    assert run.rc == 0, run
    assert [test["counts"]["unexpected"] for test in formats.read_json(run.out)["tests"]] == [0] * 22


# Unknown commands

def test_unknown_commands_are_skipped_and_the_rest_goes_on(bench, serve):
    server = serve(servers.Narrow)
    run = bench("-p", server.port, "-n", 40, "-c", 4, "--json", "-")
    assert run.rc == 0, run
    tests = formats.read_json(run.out)["tests"]
    done = [t["title"] for t in tests if t["counts"]["ok"] == 40]
    assert done == ["PING_INLINE", "PING_MBULK", "SET", "GET"]
    assert tests[-1]["title"] == "XADD"
    assert all(t["counts"]["ok"] == 0 for t in tests if t["title"] not in done)


@pytest.mark.parametrize("form", [[], ["-q"], ["--csv"], ["--format", "classic"], ["--compat"], ["--json", "-"]])
def test_what_the_default_list_has_beyond_the_server_is_one_line(bench, serve, form):
    run = bench("-p", serve(servers.Narrow).port, "-n", 40, "-c", 4, *form)
    assert run.rc == 0, run
    told = [line for line in run.err.splitlines() if "incr" in line.lower() or "lpush" in line.lower()]
    assert len(told) == 1, run
    skipped = 17 if form == ["--compat"] else 18
    assert told[0].startswith(f"hkv-bench: skipped {skipped} tests that the server does not support: incr, lpush, "), run
    assert told[0].endswith(", xadd") and "mget" in told[0] or form == ["--compat"]


def test_a_server_without_inline_commands_skips_that_test_alone(bench, serve):
    run = bench("-p", serve(servers.HkvLike).port, "-n", 40, "-c", 4, "--json", "-")
    assert run.rc == 0, run
    assert "does not support: ping_inline, incr, " in run.err


def test_a_test_that_was_asked_for_and_skipped_exits_1(bench, serve):
    run = bench("-p", serve(servers.Narrow).port, "-n", 40, "-c", 4, "-t", "set,incr,get")
    assert run.rc == 1 and "INCR skipped: " in run.err, run


def test_a_server_that_supports_no_test_exits_1(bench, serve):
    run = bench("-p", serve(lambda: servers.Babble(servers.UNKNOWN)).port, "-n", 40, "-c", 4, "--no-probe")
    assert run.rc == 1 and "no test could be measured" in run.err, run


def test_a_skipped_test_says_so_in_one_line(bench, redis):
    run = bench("-p", redis.port, "-n", 100000, "-c", 4, "NOSUCHCOMMAND", "x")
    assert run.rc == 1, run
    lines = [line for line in (run.out + run.err).splitlines() if "unknown command" in line]
    assert len(lines) == 1, run
    assert redis.client.info("stats")["total_error_replies"] == redis.client.info("errorstats").get(
        "errorstat_ERR", "count=0").split("=")[1]
    assert int(redis.client.info("stats")["total_error_replies"]) < 1000


@pytest.mark.parametrize("form,reader", [(["-q"], formats.read_quiet), (["--csv"], formats.read_csv),
                                         (["--format", "classic"], formats.read_classic)])
def test_skipped_tests_do_not_spoil_the_forms(bench, serve, form, reader):
    server = serve(servers.Narrow)
    run = bench("-p", server.port, "-t", "set,incr,get", "-n", 40, *form)
    assert [row["title"] for row in reader(run.out)] == ["SET", "GET"]
    assert "INCR" in run.err


# What a newcomer tries

@pytest.mark.parametrize("words", [["--rdma"], ["--fuzz"],
                                   ["compare", "a=h:1", "b=h:2", "--rdma"], ["saturate", "--slo", "p99=1ms", "--rdma"]])
def test_options_of_the_peers_that_are_missing_are_named_so(bench, words):
    run = bench(*words)
    option = next(word for word in words if word.startswith("-") and word != "--slo")
    check_misuse(run, f"{option}: not supported yet: ")


def test_a_peers_missing_option_is_named_under_its_name_too(bench):
    check_misuse(bench("--fuzz", "-t", "get", name="valkey-benchmark"), "--fuzz: not supported yet: ")


@pytest.mark.parametrize("words", [["help"], ["--help"], ["help", "help"]])
def test_help_is_short_and_fits_a_terminal(bench, words):
    run = bench(*words)
    assert (run.rc, run.err) == (0, "") and "hkv-bench saturate" in run.out and "--help all" in run.out, run
    assert max(map(len, run.out.splitlines())) <= 80 and "--topology-refresh" not in run.out


@pytest.mark.parametrize("words", [["help", "all"], ["--help", "all"]])
def test_help_lists_tests_and_subcommands(bench, words):
    run = bench(*words)
    assert (run.rc, run.err) == (0, ""), run
    for name in ("lrange_100", "ping_inline", "xadd", "hkv-bench saturate"):
        assert name in run.out
    assert max(map(len, run.out.splitlines())) <= 80


@pytest.mark.parametrize("name", ["compare", "saturate", "sweep", "selftest", "history", "serve"])
@pytest.mark.parametrize("word", ["help", "--help"])
def test_help_of_a_subcommand(bench, word, name):
    run = bench(word, name)
    assert (run.rc, run.err) == (0, "") and run.out.startswith(f"Usage: hkv-bench {name}"), run


def test_help_of_what_there_is_not_names_the_nearest(bench):
    check_misuse(bench("help", "satturate"), "'satturate'", "did you mean saturate?")
    check_misuse(bench("help", "qqqqqqqq"), "compare, saturate, sweep")


def test_counts_with_an_exponent(bench, redis):
    run = bench("-p", redis.port, "-t", "set", "-n", "1e3", "-r", "1E2", "--json", "-")
    assert run.rc == 0 and one_test(run)["counts"]["sent"] == 1000, run


@pytest.mark.parametrize("args,told", [
    (["-n", "1kb"], "-n: expected an integer from 1 to 1000G, such as 1000 or 10k, got '1kb'"),
    (["-d", "1kb"], "-d: expected a size from 1 to 1GiB, such as 512 or 64KiB, got '1kb'"),
    (["--duration", "10sec"], "such as 500ms or 10s, got '10sec'"),
    (["--rate", "10k/s"], "such as 1000 or 10k, got '10k/s'"),
])
def test_a_number_in_another_form_is_refused_with_the_form_that_works(bench, args, told):
    check_misuse(bench(*args), told)


def test_what_x_reads_is_short_in_the_title(bench, redis):
    run = bench("-p", redis.port, "-n", 10, "-x", "--json", "-", "SET", "key", stdin=b"ab\n" * 100000)
    assert run.rc == 0, run
    title = one_test(run)["title"]
    assert title.startswith('SET key "ab\\n') and title.endswith('..." (300000 bytes)') and len(title) < 120, title
    assert redis.client.call("STRLEN", "key") == 300000


# Misuse

@pytest.mark.parametrize("args,words", [
    (["--clinets", "5"], ["--clinets", "--clients"]),
    (["--pipline-mode", "batch"], ["--pipeline-mode"]),
    (["--sedd=5"], ["--seed"]),
    (["--warmupp", "3"], ["--warmup"]),
    (["-t", "sett"], ["sett", "set"]),
    (["-t", "get,zad"], ["zad", "zadd"]),
    (["-Z"], ["-Z"]),
    (["-c"], ["-c"]),
    (["--seed"], ["--seed"]),
    (["-c", "0"], ["-c", "1"]),
    (["-c", "-5"], ["-c", "-5"]),
    (["-c", "many"], ["-c", "many"]),
    (["-c", "5x"], ["-c", "5x"]),
    (["-c", ""], ["-c"]),
    (["-n", "99999999999999999999999"], ["-n", "99999999999999999999999"]),
    (["-n", "-1"], ["-n"]),
    (["-n", "1.0000001"], ["-n"]),
    (["-p", "65536"], ["-p", "65535"]),
    (["-p", "http"], ["-p"]),
    (["-P", "0"], ["-P"]),
    (["-r", "-1"], ["-r"]),
    (["-r", "1000000000001"], ["-r"]),
    (["-d", "0"], ["-d"]),
    (["-d", "100GiB"], ["-d"]),
    (["--threads", "100000"], ["--threads"]),
    (["--rps", "-3"], ["--rps"]),
    (["--rps", "nan"], ["--rps"]),
    (["--rps", "inf"], ["--rps"]),
    (["--duration", "soon"], ["--duration"]),
    (["--duration", "-1s"], ["--duration"]),
    (["--grace", "1parsec"], ["--grace"]),
    (["--pipeline-mode", "windows"], ["windows", "window"]),
    (["--format", "clasic"], ["clasic", "classic"]),
    (["--keepalive-is-no-option"], ["--keepalive-is-no-option"]),
    (["-u", "http://127.0.0.1"], ["redis://"]),
    (["--user", "joe"], ["-a"]),
])
def test_misuse(bench, redis, args, words):
    check_misuse(bench("-p", redis.port, "-n", "10", *args), *words)
    assert redis.calls() == {}


def test_a_path_that_is_too_long(bench):
    check_misuse(bench("-s", "/tmp/" + "x" * 200, "-n", 1), "10")


# Where there is no server

def test_refused_port(bench):
    port = free_port()
    run = bench("-p", port, "-t", "set", "-n", 10)
    assert run.rc == 3, run
    assert run.out == ""
    assert len(sentences(run.err)) == 1
    assert f"127.0.0.1:{port}" in run.err and "refused" in run.err.lower()


def test_refused_port_still_gives_json_or_nothing(bench):
    run = bench("-p", free_port(), "-t", "set", "-n", 10, "--json", "-")
    assert run.rc == 3, run
    if run.out:
        assert formats.read_json(run.out)["exit_code"] == 3


def test_wrong_host_name(bench):
    run = bench("-h", "nosuchhost.invalid", "-t", "set", "-n", 10)
    assert run.rc == 3, run
    assert run.out == ""
    assert len(sentences(run.err)) == 1
    assert "nosuchhost.invalid" in run.err


def test_no_unix_socket(bench, tmp_path):
    run = bench("-s", tmp_path / "no.sock", "-t", "set", "-n", 10)
    assert run.rc == 3, run
    assert "no.sock" in run.err


# Descriptors

def limit(soft, hard):
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_too_many_connections_are_refused_before_the_first(bench, redis):
    run = bench("-p", redis.port, "-c", 1000, "-n", 10000, "-t", "set", preexec_fn=limit(100, 100))
    assert run.rc in (2, 3), run
    assert run.out == ""
    assert "1000" in run.err.replace(",", "") and "100" in run.err.replace("1000", "")
    assert redis.calls() == {}
    assert redis.client.connections() == 0


def test_the_soft_limit_is_raised(bench, redis):
    run = bench("-p", redis.port, "-c", 300, "-n", 1000, "-t", "set", "--no-probe", preexec_fn=limit(100, 2000))
    assert run.rc == 0, run
    assert redis.client.connections() == 300
