# SPDX-License-Identifier: GPL-2.0-only
"""Whether a stage of selftests/run makes headway, and how long the rest may take by what earlier runs took."""
import heapq
import json
import os
import time
from pathlib import Path

SAMPLE = 10  # seconds between two looks at the processor time of a stage
WORKING = 0.05  # of a CPU: more than an emulator needs for a guest that is idle
SILENT = 3  # times its limit that a stage may work without a word
TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(session):
    """Processor time of a session's processes and of the children that they have waited for."""
    total = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # ended meanwhile
        if int(words[3]) == session:
            total += sum(map(int, words[11:15]))
    return total / TICK


class Life:
    """Signs of life of a stage: new words in its log, or processor time that is used."""

    def __init__(self, session, log, now):
        self.session, self.log = session, log
        self.size, self.spoke = 0, now
        self.cpu, self.sampled, self.worked = 0.0, now, now

    def lost(self, limit):
        """Silent and idle for `limit` seconds, or silent at work for a multiple of it?"""
        now, size = time.monotonic(), self.log.stat().st_size
        if size != self.size:
            self.size, self.spoke = size, now
        if now - self.sampled > min(SAMPLE, limit):
            cpu = cpu_seconds(self.session)
            # Less than before: one has ended that nobody waited for.
            if not 0 <= cpu - self.cpu < WORKING * (now - self.sampled):
                self.worked = now
            self.cpu, self.sampled = cpu, now
        return now - max(self.spoke, self.worked) > limit or now - self.spoke > SILENT * limit


def durations_in(path):
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return {}


class Durations:
    """Stage -> seconds it took here the last time it went well, kept in the cache; else on a machine of two
    cores, the first time, which is in durations.json beside this file."""

    def __init__(self):
        home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        self.path = Path(os.environ.get("LVSX_CACHE") or Path(home) / "lvsx") / "durations.json"
        self.here = durations_in(self.path)
        self.known = {**durations_in(Path(__file__).with_name("durations.json")), **self.here}

    def keep(self, name, seconds):
        self.here[name] = self.known[name] = round(seconds, 1)
        new = self.path.with_suffix(".new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            new.write_text(json.dumps(self.here, indent=1))
            new.replace(self.path)
        except OSError:
            pass  # an estimate less

    def left(self, running, waiting, slots):
        """In words: what (name, seconds so far) and the names that wait may take, so many at once."""
        unknown = [name for name in [n for n, _ in running] + waiting if name not in self.known]
        ends = [max(0.0, self.known.get(name, 0) - so_far) for name, so_far in running]
        ends += [0.0] * (slots - len(ends))
        heapq.heapify(ends)
        for name in waiting:
            heapq.heapreplace(ends, ends[0] + self.known.get(name, 0))
        minutes = int(max(ends) / 60 + 0.5)
        if len(unknown) == len(running) + len(waiting):
            return "time left: unknown, no earlier run"
        about = f"about {minutes} min left" if minutes else "less than a minute left"
        return about + (f", and {', '.join(unknown)}: unknown" if unknown else "")
