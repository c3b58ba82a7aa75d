# SPDX-License-Identifier: GPL-2.0-only
"""Counts results in KTAP text, our scripts' and the kernel log's, and in googletest's. Where there is
neither, a closing line "N passed, N failed" is taken as it is.

What counts is the leaf: a test with subtests is counted by those, and once more only when it failed
though none of them did. A plan that was not kept is a failure, since something died on the way.
"""
import re
from dataclasses import dataclass, field

LOG_PREFIX = re.compile(r"^(<\d+>)?\[ *\d+\.\d+\](\[ *[CT]\d+\])? ?")
RESULT = re.compile(r"^( *)(ok|not ok)(?: (\d+)(?: +-)?| -)(?: +(.*))?$")
PLAN = re.compile(r"^( *)1\.\.(\d+)(?: *# *SKIP\b *(.*))?$", re.IGNORECASE)
VERSION = re.compile(r"^( *)K?TAP version \d+$")
SKIP = re.compile(r"(?:^|\s)# *SKIP\b:? *(.*)$", re.IGNORECASE)
GTEST_PASSED = re.compile(r"^\[  PASSED  \] (\d+) tests?\.$")
GTEST_FAILED = re.compile(r"^\[  FAILED  \] .* \(\d+ ms\)$")
GTEST_SKIPPED = re.compile(r"^(\S+:\d+): Skipped$")
TOTAL = re.compile(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$")
CONTEXT = 15  # lines shown before and after a failing line


@dataclass
class Tally:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    failures: list = field(default_factory=list)  # (line, lines around it)
    skips: list = field(default_factory=list)  # (name, reason)

    def results(self):
        return self.passed + self.failed + self.skipped


@dataclass
class Level:
    indent: int
    plan: int = -1
    seen: int = 0
    bad: bool = False  # something below failed and was counted


def read(text):
    """The Tally of a whole log."""
    tally = Tally()
    lines = [LOG_PREFIX.sub("", line.rstrip()) for line in text.splitlines()]
    levels = []
    last = -1  # the result before, where a failure's context begins

    def fail(index, what):
        nonlocal last
        end = index + 1
        while end < len(lines) and end - index <= CONTEXT and lines[end].lstrip().startswith("#"):
            end += 1
        start = max(last + 1, index - CONTEXT)
        tally.failed += 1
        tally.failures.append((what, lines[start:index] + lines[index + 1:end]))
        last = end - 1  # what follows a failure is its own, what follows a success the next one's

    def close(index, keep):
        """Leaves the levels deeper than `keep`. Were there any? Did anything in them fail?"""
        any_below = bad = False
        while levels and levels[-1].indent > keep:
            level = levels.pop()
            if level.plan > level.seen:
                level.bad = True
                fail(index, f"planned {level.plan} tests, saw {level.seen}")
            any_below, bad = True, bad or level.bad
        return any_below, bad

    def level_at(indent):
        if not levels or levels[-1].indent < indent:
            levels.append(Level(indent))
        return levels[-1]

    for index, line in enumerate(lines):
        if match := VERSION.match(line):
            close(index, len(match[1]) - 1)
        elif match := PLAN.match(line):
            indent = len(match[1])
            close(index, indent)
            if level_at(indent).plan >= 0:
                close(index, indent - 1)
            level_at(indent).plan = int(match[2])
            if match[2] == "0":
                tally.skipped += 1
                tally.skips.append(("everything", match[3] or "no reason given"))
        elif match := GTEST_PASSED.match(line):
            tally.passed += int(match[1])
            last = max(last, index)
        elif GTEST_FAILED.match(line):
            fail(index, line)
        elif match := GTEST_SKIPPED.match(line):
            tally.skipped += 1
            tally.skips.append((match[1], "".join(lines[index + 1:index + 2]).strip()))
        elif (match := TOTAL.match(line)) and not tally.results():
            tally.passed += int(match[1])
            tally.skipped += int(match[3] or 0)
            if int(match[2]):
                fail(index, line)
                tally.failed += int(match[2]) - 1
        elif line.startswith("Bail out!"):
            fail(index, line)
        elif match := RESULT.match(line):
            indent, bad, name = len(match[1]), match[2] == "not ok", match[4] or match[3] or ""
            below, below_bad = close(index, indent)
            level = level_at(indent)
            level.seen += 1
            skip = SKIP.search(name)
            level.bad |= bad or below_bad
            if bad and not below_bad:
                fail(index, line.strip())
            elif below:
                pass  # counted by its subtests
            elif skip:
                tally.skipped += 1
                tally.skips.append((name[:skip.start()].strip(), skip[1] or "no reason given"))
            else:
                tally.passed += 1
            last = max(last, index)
    close(len(lines) - 1, -1)
    return tally
