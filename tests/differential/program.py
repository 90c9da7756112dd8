# SPDX-License-Identifier: MIT
"""The program format: reading it, writing it, and walking over it.

See README.md for the format itself.
"""

POLICIES = ("raise", "log", "eat")
BLOCKS = ("timeout", "group", "try", "repeat", "maybe")
OBJECTS = (
    "lock", "event", "cond", "shared", "sem", "bounded", "barrier", "queue",
    "lifo", "prio", "future",
)


class Op:
    """One line of a section; a block has a body, `try` a cleanup too."""

    __slots__ = ("policy", "name", "args", "line", "body", "cleanup")

    def __init__(self, policy, name, args=(), body=None, cleanup=None):
        self.policy = policy
        self.name = name
        self.args = tuple(args)
        self.line = 0
        self.body = body
        self.cleanup = cleanup


class Program:
    """Objects in declaration order; sections and callbacks by number."""

    def __init__(self, seed):
        self.seed = seed
        self.objects = []
        self.sections = {}
        self.callbacks = {}

    def number_lines(self):
        """Give each op its line number, the place its events name."""
        for ops in (*self.sections.values(), *self.callbacks.values()):
            number_block(ops, 1)


def number_block(ops, line):
    for op in ops:
        op.line = line
        line += 1
        if op.body is None:
            continue
        line = number_block(op.body, line)
        if op.name == "try":
            line = number_block(op.cleanup, line + 1)
        line += 1
    return line


def read_programs(lines):
    """Yield every program of a suite."""
    program = None
    stack = []
    for text in lines:
        words = text.split()
        if not words:
            continue
        head = words[0]
        if head == "program":
            if program is not None:
                yield finished(program)
            program = Program(words[1])
        elif head in ("section", "callback"):
            ops = []
            table = program.sections if head == "section" else program.callbacks
            table[int(words[1])] = ops
            stack = [(ops, None)]
        elif head in OBJECTS:
            program.objects.append((head, *map(int, words[1:])))
        elif head == "finally":
            opener = stack.pop()[1]
            stack.append((opener.cleanup, opener))
        elif head == "end":
            stack.pop()
        else:
            read_op(words, stack)
    if program is not None:
        yield finished(program)


def read_op(words, stack):
    op = Op(words[0], words[1], map(number_or_word, words[2:]))
    stack[-1][0].append(op)
    if op.name in BLOCKS:
        op.body = []
        op.cleanup = [] if op.name == "try" else None
        stack.append((op.body, op))


def number_or_word(text):
    return int(text) if text.lstrip("-").isdigit() else text


def finished(program):
    program.number_lines()
    return program


def write_program(program):
    """The text of one program, its separator line included."""
    lines = [f"program {program.seed}"]
    lines += [" ".join(map(str, declared)) for declared in program.objects]
    for head, table in (
        ("section", program.sections),
        ("callback", program.callbacks),
    ):
        for number, ops in sorted(table.items()):
            # An empty list is the same as none; section 0 begins the lists.
            if ops or (head, number) == ("section", 0):
                lines.append(f"{head} {number}")
                write_block(ops, lines, 1)
    return "\n".join(lines) + "\n"


def write_block(ops, lines, depth):
    indent = "  " * depth
    for op in ops:
        words = map(str, (op.policy, op.name, *op.args))
        lines.append(indent + " ".join(words))
        if op.body is None:
            continue
        write_block(op.body, lines, depth + 1)
        if op.name == "try":
            lines.append(indent + "finally")
            write_block(op.cleanup, lines, depth + 1)
        lines.append(indent + "end")


def blocks_of(ops):
    """Yield this list of ops and every list nested in it."""
    yield ops
    for op in ops:
        if op.body is not None:
            yield from blocks_of(op.body)
        if op.cleanup is not None:
            yield from blocks_of(op.cleanup)


def lists_of(program):
    """Yield every list of ops of the program."""
    for table in (program.sections, program.callbacks):
        for number in sorted(table):
            yield from blocks_of(table[number])
