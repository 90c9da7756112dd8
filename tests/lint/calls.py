# SPDX-License-Identifier: MIT
"""Calls that would spoil determinism or safety are not made.

The list is of names; a member (`host->time(...)`) is not the library's call.
Those who must, as the simulation that defines time(), are in allowed.txt.
"""

import re

from lint import Allowances, c_files, complain, finish, code_of

RANDOM = 'draw from struct hd_random'
CLOCK = 'time comes in through the host port'
BOUNDED = 'use a bounded call: memcpy, snprintf'

BANNED = {
    'rand': RANDOM, 'random': RANDOM, 'srand': RANDOM, 'srandom': RANDOM,
    'time': CLOCK, 'gettimeofday': CLOCK,
    'getenv': 'read the environment once, in the one file allowed to',
    'strcpy': BOUNDED, 'strcat': BOUNDED, 'sprintf': BOUNDED, 'gets': BOUNDED,
    'strtok': 'use strcspn and strspn',
    'alloca': 'take memory from the arena',
    'setjmp': 'return a status', 'longjmp': 'return a status',
    'qsort': 'its order of equals differs between libraries: compare birth '
             'numbers last, and say so in allowed.txt',
    'assert': 'use HD_ASSERT, which hands over the schedule',
}

VIRTUAL = 'tests run in virtual time: hd_sleep'
BANNED_IN_TESTS = {
    'sleep': VIRTUAL, 'usleep': VIRTUAL, 'nanosleep': VIRTUAL,
    'uv_sleep': VIRTUAL,
}


def check(paths, banned, allowances):
    names = '|'.join(banned)
    call = re.compile(rf'(?<![\w.])(?<!->)({names})\s*\(')
    for path in paths:
        for line, text in enumerate(code_of(path), 1):
            for name in call.findall(text):
                if not allowances.excuse(path, name):
                    complain(path, line, f'{name}() is banned', banned[name])


def main():
    allowances = Allowances()
    check(c_files('runtime', 'harness', 'fuzz'), BANNED, allowances)
    check(c_files('tests'), BANNED_IN_TESTS, allowances)
    finish()


main()
