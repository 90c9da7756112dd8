# SPDX-License-Identifier: MIT
"""clang-tidy has nothing to say.  usage: tidy.py BUILD-FOLDER"""

import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys

from lint import ROOT, committed, complain, finish, need_tool


# What others will use.
DELIVERED = ('runtime/', 'harness/', 'fuzz/')

# What only gcc understands.
FOREIGN = re.compile(r' -mmem(set|cpy)-strategy=\S+')


def database_for_clang(build):
    """The build's commands without gcc's own flags; and their folder."""
    text = FOREIGN.sub('', (build / 'compile_commands.json').read_text())
    folder = build / 'tidy'
    folder.mkdir(exist_ok=True)
    (folder / 'compile_commands.json').write_text(text)
    return json.loads(text), folder


def sources(database):
    """The committed files that this build compiles; tests may do wrong."""
    compiled = {(pathlib.Path(row['directory']) / row['file']).resolve()
                for row in database}
    return [path for path in committed()
            if ROOT / path in compiled and str(path).startswith(DELIVERED)]


def check(build, path):
    return path, subprocess.run(
        ['clang-tidy', '--quiet', '-p', str(build), path], cwd=ROOT,
        capture_output=True, text=True)


def main():
    need_tool('clang-tidy')
    database, folder = database_for_clang(pathlib.Path(sys.argv[1]).resolve())
    jobs = len(os.sched_getaffinity(0))
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        runs = [pool.submit(check, folder, path)
                for path in sources(database)]
    for path, done in (run.result() for run in runs):
        if done.returncode != 0:
            print(done.stdout + done.stderr)
            complain(path, 1, 'clang-tidy objects', 'see above')
    finish()


main()
