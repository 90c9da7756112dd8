# SPDX-License-Identifier: MIT
"""The program in a page such as README.md: print it, or check what it shows.

    readme.py PAGE               the first block of C, on stdout
    readme.py PAGE PROGRAM       does PROGRAM print what the page's first block
                                 of text says?
"""

import pathlib
import re
import subprocess
import sys

COUNTS = re.compile(r' *(passes|order|also): |  (no|not) |FAILED |ok ')
REPLAY = re.compile(r'  replay: .* (--replay=.*)')


def block(page, language):
    text = pathlib.Path(page).read_text()
    return re.search(rf'^```{language}\n(.*?)^```$', text,
                     re.MULTILINE | re.DOTALL)[1]


def lines_that_count(text):
    """The tokens and the verdict; where files lie may differ."""
    lines = [REPLAY.sub(r'\1', line) for line in text.splitlines()]
    return [line.strip() for line in lines
            if line.startswith('--replay=') or COUNTS.match(line)]


def main():
    if len(sys.argv) == 2:
        print(block(sys.argv[1], 'c'), end='')
        return
    done = subprocess.run([sys.argv[2]], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
    printed = lines_that_count(done.stderr + done.stdout)
    promised = lines_that_count(block(sys.argv[1], 'text'))
    print('\n'.join(['it prints', *printed, 'the page says', *promised]))
    sys.exit(0 if printed and printed == promised else 1)


main()
