# SPDX-License-Identifier: MIT
"""A system call filter as a container has one: calls are refused with an errno, from the exec on."""

import ctypes
import platform

ARCH = 0 if platform.machine() == "x86_64" else 1 if platform.machine() == "aarch64" else None
CALLS = {  # by architecture; None: it has no such call
    "mmap": (9, 222),
    "epoll_wait": (232, None),
    "epoll_pwait": (281, 22),
    "timerfd_create": (283, 85),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "epoll_pwait2": (441, 441),
}
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, MODE_FILTER = 38, 22, 2
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, ERRNO = 0x7FFF0000, 0x00050000
NUMBER, ARGUMENT = 0, 16  # places in struct seccomp_data; an argument's lower half comes first


class Step(ctypes.Structure):
    _fields_ = [("code", ctypes.c_uint16), ("yes", ctypes.c_uint8), ("no", ctypes.c_uint8), ("k", ctypes.c_uint32)]


class Program(ctypes.Structure):
    _fields_ = [("n", ctypes.c_uint16), ("steps", ctypes.POINTER(Step))]


def refusing(*rules):
    """A preexec_fn for subprocess. A rule is (call, errno), or (call, errno, argument's index, its value)."""
    steps = []
    for call, error, *argument in rules:
        number = CALLS[call][ARCH]
        if number is None:
            continue
        rule = [(LOAD, 0, 0, NUMBER), (JUMP_IF_EQUAL, 0, 3 if argument else 1, number)]
        if argument:
            rule += [(LOAD, 0, 0, ARGUMENT + 8 * argument[0]), (JUMP_IF_EQUAL, 0, 1, argument[1])]
        steps += [*rule, (RETURN, 0, 0, ERRNO | error)]
    steps.append((RETURN, 0, 0, ALLOW))
    array = (Step * len(steps))(*steps)
    program = Program(len(steps), array)
    libc = ctypes.CDLL(None, use_errno=True)

    def apply():
        for what in ((PR_SET_NO_NEW_PRIVS, 1, 0), (PR_SET_SECCOMP, MODE_FILTER, ctypes.byref(program))):
            if libc.prctl(what[0], ctypes.c_ulong(what[1]), what[2], 0, 0) != 0:
                raise OSError(ctypes.get_errno(), "prctl")

    apply.keep = array
    return apply
