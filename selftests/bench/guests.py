# SPDX-License-Identifier: GPL-2.0-only
"""Measures cases of the packet bench in guests; the cases themselves are in the script `guest`."""
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parents[1]
VM = TOP / "selftests/vm"


def build(kernel):
    """The module, the injector and the command, from this tree."""
    for command in ([VM / "build", kernel], [VM / "build", "-d", HERE / "inject", kernel],
                    ["make", "-s", "-C", TOP, "user"]):
        subprocess.run(command, check=True, stdout=sys.stderr)


def measure(kernel, cases, count, passes, *, options=(), limit=900, environment=None):
    """Case -> the time of one packet in each pass, in nanoseconds of the guest. One boot.

    Raises RuntimeError when the guest fails in any way: figures of a broken run are worth nothing.
    """
    command = [VM / "run", "-k", kernel, "-t", str(limit), *options, "--",
               HERE / "guest", str(count), str(passes), *cases]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False,
                          env={**os.environ, **(environment or {})})
    rows = (line.split() for line in done.stdout.splitlines())
    times = {row[0]: [float(ns) for ns in row[1:]] for row in rows if row and row[0] in cases}
    if done.returncode or set(times) != set(cases):
        raise RuntimeError(f"the guest of kernel {kernel} ended with exit code {done.returncode}"
                           f" and figures of: {' '.join(times) or 'nothing'}\n{done.stdout}")
    return times


def release(kernel):
    """The kernel's own version, as in uname -r."""
    script = f'. "{VM}/lib.sh"; cat "$(kernel_dir {kernel})/release"'
    return subprocess.run(["bash", "-euc", script, str(VM / "run")], check=True, text=True,
                          stdout=subprocess.PIPE).stdout.strip()
