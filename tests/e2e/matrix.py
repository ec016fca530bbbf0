#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The fault matrix: what is run, what goes wrong, and how it has to end. test_57_matrix.py runs each cell; as a program
this prints the table of docs/reliability.md."""

MODES = {  # what is run
    "plain": "a run: `-t set`",
    "compare": "`compare`, of a server without the fault with one that has it",
    "saturate": "`saturate --slo`",
    "sweep": "`sweep clients`",
    "idle": "`-I`, with a `SELECT` on each connection",
    "prefill": "a run that is in its `--prefill`",
    "warm-up": "a run that is in its `--warmup`",
    "serve": "the embedded server; the fault is its client's, or its own",
}

FAULTS = {  # what goes wrong: in words, and the exit code
    "refused": ("nobody listens at the port; `serve`: the port is taken", 3),
    "fewer connections": ("the server has room for fewer connections than `-c`; `serve`: for fewer than it is asked for", 1),
    "dies": ("the server closes all connections and is gone; `serve`: a client goes in the middle of a command", 1),
    "restarts": ("the server is killed, and is there again 0.3 s later (`--on-disconnect reconnect`)", 0),
    "stands still": ("SIGSTOP of the server for 0.6 s, and SIGCONT: an outage in which no connection breaks", 0),
    "mute": ("the server answers no more; `serve`: a client sends half a command", 1),
    "drips": ("an answer arrives a byte at a time and never ends; `serve`: a command does", 1),
    "error replies": ("every answer is an error; `serve`: every command is unknown", 1),
    "wrong shape": ("answers are valid, but not those of the command; `serve`: commands lack arguments", 1),
    "garbage": ("answers are no RESP; `serve`: commands are none", 1),
    "stopped client": ("SIGSTOP, for longer than `--grace`, and SIGCONT; `serve`: of the server", 0),
    "signal": ("SIGTERM", 143),
    "full disk": ("`--json` goes to a disk that is full; `serve`: standard output does", 1),
    "closed pipe": ("standard output is a pipe whose reader has gone", 1),
    "EPERM filter": ("a container refuses io_uring and `epoll_pwait2`", 0),
}

# Cells whose exit code is another: by (mode, fault).
CODES = {
    ("serve", "refused"): 3,
    # The search has one promise that nothing passes: it ends soon, and with 1.
    ("saturate", "stopped client"): 1,
    ("saturate", "stands still"): 1,
    ("saturate", "EPERM filter"): 1,
    # Every SELECT fails, and so no connection stands.
    ("idle", "mute"): 3,
    ("idle", "drips"): 3,
    ("idle", "error replies"): 3,
    ("idle", "garbage"): 3,
    # The connections stand, and -I waits for the user, who ends it.
    ("idle", "wrong shape"): 143,
    ("idle", "stopped client"): 143,
    ("idle", "stands still"): 143,
    ("idle", "restarts"): 1,  # a connection that breaks is what it waits for
    ("idle", "EPERM filter"): 143,
    # The server goes on, and ends with 0 when it is told to.
    ("serve", "dies"): 0,
    ("serve", "mute"): 0,
    ("serve", "drips"): 0,
    ("serve", "error replies"): 0,
    ("serve", "wrong shape"): 0,
    ("serve", "garbage"): 0,
    ("serve", "signal"): 0,
    ("serve", "fewer connections"): 0,
}

USER_ENDS = {cell for cell, ends_with in CODES.items() if ends_with == 143}

# Cells that are none: by (mode, fault), the reason.
IN_A_SLOT = "where it hits a slot, trial or point is by chance here; tests/e2e/test_62_outages.py restarts it in the middle"
NONE = {
    **{(mode, "restarts"): IN_A_SLOT for mode in ("compare", "saturate", "sweep")},
    ("serve", "restarts"): "it is the server",
    ("serve", "stands still"): "it is the server",
    ("idle", "full disk"): "`-I` has no results to write",
    ("idle", "closed pipe"): "`-I` has no results to write",
}

# What of a run that did not end well is in its JSON, its report and its history; everywhere else it is what was measured
# until then, or all of it. Document: that it was tried and why it has no figures. Nothing: it is not begun.
DOCUMENT = {
    *((mode, "fewer connections") for mode in ("compare", "saturate")),
    *((mode, fault) for mode in ("plain", "compare", "saturate", "sweep") for fault in ("drips", "garbage")),
    *((mode, fault) for mode in ("compare", "saturate") for fault in ("error replies", "wrong shape")),
    *((mode, fault) for mode in ("prefill", "warm-up") for fault in ("dies", "mute", "drips", "garbage", "signal",
                                                                   "error replies", "wrong shape")),
}


def code(mode, fault):
    return CODES.get((mode, fault), FAULTS[fault][1])


def cells():
    """(mode, fault) of each cell that is one."""
    return [(mode, fault) for fault in FAULTS for mode in MODES if (mode, fault) not in NONE]


def kept(mode, fault):
    """What is left of it: nothing, document or figures."""
    if mode in ("idle", "serve") or code(mode, fault) in (2, 3):
        return "nothing"
    return "document" if (mode, fault) in DOCUMENT else "figures"


def table():
    """Markdown: a row for each fault, a column for each mode, the exit code in each cell."""
    def cell(mode, fault):
        mark = " °" if kept(mode, fault) == "document" else ""
        return "-" if (mode, fault) in NONE else f"{code(mode, fault)}{mark}"

    lines = ["| | " + " | ".join(MODES) + " |", "|---|" + "--:|" * len(MODES)]
    lines += [f"| {fault} | " + " | ".join(cell(mode, fault) for mode in MODES) + " |" for fault in FAULTS]
    lines += ["", "°: nothing was measured; JSON and history say why. -: no such case:", ""]
    lines += [f"- {mode}, {fault}: {reason}." for (mode, fault), reason in NONE.items()]
    lines += ["", "What is run:", ""]
    lines += [f"- **{mode}**: {what}." for mode, what in MODES.items()]
    lines += ["", "What goes wrong:", ""]
    lines += [f"- **{fault}**: {what}." for fault, (what, _) in FAULTS.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(table(), end="")
