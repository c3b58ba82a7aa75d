#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Writes the figures of build/bench/results.json into Documentation/performance.md, between its
marks, and the pictures beside it; report.py draws them."""
import re

import report
import results

PAGE = results.TOP / "Documentation/performance.md"
CASES = ("base", "route", "dnat", "flowtable", "ipvs_dr", "ipvs_nat_fwd", "ipvs_nat_rev", "lvsx_fwd",
         "lvsx_rev", "lvsx_fwd_ingress", "lvsx_rev_ingress", "ipvs_nat_fwd_tcp", "ipvs_nat_rev_tcp",
         "lvsx_fwd_tcp", "lvsx_rev_tcp", "ipvs_new",
         "lvsx_new", "lvsx_new_sized", "lvsx_new_grace")
FLOWS = ("1k", "64k", "1m", "10m")
# Metric -> what it is called, digits.
HELD = {"bytes.per_conn.ipvs": ("stock IPVS, 1 M connections", 1),
        "bytes.per_conn.kernel": ("lvsx.ko, 1 M connections", 1),
        "bytes.per_conn.kernel.10m": ("lvsx.ko, 10 M connections", 1),
        "bytes.per_conn.core": ("of it flows, index and port pools (core, 10 M)", 1),
        "conns.guest_live": ("live in one guest", 0)}
SCALED = {"new_insns": ("instructions", 0), "new_lines": ("lines from another CPU", 2),
          "new_serial": ("ns that its busiest line is in use, by the model", 0),
          "new_time": ("ns of a connection on each of 4 CPUs, by the model", 0),
          "new_scaling": ("connections on 4 CPUs over 1, by the model", 2)}
PICTURES = results.TOP / "Documentation/pictures"


def rows(metrics, groups):
    """A row a case: for each group, the figure, its spread and what is above the base."""
    head = "".join(f" {title} | spread | above base |" for title, *_ in groups)
    lines = [f"| case |{head}", "|---|" + "--:|--:|--:|" * len(groups)]
    for case in CASES:
        row = f"| `{case}` |"
        for _, group, tail, digits in groups:
            entry, base = (metrics.get(f"{group}.{name}{tail}") for name in (case, "base"))
            if entry and base:
                above = entry["value"] - base["value"]
                row += f" {entry['value']:.{digits}f} | {entry['spread']:.{digits}f} | {above:.{digits}f} |"
            else:
                row += " - | - | - |"
        lines.append(row)
    return lines


def value(metrics, name, digits):
    return f"{metrics[name]['value']:,.{digits}f}" if name in metrics else "-"


def core_rows(metrics):
    floor = value(metrics, "core_ns.floor", 1)
    return ["| flows | one by one | bursts | memory | no table | made a second | made and expired |",
            "|---|" + "--:|" * 6,
            *(f"| {n} | " + " | ".join([*(value(metrics, f"core_ns.{kind}.{n}", 1)
                                          for kind in ("scalar", "batch", "memory")), floor,
                                        *(value(metrics, f"core_rate.{kind}.{n}", 0)
                                          for kind in ("insert", "churn"))]) + " |" for n in FLOWS)]


def held_rows(metrics):
    return ["| what | bytes, or connections |", "|---|--:|",
            *(f"| {title} | {value(metrics, name, digits)} |" for name, (title, digits) in HELD.items())]


def scaled_rows(metrics):
    return ["| of a new connection | stock IPVS | lvsx |", "|---|--:|--:|",
            *(f"| {title} | {value(metrics, f'{name}.ipvs.4cpu', digits)} | {value(metrics, f'{name}.4cpu', digits)} |"
              for name, (title, digits) in SCALED.items())]


def where(found):
    machine = found["machine"]
    return f"Commit {found['commit']}; {machine['cpus']} CPUs, {machine['cpu']}."


def figures(found):
    """Mark -> lines."""
    kernel, metrics = found["kernel"], found["metrics"]
    insn = [(f"Linux {kernel[name]}", "insn", tail, 1)
            for name, tail in (("6.1", ""), ("6.12", ".6_12"), ("newest", ".newest")) if name in kernel]
    native = [(f"Linux {kernel['uml']}, ns", "uml_ns", "", 0)] if "uml" in kernel else []
    return {
        "bars": ["```", *report.bars(metrics), "```"],
        "instructions": [where(found), "", *rows(metrics, insn)],
        "nanoseconds": [where(found), "", *rows(metrics, native)],
        "core": [where(found), "", *core_rows(metrics)],
        "held": [where(found), "", *held_rows(metrics)],
        "scaled": [where(found), "", *scaled_rows(metrics)],
    }


def main():
    text = PAGE.read_text()
    for mark, lines in figures(results.load()).items():
        text, count = re.subn(rf"(?s)(<!-- {mark} -->\n).*?(<!-- end -->)",
                              lambda m, lines=lines: m[1] + "\n".join(lines) + "\n" + m[2], text)
        if count != 1:
            raise SystemExit(f"{PAGE}: expected one pair of marks <!-- {mark} --> and <!-- end -->")
    PAGE.write_text(text)
    PICTURES.mkdir(exist_ok=True)
    for picture in results.RESULTS.parent.glob("*.svg"):
        first, rest = picture.read_text().split("\n", 1)
        (PICTURES / picture.name).write_text(f"{first}\n<!-- SPDX-License-Identifier: GPL-2.0-only -->\n{rest}")


if __name__ == "__main__":
    main()
