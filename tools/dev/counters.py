#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""counters.py [TOP]: writes the table in Documentation/counters.md from kmod/core/reason.h."""
import re
import sys

import checks

SOURCE = "kmod/core/reason.h"
PAGE = "Documentation/counters.md"
BEGIN = f"<!-- from {SOURCE} by tools/dev/counters.py: do not edit -->\n"
END = "<!-- end of what is generated -->\n"
ENTRY = re.compile(r'/\* (?P<group>[^*]+) \*/ \\|X\((?P<id>\w+),\s*"(?P<name>[^"]+)",\s*"(?P<help>[^"]+)"\)')


def table(text):
    """The list of reasons as Markdown: a heading a group, a row a counter."""
    entries = text[text.index("#define LVSX_REASONS(X)"):text.index("enum lvsx_reason")]
    lines = []
    for entry in ENTRY.finditer(entries):
        if entry["group"]:
            heading = entry["group"][0].upper() + entry["group"][1:]
            lines += ["", f"### {heading}", "", "| counter | meaning |", "|---|---|"]
        else:
            lines.append(f"| `{entry['name']}` | {entry['help']} |")
    return "\n".join(lines) + "\n\n"


def page(tree):
    """The page as it should be."""
    text = (tree / PAGE).read_text()
    head, rest = text.split(BEGIN)
    return head + BEGIN + table((tree / SOURCE).read_text()) + END + rest.split(END)[1]


if __name__ == "__main__":
    TREE = checks.top()
    NEW = page(TREE)
    if NEW == (TREE / PAGE).read_text():
        sys.exit(0)
    (TREE / PAGE).write_text(NEW)
    print(f"wrote {PAGE}")
