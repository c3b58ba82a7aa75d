# SPDX-License-Identifier: GPL-2.0-only
"""What the checks of this folder share: their arguments, the tree's files, and results as KTAP.

Every one takes [TOP [NAME]]: the tree, so that it can be tried on a spoilt copy, and the name of
the only check to make.
"""
import shutil
import subprocess
import sys
from pathlib import Path

SHOWN = 40  # problems of one check that are printed


class Skip(Exception):
    """A check cannot be made here; the text says why."""


def top():
    if len(sys.argv) > 3:
        sys.exit(f"usage: {sys.argv[0]} [TOP [NAME]]")
    return Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2]).resolve()


def files(tree):
    """Everything that is or would be committed, as paths relative to the tree."""
    names = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=tree,
                           capture_output=True, text=True, check=True).stdout.split("\0")
    return sorted(Path(n) for n in set(names) if n and (tree / n).is_file())


def output(command, tree):
    """(exit code, lines) of a command run in the tree."""
    run = subprocess.run(command, cwd=tree, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         text=True, errors="replace", check=False)
    return run.returncode, [line for line in run.stdout.splitlines() if line.strip()]


def kernel_script(name):
    """One of the kernel's own scripts, out of the source package that selftests/vm builds kernels from."""
    code, lines = output(
        ["bash", "-euc", ". selftests/vm/lib.sh; . selftests/vm/packages.sh; "
         ". selftests/vm/source.sh; mkdir -p \"$vm_cache\"/{lock,log,src}; "
         "source_tree linux-source-6.1"], Path(__file__).resolve().parents[2])
    script = Path(lines[-1]) / "scripts" / name if lines and not code else None
    if not script or not script.is_file():
        raise Skip("no linux-source package to be had")
    return script


def need(tool):
    if not shutil.which(tool):
        raise Skip(f"no {tool} here; selftests/vm/deps installs it")


def run(named):
    """Makes (name, function) checks and ends the program. A function returns lines of problems."""
    only = sys.argv[2] if len(sys.argv) > 2 else ""
    named = [(name, function) for name, function in named if only in ("", name)]
    failed = 0
    print(f"KTAP version 1\n1..{len(named)}", flush=True)
    for number, (name, function) in enumerate(named, 1):
        try:
            problems = function()
        except Skip as why:
            print(f"ok {number} {name} # SKIP {why}", flush=True)
            continue
        failed += bool(problems)
        print(f"{'not ok' if problems else 'ok'} {number} {name}")
        for line in problems[:SHOWN]:
            print(f"# {line}")
        if len(problems) > SHOWN:
            print(f"# ... and {len(problems) - SHOWN} more")
        sys.stdout.flush()
    sys.exit(1 if failed or not named else 0)
