# SPDX-License-Identifier: MIT
"""Two programs print the same: `same_output.py PROGRAM PROGRAM`."""

import difflib
import subprocess
import sys


def lines_of(program):
    done = subprocess.run([program], stdout=subprocess.PIPE, check=True)
    return done.stdout.decode().splitlines(keepends=True)


first, second = sys.argv[1:]
difference = list(difflib.unified_diff(lines_of(first), lines_of(second),
                                       first, second))
sys.stdout.writelines(difference)
sys.exit(1 if difference else 0)
