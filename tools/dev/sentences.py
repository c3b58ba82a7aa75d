# SPDX-License-Identifier: GPL-2.0-only
"""Every sentence with which the module refuses something must be read by a test.

A sentence is a string given to NL_SET_ERR_MSG() and its kin, to extack->_msg, or to a function of
the same file that passes it on to that. A test has it as a whole: between quotes, or on a line of
its own.
"""
import re

FEWEST = 40  # sentences to be found; fewer, and it is this program that no longer finds them
TESTS = ("selftests/net/", "selftests/cli/", "kmod/tests/")
# Sentences without a test, each with the reason why it cannot have one.
MEMORY = "a guest cannot be made to run out of memory just there"
UNTESTED = {
    "not enough memory for the flow tables of this network namespace": MEMORY,
    "not enough memory for another service": MEMORY,
    "not enough memory for the local addresses": MEMORY,
    "not enough memory to rebuild the local addresses": MEMORY,
    "not enough memory for the list": MEMORY,
}

STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
MACRO = r"(?:GE)?NL_SET_ERR_MSG\w*"
# A function that passes on a sentence: its name, and its text up to where it does.
PASSES_ON = re.compile(r"^[a-z][\w \t*]*?(\w+)\([^;{}]*\)\n\{(?:(?!^\}).)*?_msg = \w+;",
                       re.DOTALL | re.MULTILINE)


def joined(text):
    """C or Python whose strings of several pieces are one."""
    return re.sub(r'(?<!\\)"\s+"', "", text)


def arguments(text, start):
    """From behind an opening parenthesis to the one that closes it, strings left alone."""
    depth, at = 1, start
    while depth and at < len(text):
        if text[at] == '"':
            at = STRING.match(text, at).end()
            continue
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        at += 1
    return text[start:at]


def of_file(text):
    """(sentences, problems) of a C file: problems are refusals whose sentence cannot be seen."""
    text = joined(COMMENT.sub(" ", text))
    helpers = {m[1]: m.span() for m in PASSES_ON.finditer(text)}
    sentences, problems = [], []
    for call in re.finditer(rf"\b({'|'.join([MACRO, *helpers])})\(", text):
        first, last = helpers.get(call[1], (0, 0))
        if first <= call.start() < last:
            continue  # its own definition
        found = STRING.findall(arguments(text, call.end()))
        sentences += found
        problems += [] if found else [f"{call[1]}() without a sentence that can be read here"]
    for value in re.finditer(r"_msg = ([^;]*);", text):
        within = any(first <= value.start() < last for first, last in helpers.values())
        found = STRING.findall(value[1])
        sentences += found
        if not found and not within:
            problems.append(f"'{value[0]}': where does the sentence come from?")
    return sentences, problems


def is_read(sentence, tests):
    whole = re.compile(rf"""(?:^\s*|["']){re.escape(sentence)}(?:["']|\s*$)""", re.MULTILINE)
    return any(whole.search(text) for text in tests)


def read_test(path):
    """A test's text without lines of comment; strings in a row are one, but in shell two words."""
    text = path.read_text()
    return re.sub(r"^\s*(#|//|/?\*).*$", "", text if path.suffix == ".sh" else joined(text),
                  flags=re.MULTILINE)


def problems_of(tree, paths):
    """What is wrong, a line each."""
    kernel = [p for p in paths if p.suffix == ".c" and p.parts[0] == "kmod" and "tests" not in p.parts]
    tests = [read_test(tree / p) for p in paths
             if p.suffix in (".c", ".sh", ".py") and p.as_posix().startswith(TESTS)]
    problems, where = [], {}
    for path in kernel:
        sentences, unseen = of_file((tree / path).read_text())
        problems += [f"{path}: {problem}" for problem in unseen]
        where.update({sentence: path for sentence in sentences})
    if len(where) < FEWEST:
        problems.append(f"only {len(where)} sentences found in kmod, expected {FEWEST}")
    for sentence, path in where.items():
        tested = is_read(sentence, tests)
        if not tested and sentence not in UNTESTED:
            problems.append(f"{path}: no test reads '{sentence}'")
        if tested and sentence in UNTESTED:
            problems.append(f"tools/dev/sentences.py excuses what a test reads: '{sentence}'")
    return problems + [f"tools/dev/sentences.py excuses what nobody says: '{s}'"
                       for s in UNTESTED if s not in where]
