# SPDX-License-Identifier: GPL-2.0-only
"""The one file of figures, build/bench/results.json, into which every benchmark merges its own:

{"machine": {…}, "kernel": {"6.1": "6.1.0-…", …}, "commit": "…",
 "metrics": {"NAME": {"value": N, "unit": "…", "spread": N}}}

The value is the smallest of several repeats, the spread how much larger the largest of them was.
"""
import fcntl
import json
import os
import subprocess
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
RESULTS = TOP / "build/bench/results.json"
BASELINE = Path(__file__).resolve().parent / "baseline.json"


def machine():
    cpus = [line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {"cpu": cpus[0] if cpus else os.uname().machine, "cpus": os.cpu_count(),
            "memory_mib": memory >> 20, "kernel": os.uname().release}


def commit():
    """What was measured; "-dirty" when the tree had changes that are in no commit."""
    done = subprocess.run(["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"], cwd=TOP,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    return done.stdout.strip() or "unknown"


def metric(repeats, unit, digits=2):
    low, high = min(repeats), max(repeats)
    return {"value": round(low, digits), "unit": unit, "spread": round(high - low, digits)}


def load(path=RESULTS):
    return json.loads(path.read_text()) if path.exists() else {"metrics": {}}


def merge(metrics, kernels=None):
    """Adds metrics (name -> metric()) to the file, in place of older ones of the same name."""
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    with open(RESULTS.with_suffix(".lock"), "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        old, new = load(), RESULTS.with_suffix(".new")
        new.write_text(json.dumps({
            "machine": machine(),
            "kernel": {**old.get("kernel", {}), **(kernels or {})},
            "commit": commit(),
            "metrics": dict(sorted({**old["metrics"], **metrics}.items())),
        }, indent=1) + "\n")
        new.rename(RESULTS)
