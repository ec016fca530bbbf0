# SPDX-License-Identifier: MIT
"""Man pages and completions are made of the table of options: nothing is missing in them, and real shells complete
with them."""

import os
import pty
import re
import select
import shutil
import subprocess
import time

import pytest

from conftest import BENCH, ROOT


def printed(*words):
    done = subprocess.run([BENCH, "options", *words], capture_output=True, text=True, timeout=20)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def subcommands():
    synopsis = printed("--man").split(".SH SUBCOMMANDS")[1].split(".SH")[0]
    return re.findall(r"\\fB(\w+)\\fR", synopsis)


def test_pages_tell_every_option_and_all_are_installed():
    names = subcommands()
    assert {"compare", "saturate", "sweep", "history", "serve"} <= set(names)
    listed = re.search(r"foreach\(name ([\w ]+)\)", open(os.path.join(ROOT, "cmake/install.cmake")).read())
    assert listed[1].split() == names
    for name in [None, *names]:
        page = printed(f"--man={name}" if name else "--man").replace("\\-", "-")
        words = [name, "--help"] if name and name != "help" else ["--help", "all"]
        told = subprocess.run([BENCH, *words], capture_output=True, text=True, timeout=20).stdout
        options = re.findall(r"^  (?:-\w, |-\w|    )(--[\w-]+)?", told, re.M) if name != "help" else []
        for option in filter(None, options):
            assert f"\\fB{option}\\fR" in page, (name, option)


def test_bad_words_are_refused():
    for words, sentence in [(["--man=nosuch"], "--man: expected a subcommand such as compare, got 'nosuch'"),
                            (["--completion", "csh"], "--completion: expected bash, zsh or fish, got 'csh'"),
                            (["x"], "unexpected argument 'x': options takes options only")]:
        done = subprocess.run([BENCH, "options", *words], capture_output=True, text=True, timeout=20)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", f"hkv-bench options: {sentence}\n")


COMPLETED = [
    ("hkv-bench sat", "saturate"),
    ("hkv-bench --eng", "--engine"),
    ("hkv-bench --engine u", "uring"),
    ("hkv-bench compare --due", "--duet"),  # its own
    ("hkv-bench compare --until-p", "--until-precise"),  # a plain run's
    ("hkv-bench sweep cl", "clients"),
]


def test_bash_completes(tmp_path):
    script = tmp_path / "hkv-bench.bash"
    script.write_text(printed("--completion", "bash"))
    asked = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _hkv_bench; echo "${COMPREPLY[@]}"'

    def complete(*words):
        done = subprocess.run(["bash", "-c", asked, "-", script, *words], capture_output=True, text=True, timeout=20)
        assert done.stderr == ""
        return done.stdout.split()

    for line, word in COMPLETED:
        assert complete(*line.split()) == [word]
    assert complete("hkv-bench", "--engine", "=", "ep") == ["epoll"]
    assert complete("hkv-bench", "-t", "set,hs") == ["set,hset"]
    assert complete("hkv-bench", "-n", "") == []
    assert complete("hkv-bench", "compare", "--eng") == ["--engine"]


@pytest.mark.skipif(not shutil.which("fish"), reason="no fish here")
def test_fish_completes(tmp_path):
    script = tmp_path / "hkv-bench.fish"
    script.write_text(printed("--completion", "fish"))
    for line, word in COMPLETED:
        done = subprocess.run(["fish", "-N", "-c", f"source {script}; complete -C '{line}'"], capture_output=True,
                              text=True, timeout=20, env={**os.environ, "HOME": str(tmp_path)})
        assert re.split("[\t\n]", done.stdout)[0] == word, (line, done)


def typed(fd, keys, wanted):
    """What a terminal shows after these keys, until the text is there."""
    os.write(fd, keys.encode())
    shown, end = "", time.monotonic() + 20
    while wanted not in shown and time.monotonic() < end:
        if select.select([fd], [], [], 0.2)[0]:
            shown += os.read(fd, 4096).decode(errors="replace")
    return shown


@pytest.mark.skipif(not shutil.which("zsh"), reason="no zsh here")
def test_zsh_completes(tmp_path):
    (tmp_path / "_hkv-bench").write_text(printed("--completion", "zsh"))
    pid, fd = pty.fork()
    if not pid:
        os.environ.update(HOME=str(tmp_path), TERM="dumb", PS1="")
        os.execvp("zsh", ["zsh", "-f", "-i"])
    try:
        typed(fd, f"fpath=({tmp_path} $fpath); autoload -Uz compinit; compinit -u -D; echo re''ady\n", "ready\r\n")
        for line, word in COMPLETED:
            whole = line.rsplit(" ", 1)[0] + " " + word
            assert whole in typed(fd, line + "\t", whole)
            typed(fd, "\x15", "")  # the line goes
    finally:
        os.close(fd)
        os.waitpid(pid, 0)
