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


def run(kernel, command, *, options=(), limit=900, environment=None):
    """The output's rows of words. One boot.

    Raises RuntimeError when the guest fails in any way: figures of a broken run are worth nothing.
    """
    done = subprocess.run([VM / "run", "-k", kernel, "-t", str(limit), *options, "--", *command],
                          stdout=subprocess.PIPE, text=True, check=False,
                          env={**os.environ, **(environment or {})})
    if done.returncode:
        raise RuntimeError(f"the guest of kernel {kernel} ended with exit code {done.returncode};"
                           f" it printed:\n{done.stdout}")
    return [line.split() for line in done.stdout.splitlines() if line.strip()]


def measure(kernel, cases, count, passes, **how):
    """Case -> the time of one packet in each pass, in nanoseconds of the guest. One boot, as run()."""
    rows = run(kernel, [HERE / "guest", str(count), str(passes), *cases], **how)
    times = {row[0]: [float(ns) for ns in row[1:]] for row in rows if row[0] in cases}
    if set(times) != set(cases):
        raise RuntimeError(f"the guest of kernel {kernel} has figures of: {' '.join(times) or 'nothing'}")
    return times


def plugin(name):
    """A plugin of the emulator, built from profile/NAME.c into build/bench/profile."""
    out = TOP / "build/bench/profile"
    out.mkdir(parents=True, exist_ok=True)
    subprocess.run(["gcc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC",
                    "-o", out / f"{name}.so", HERE / f"profile/{name}.c"], check=True)
    return out / f"{name}.so"


def release(kernel):
    """The kernel's own version, as in uname -r."""
    script = f'. "{VM}/lib.sh"; cat "$(kernel_dir {kernel})/release"'
    return subprocess.run(["bash", "-euc", script, str(VM / "run")], check=True, text=True,
                          stdout=subprocess.PIPE).stdout.strip()
