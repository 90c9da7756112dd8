# SPDX-License-Identifier: MIT
"""Computation that holds the loop is found, measured in time of its own.

    held.py PROGRAM

Real time is no part of a trace: the finding shows in most replays or in all,
the program is never uncontrolled, and the digest is the same with and without.
"""

import re
import subprocess
import sys


def run(*options):
    done = subprocess.run([sys.argv[1], *options], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=110)
    print(done.stdout)
    return done.returncode, done.stdout


status, output = run('--schedules=1')
assert status == 0 and 'uncontrolled' not in output
MS = r'the loop is held for about (\d+) ms by computation in 0.1$'
ms = int(re.search(MS, output, re.MULTILINE)[1])
assert 100 <= ms <= 850, ms
assert int(re.search(r'reproduced (\d+)/10', output)[1]) >= 5
assert '\nWhere\n' in output
token = re.search(r'--replay=(\S+)', output)[1]

LONG = 'a_step_that_computes_for_long_is_found'
traces = {re.search(r'trace (\w+)', run('--replay=' + token, *options)[1])[1]
          for options in ([], ['--ignore=blocking-call'])}
assert len(traces) == 1

status, output = run('--ignore=blocking-call', '--schedules=1', LONG)
assert status == 1 and 'expected and not found' in output
