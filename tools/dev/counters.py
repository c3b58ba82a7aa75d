#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""counters.py [TOP]: writes the list of reasons in Documentation's pages from kmod/core/reason.h."""
import re

import checks

SOURCE = "kmod/core/reason.h"
BEGIN = f"from {SOURCE} by tools/dev/counters.py: do not edit"
END = "end of what is generated"
ENTRY = re.compile(r'/\* (?P<group>[^*]+) \*/ \\|X\((?P<id>\w+),\s*"(?P<name>[^"]+)",\s*"(?P<help>[^"]+)"\)')


def groups(text):
    """(heading, [(name, help)]) of each group of reasons."""
    found = []
    for entry in ENTRY.finditer(text[text.index("#define LVSX_REASONS(X)"):text.index("enum lvsx_reason")]):
        if entry["group"]:
            found.append((entry["group"][0].upper() + entry["group"][1:], []))
        else:
            found[-1][1].append((entry["name"], entry["help"]))
    return found


def markdown(text):
    """A heading a group, a row a counter."""
    lines = []
    for heading, rows in groups(text):
        lines += ["", f"### {heading}", "", "| counter | meaning |", "|---|---|"]
        lines += [f"| `{name}` | {meaning} |" for name, meaning in rows]
    return "\n".join(lines) + "\n\n"


def manual(text):
    """The same for man; a minus that begins an option is told from a hyphen."""
    lines = []
    for heading, rows in groups(text):
        lines.append(f".SS {heading}")
        for name, meaning in rows:
            lines += [".TP", f".B {name}", re.sub(r"(?<!\w)-", r"\\-", meaning)]
    return "\n".join(lines) + "\n"


# Page: how it writes a comment, and the list.
PAGES = {"Documentation/counters.md": ("<!-- {} -->\n", markdown), "Documentation/lvsx.7": ('.\\" {}\n', manual)}


def page(tree, name):
    """The page as it should be."""
    comment, written = PAGES[name]
    head, rest = (tree / name).read_text().split(comment.format(BEGIN))
    _, tail = rest.split(comment.format(END))
    return head + comment.format(BEGIN) + written((tree / SOURCE).read_text()) + comment.format(END) + tail


def stale(tree):
    """The pages that are not as they should be."""
    return [name for name in PAGES if page(tree, name) != (tree / name).read_text()]


if __name__ == "__main__":
    TREE = checks.top()
    for NAME in stale(TREE):
        (TREE / NAME).write_text(page(TREE, NAME))
        print(f"wrote {NAME}")
