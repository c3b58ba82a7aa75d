# SPDX-License-Identifier: GPL-2.0-only
"""Static functions of the module have names of their own, so that perf, ftrace and an oops say where one is.

Two words at least, and no name twice in the module. Headers' inline functions count; tests do not, and neither
does the text of one file that defines a function twice, for one kernel and another.
"""
import re

COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
STATIC = re.compile(r"^(?:__attribute__\(\(.*?\)\)\s*)?static\b[^;={}()]*?\b([a-z_]\w*)\(", re.MULTILINE)
NOT_MEANT = re.compile(r"kmod/(.*/)?tests/.*|kmod/uapi/.*")
FEWEST = 200  # functions to be found; fewer, and it is this program that no longer finds them


def problems_of(tree, paths):
    places = {}
    for path in paths:
        name = path.as_posix()
        if path.suffix in (".c", ".h") and name.startswith("kmod/") and not NOT_MEANT.fullmatch(name):
            for function in STATIC.findall(COMMENT.sub(" ", (tree / path).read_text())):
                places.setdefault(function, set()).add(name)
    problems = [] if len(places) >= FEWEST else [f"only {len(places)} static functions were found"]
    for function, files in sorted(places.items()):
        if "_" not in function.strip("_"):
            problems.append(f"{', '.join(sorted(files))}: {function}() is one word: say whose it is, too")
        elif len(files) > 1:
            problems.append(f"{', '.join(sorted(files))}: each has a {function}()")
    return problems
