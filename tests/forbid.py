"""Runs a command in which the kernel refuses some system calls: a seccomp filter (seccomp(2)), made without root.

`python tests/forbid.py RULE... -- COMMAND...`, where a rule is `name=ERRNO` or `name:ARGUMENT=VALUE,...=ERRNO`, such as
`getsockopt:1=6,2=11=ENOPROTOOPT`: arguments are counted from 0, and their lower 32 bits compared.

It stands alone, for it is run as a script.
"""

import ctypes
import errno
import os
import platform
import struct
import sys

#: System call numbers: x86_64 (arch/x86/entry/syscalls/syscall_64.tbl), others (include/uapi/asm-generic/unistd.h).
_NUMBERS = {
    "poll": (7, None), "ppoll": (271, 73), "close": (3, 57), "connect": (42, 203), "recvmsg": (47, 212),
    "getsockname": (51, 204), "getpeername": (52, 205), "setsockopt": (54, 208), "getsockopt": (55, 209),
    "getrlimit": (97, 163), "setrlimit": (160, 164), "prlimit64": (302, 261), "epoll_create1": (291, 20),
    "epoll_create": (213, None), "epoll_ctl": (233, 21), "epoll_wait": (232, None), "epoll_pwait": (281, 22),
    "select": (23, None), "pselect6": (270, 72),
}  # fmt: skip
_LOAD, _UNLESS_EQUAL, _RETURN = 0x20, 0x15, 0x06  # BPF_LD | BPF_W | BPF_ABS; BPF_JMP | BPF_JEQ | BPF_K; BPF_RET | BPF_K
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_NUMBER_AT, _ARGUMENTS_AT = 0, 16  # in struct seccomp_data
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _MODE_FILTER = 38, 22, 2


def rule(call: str, code: int, **arguments: int) -> str:
    """The text of a rule; arguments as `a1=6`."""
    where = ",".join(f"{name[1:]}={value}" for name, value in arguments.items())
    return f"{call}:{where}={errno.errorcode[code]}" if where else f"{call}={errno.errorcode[code]}"


def compiled(text: str) -> list[tuple[int, int, int, int]]:
    """The filter's instructions for one rule; none for a call that this machine does not have."""
    head, _, name = text.rpartition("=")
    call, _, where = head.partition(":")
    number = _NUMBERS[call][platform.machine() != "x86_64"]
    if number is None:
        return []
    tests = [(_NUMBER_AT, number)]
    for each in where.split(",") if where else ():
        argument, _, value = each.partition("=")
        tests.append((_ARGUMENTS_AT + 8 * int(argument), int(value)))
    out = []
    for left, (at, value) in zip(range(len(tests), 0, -1), tests, strict=True):
        out += [(_LOAD, 0, 0, at), (_UNLESS_EQUAL, 0, 2 * left - 1, value)]
    return [*out, (_RETURN, 0, 0, _ERRNO | getattr(errno, name))]


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def forbid(rules: list[str]) -> None:
    """From now on, in this process and all that it starts."""
    steps = [step for text in rules for step in compiled(text)] + [(_RETURN, 0, 0, _ALLOW)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = _Program(len(steps), ctypes.cast(code, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(
        _PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0
    ):
        sys.exit(f"no filter: {os.strerror(ctypes.get_errno())}")


if __name__ == "__main__":
    split = sys.argv.index("--")
    forbid(sys.argv[1:split])
    os.execvp(sys.argv[split + 1], sys.argv[split + 1 :])
