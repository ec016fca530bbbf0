# SPDX-License-Identifier: MIT
"""Where reports go: what cannot be written is told, with exit code 1, and what can be kept is kept."""

import errno
import json
import os
import resource
import signal
import subprocess

import pytest

import formats
from waiting import until

BRIEF = ("-c", 4, "--warmup", "20ms")
SLOT = ("--slot", "100ms", "--idle", "0", "--blocks", 2)


@pytest.fixture
def run_with(bench):
    """run_with(stdout, words): the program with that file as standard output, to its end."""
    def run(stdout, *words):
        return subprocess.run([bench.path(), *map(str, words)], stdin=subprocess.DEVNULL, stdout=stdout,
                              stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    return run


# A reader that goes, as head does

def test_a_closed_pipe_loses_nothing_else(redis, run_with, tmp_path):
    reader, writer = os.pipe()
    os.close(reader)
    done = run_with(writer, "-p", redis.port, "-t", "set,get", "-n", 1000, "--json", tmp_path / "j", "--save",
                    tmp_path / "d", "--series", tmp_path / "s", "--hdr", tmp_path / "h")
    os.close(writer)
    assert done.returncode == 1, done
    assert done.stderr.count("standard output: Broken pipe") == done.stderr.count("standard output") == 1, done
    doc = formats.read_json((tmp_path / "j").read_text())
    assert [t["counts"]["answered"] for t in doc["tests"]] == [1000, 1000]
    assert doc["exit_code"] == 1
    assert "get" in run_with(subprocess.PIPE, "history", tmp_path / "d", "list").stdout.lower()
    for name in ("s", "h.hlog", "h.set.hgrm", "h.get.hgrm"):
        assert (tmp_path / name).stat().st_size > 0, name


def test_a_closed_pipe_ends_what_nobody_else_hears(redis, run_with):
    reader, writer = os.pipe()
    os.close(reader)
    done = run_with(writer, "-p", redis.port, "-t", "set,get", "-n", 1000, "-l")
    os.close(writer)
    assert done.returncode == 1 and "Broken pipe" in done.stderr, done
    assert "get" not in redis.calls()


# A disk that is full

@pytest.fixture
def database(bench, redis, tmp_path):
    path = tmp_path / "runs.db"
    assert bench("-p", redis.port, "-t", "set", "-n", 100, "--save", path).rc == 0
    return path


COMMANDS = [
    ["-t", "set", "-n", "100"], ["-t", "set", "-n", "100", "-q"], ["-t", "set", "-n", "100", "--csv"],
    ["-t", "set", "-n", "100", "--format", "classic"], ["-t", "set", "-n", "100", "--json", "-"],
    ["-t", "set", "-n", "100", "--series", "-"],
    ["compare", "--aa", *SLOT], ["compare", "--aa", *SLOT, "--format", "csv"],
    ["compare", "--aa", *SLOT, "--json", "-"],
    ["saturate", "--slo", "p99=1ns", "--trial", "100ms", "--idle", "0"],
    ["saturate", "--slo", "p99=1ns", "--trial", "100ms", "--idle", "0", "--json", "-"],
    ["sweep", "clients", "--points", "1,2", "--trial", "100ms", "--idle", "0"],
    ["sweep", "clients", "--points", "1,2", "--trial", "100ms", "--idle", "0", "--csv"],
    ["sweep", "clients", "--points", "1,2", "--trial", "100ms", "--idle", "0", "--json", "-"],
    ["history", "DB", "list"], ["history", "DB", "show", "last"], ["history", "DB", "export", "last"],
    ["history", "DB", "trend"], ["history", "DB", "list", "--json"], ["history", "DB", "show", "last", "--json"],
    ["history", "DB", "trend", "--json"],
    ["options"], ["--help"], ["--version"], ["compare", "--help"], ["saturate", "--help"], ["sweep", "--help"],
    ["history", "--help"], ["serve", "--help"],
]


def words_for(command, port, database):
    words = [str(database) if word == "DB" else str(word) for word in command]
    if words[0] == "compare" and "--aa" in words:
        return [*words, f"127.0.0.1:{port}", "-t", "set", *map(str, BRIEF)]
    if words[0] in ("saturate", "sweep") and "--help" not in words:
        return [*words, "-p", str(port), "-t", "set", *map(str, BRIEF)]
    return [*words, "-p", str(port)] if words[0] == "-t" else words


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: " ".join(map(str, words)))
def test_a_full_standard_output_is_told(redis, run_with, database, command):
    with open("/dev/full", "wb") as full:
        done = run_with(full, *words_for(command, redis.port, database))
    assert done.returncode == 1, done
    assert "standard output: " in done.stderr or "JSON" in done.stderr, done


@pytest.mark.parametrize("option", ["--json", "--series", "--hdr .hlog", "--hdr .set.hgrm"])
def test_a_full_file_of_a_run_is_told_and_the_rest_is_kept(bench, redis, tmp_path, option):
    name, _, suffix = option.partition(" ")
    os.symlink("/dev/full", tmp_path / f"out{suffix}")
    run = bench("-p", redis.port, "-t", "set", "-n", 100, name, tmp_path / "out", "--save", tmp_path / "d")
    assert run.rc == 1, run
    assert "SET" in run.out
    assert name in run.err or "JSON" in run.err, run
    assert bench("history", tmp_path / "d", "show", "last").rc == 0


@pytest.mark.parametrize("command", [c for c in COMMANDS if c[0] in ("compare", "saturate", "sweep") and "-" in c],
                         ids=lambda words: words[0])
def test_a_full_file_is_told_by(bench, redis, database, command):
    run = bench(*[w if w != "-" else "/dev/full" for w in words_for(command, redis.port, database)])
    assert run.rc == 1, run
    assert "JSON" in run.err, run


def test_a_percentile_file_that_cannot_be_written_is_told(bench, redis, tmp_path):
    (tmp_path / "h.set.hgrm").mkdir()
    run = bench("-p", redis.port, "-t", "set,get", "-n", 100, "--hdr", tmp_path / "h")
    assert run.rc == 1, run
    assert "h.set.hgrm" in run.err, run
    assert (tmp_path / "h.get.hgrm").stat().st_size > 0


# A limit on the size of files

ENOUGH_TO_OPEN = 33000  # SQLite's index of its journal is 32 KiB, and a run with this tag in the journal more
LARGE = ("--tag", "note=" + 50000 * "x")


def limit(size):
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.mark.parametrize("option", ["--json", "--series", "--hdr"])
def test_a_file_at_its_limit_of_size_is_as_a_full_disk(bench, redis, tmp_path, option):
    run = bench("-p", redis.port, "-t", "set,get", "-n", 1000, option, tmp_path / "out", preexec_fn=limit(64))
    assert run.rc == 1, run
    assert len(formats.read_text(run.out)) == 2
    assert os.strerror(errno.EFBIG) in run.err, run


@pytest.mark.parametrize("words", [[], ["compare", "--aa", *SLOT], ["sweep", "clients", "--points", "1,2", "--trial", "100ms"]],
                         ids=lambda words: words[0] if words else "run")
def test_a_history_at_its_limit_of_size_is_as_a_full_disk(bench, redis, database, words):
    words = words_for(words, redis.port, database) if words else ["-p", redis.port, "-t", "set", "-n", 1000]
    run = bench(*words, "--json", "-", "--save", database, *LARGE, preexec_fn=limit(ENOUGH_TO_OPEN))
    assert run.rc == 1, run
    assert str(database) in run.err and "nothing of this run is in it" in run.err, run
    assert len(json.loads(run.out)["tests"]) == 1
    assert len(json.loads(bench("history", database, "list", "--json").out)["runs"]) == 1  # as it was


# Standard descriptors that are closed

@pytest.mark.parametrize("closed", [[0], [1], [2], [0, 1, 2]], ids=str)
def test_a_closed_descriptor_is_no_place_for_a_file(redis, bench, tmp_path, closed):
    def close():
        for fd in closed:
            os.close(fd)
    run = bench("-p", redis.port, "-t", "set", "-n", 100, "-h", "127.0.0.1", "--json", tmp_path / "j", "--save",
                tmp_path / "d", "--hdr", tmp_path / "h", "--series", tmp_path / "s", preexec_fn=close)
    assert run.rc == 0, run
    formats.read_json((tmp_path / "j").read_text())
    assert (tmp_path / "h.hlog").read_text().startswith("#[Histogram log")
    assert "====" not in (tmp_path / "s").read_text()


# One file for two

@pytest.mark.parametrize("how", ["the same name", "another spelling", "a hard link", "a symbolic link"])
@pytest.mark.parametrize("second", ["--series", "--hdr", "--save"])
def test_one_file_for_two_outputs_is_refused_and_keeps_what_is_in_it(bench, redis, tmp_path, second, how):
    (tmp_path / "folder").mkdir()
    one = tmp_path / ("x.hlog" if second == "--hdr" else "x")
    if second == "--save":
        assert bench("-p", redis.port, "-t", "set", "-n", 100, "--save", one).rc == 0
    else:
        one.write_text("precious")
    before = one.read_bytes()
    other = tmp_path / "y"
    if how == "a hard link":
        os.link(one, other)
    elif how == "a symbolic link":
        other.symlink_to(one)
    else:
        other = one if how == "the same name" else f"{tmp_path}/folder/../{one.name}"
    redis.reset()
    named = tmp_path / "x" if second == "--hdr" else one
    run = bench("-p", redis.port, "-t", "set", "-n", 100, "--json", other, second, named)
    assert run.rc == 2, run
    assert "--json" in run.err and second in run.err and "same file" in run.err, run
    assert one.read_bytes() == before
    assert "set" not in redis.calls()


@pytest.mark.parametrize("words", [["compare", "--aa", *SLOT], ["saturate", "--slo", "p99=1s"], ["sweep", "clients"]],
                         ids=lambda words: words[0])
def test_one_file_for_json_and_save_is_refused_by(bench, redis, database, words):
    before = database.read_bytes()
    run = bench(*words_for(words, redis.port, database), "--json", database, "--save", database)
    assert run.rc == 2, run
    assert "--json and --save" in run.err, run
    assert database.read_bytes() == before


def test_the_percentile_file_is_no_other_output(bench, redis, tmp_path):
    run = bench("-p", redis.port, "-t", "set", "-n", 100, "--hdr", tmp_path / "h", "--json", tmp_path / "h.set.hgrm")
    assert run.rc == 1, run
    assert "same file" in run.err, run
    formats.read_json((tmp_path / "h.set.hgrm").read_text())


def test_a_file_that_is_standard_output_is_written_once(redis, run_with, tmp_path):
    path = tmp_path / "j"
    with open(path, "wb") as out:
        done = run_with(out, "-p", redis.port, "-t", "set", "-n", 100, "--json", path)
    assert done.returncode == 0, done
    formats.read_json(path.read_text())


def test_two_outputs_to_the_null_device_are_fine(bench, redis):
    run = bench("-p", redis.port, "-t", "set", "-n", 100, "--json", "/dev/null", "--series", "/dev/null")
    assert run.rc == 0, run


def test_a_longer_file_is_emptied(bench, redis, tmp_path):
    (tmp_path / "j").write_text("x" * 1_000_000)
    assert bench("-p", redis.port, "-t", "set", "-n", 100, "--json", tmp_path / "j").rc == 0
    formats.read_json((tmp_path / "j").read_text())


# A history that is deleted meanwhile

@pytest.mark.parametrize("how", ["deleted", "replaced", "with its folder"])
def test_a_history_deleted_in_mid_run_is_told(bench, redis, tmp_path, how):
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "runs.db"
    run = bench.start("-p", redis.port, "-t", "set", "-n", "1G", "--save", path)
    until(lambda: redis.calls().get("set", 0) > 1000)
    if how == "replaced":
        assert bench("-p", redis.port, "-t", "get", "-n", 10, "--save", tmp_path / "other").rc == 0
        os.rename(tmp_path / "other", path)
    else:
        for file in folder.iterdir():
            file.unlink()
    if how == "with its folder":
        folder.rmdir()
    run.signal(signal.SIGINT)
    assert run.rc == 130, run
    if how == "with its folder":
        assert "cannot be opened" in run.err, run
        return
    assert "was deleted or replaced" in run.err, run
    listed = bench("history", path, "list")
    assert listed.rc == 0 and "set" in listed.out.lower(), listed


def test_a_history_deleted_in_mid_run_makes_exit_code_1(bench, redis, tmp_path):
    path = tmp_path / "runs.db"
    run = bench.start("-p", redis.port, "-t", "set", "--duration", "2s", "--save", path)
    until(lambda: redis.calls().get("set", 0) > 1000)
    path.unlink()
    run.wait()
    assert run.rc == 1 and "was deleted or replaced" in run.err, run
    assert bench("history", path, "show", "last").rc == 0
