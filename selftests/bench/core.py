#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""core.py FLOWS...: runs the core's benchmark (core.c) and merges its figures into the results."""
import json
import subprocess
import sys

import report
import results


def main():
    done = subprocess.run([results.RESULTS.parent / "core", *sys.argv[1:]], stdout=subprocess.PIPE, text=True,
                          check=False)
    if done.returncode:
        sys.exit(f"core.py: the benchmark ended with exit code {done.returncode}")
    metrics = {name: {key: entry[key] for key in ("value", "unit", "spread")}
               for name, entry in json.loads(done.stdout).items()}
    results.merge(metrics)
    report.show(metrics)


if __name__ == "__main__":
    main()
