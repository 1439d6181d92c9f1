"""Become another program: `launch.py PARENT DEATH_SIGNAL UID:GID PROGRAM …`, a script before each child.

A script and not `preexec_fn`, which may deadlock in a process with threads.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(parent: str, death_signal: str, account: str, *argv: str) -> None:
    """Leave the terminal's process group, change the account, tie our life to the parent's, and go."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.setsid()
    uid, gid = (int(number) for number in account.split(":"))
    if uid != os.geteuid():
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        # After the change of account, which forgets it.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
    if os.getppid() != int(parent):
        sys.exit("The process that started this one has ended.")
    # Not execvp, which imports: the new account may be unable to read our Python.
    os.execv(argv[0], argv)  # noqa: S606 - to become the program is the purpose


if __name__ == "__main__":
    main(*sys.argv[1:])
