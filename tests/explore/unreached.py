# SPDX-License-Identifier: MIT
"""Conditions that no test reaches are told once, if all tests were run.

    unreached.py PROGRAM
"""

import re
import subprocess
import sys

LINE = re.compile(r'^FAILED no test reaches the HD_SOMETIMES at '
                  r'\S*unreached.c:10, \S*unreached.c:18$', re.MULTILINE)


def run(*options):
    done = subprocess.run([sys.argv[1], *options], stdout=subprocess.PIPE,
                          text=True, timeout=60)
    print(done.stdout)
    return done.returncode, len(LINE.findall(done.stdout))


assert run() == (1, 1)
assert run('one') == (0, 0)
assert run('--filter=*') == (0, 0)
assert run('--ignore=sometimes') == (0, 0)
assert run('--list') == (0, 0)
