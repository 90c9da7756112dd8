# SPDX-License-Identifier: MIT
"""What a program's tests expect is found by auto, and by its detector alone.

    switched_off.py PROGRAM...

Each test that expects a kind must show it within 1 000 schedules, and must miss
it once the detector is off.
"""

import re
import subprocess
import sys

FOUND = re.compile(r'^ok +(\w+): ([a-z-]+) \(expected\), ', re.MULTILINE)


def run(program, *options):
    done = subprocess.run([program, '-q', '--schedules=1000', *options],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True, timeout=300)
    return done.returncode, done.stdout


def is_so(program):
    status, output = run(program)
    print(output)
    found = FOUND.findall(output)
    good = status == 0 and found
    for test, kind in found:
        status, output = run(program, f'--ignore={kind}', '--schedules=100',
                             test)
        if f'{test}: {kind} was expected and not found' not in output:
            print(f'{kind} is found though it is off:\n{output}')
            good = False
    return good


results = [is_so(program) for program in sys.argv[1:]]
sys.exit(0 if all(results) and results else 1)
