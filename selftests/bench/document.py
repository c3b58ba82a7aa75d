#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Writes the figures of build/bench/results.json into Documentation/performance.md, between its marks."""
import re

import report
import results

PAGE = results.TOP / "Documentation/performance.md"
CASES = ("base", "route", "dnat", "flowtable", "ipvs_dr", "ipvs_nat_fwd", "ipvs_nat_rev", "lvsx_fwd",
         "lvsx_rev", "lvsx_fwd_ingress", "lvsx_rev_ingress", "ipvs_nat_fwd_tcp", "ipvs_nat_rev_tcp",
         "lvsx_fwd_tcp", "lvsx_rev_tcp", "ipvs_new",
         "lvsx_new", "lvsx_new_grace")


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


def where(found):
    machine = found["machine"]
    return f"Commit {found['commit']}; {machine['cpus']} CPUs, {machine['cpu']}."


def figures(found):
    """Mark -> lines."""
    kernel, metrics = found["kernel"], found["metrics"]
    insn = [(f"Linux {kernel[name]}", "insn", tail, 1) for name, tail in (("6.1", ""), ("6.12", ".6_12"))
            if name in kernel]
    native = [(f"Linux {kernel['uml']}, ns", "uml_ns", "", 0)] if "uml" in kernel else []
    return {
        "bars": ["```", *report.bars(metrics), "```"],
        "instructions": [where(found), "", *rows(metrics, insn)],
        "nanoseconds": [where(found), "", *rows(metrics, native)],
    }


def main():
    text = PAGE.read_text()
    for mark, lines in figures(results.load()).items():
        text, count = re.subn(rf"(?s)(<!-- {mark} -->\n).*?(<!-- end -->)",
                              lambda m, lines=lines: m[1] + "\n".join(lines) + "\n" + m[2], text)
        if count != 1:
            raise SystemExit(f"{PAGE}: expected one pair of marks <!-- {mark} --> and <!-- end -->")
    PAGE.write_text(text)


if __name__ == "__main__":
    main()
