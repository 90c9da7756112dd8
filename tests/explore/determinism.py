# SPDX-License-Identifier: MIT
"""A token shows the same execution in every process and every build.

usage: determinism.py [--findings=N] [--faults] ZOO [ZOO...]

Each ZOO is the test program of that name (zoo.c), perhaps of another compiler
or with sanitizers. The first one searches at random, under many seeds, for N
findings; then every program replays the token of each and must show the same
finding and the same hash of the trace. The last line tells the numbers. With
--faults all of them are of executions that may have faults, and took a value.
"""

import argparse
import collections
import concurrent.futures
import itertools
import os
import re
import subprocess
import sys
import tempfile

TITLE = re.compile(r"^(\S+) in test (\S+): ")
TOKEN = re.compile(r"^  replay:  .* --replay=(\S+)$")
TRACE = re.compile(r"^  trace:   ([0-9a-f]{16})$")
REPLAY = re.compile(r"^replay \S+: (.*), trace ([0-9a-f]{16})$", re.M)
SETTINGS = [
    [],
    ["--points=await"],
    ["--clock=jump"],
    ["--order=loop", "--clock=jump"],
    ["--faults=cancel"],
    ["--faults=cancel:2,alloc", "--clock=jump"],
]
FAULTS = [
    ["--faults=cancel:2,alloc"],
    ["--faults=cancel:2,alloc", "--clock=jump"],
    ["--faults=cancel:2,alloc", "--points=await"],
]

Finding = collections.namedtuple("Finding", "kind test token trace")


def call(command):
    return subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=120,
                          check=False)


def tests_of(zoo):
    return call([zoo, "--list"]).stdout.split()


def read_report(path):
    """The findings of a report, in its order."""
    findings = []
    kind = test = token = None
    with open(path, encoding="utf-8") as report:
        for line in report:
            if match := TITLE.match(line):
                kind, test = match.groups()
            elif match := TOKEN.match(line):
                token = match.group(1)
            elif match := TRACE.match(line):
                findings.append(Finding(kind, test, token, match.group(1)))
    return findings


def search(zoo, test, seed, settings):
    """What one random search of one test finds, as it was found."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "report")
        done = call([zoo, test, "--strategy=random", f"--seed={seed}",
                     "--schedules=40", "--no-shrink", "--keep-going", "-v",
                     f"--report=text:{path}", *settings])
        if done.returncode not in (0, 1):
            with open(path, encoding="utf-8") as report:
                sys.exit(f"{test} --seed={seed} {settings}: exit status "
                         f"{done.returncode}\n{done.stdout}{done.stderr}"
                         f"{report.read()}")
        return read_report(path)


def collect(pool, zoo, wanted, faults):
    """As many findings as wanted, of different tokens."""
    found = {}
    choices = FAULTS if faults else SETTINGS
    tests = tests_of(zoo)
    for seed in itertools.count(1):
        jobs = [pool.submit(search, zoo, test, seed,
                            choices[(seed + i) % len(choices)])
                for i, test in enumerate(tests)]
        for job in jobs:
            for finding in job.result():
                if "~" in finding.token or not faults:
                    found.setdefault((finding.kind, finding.token), finding)
        if len(found) >= wanted or seed == 50:
            return list(found.values())[:wanted]


def replay(zoo, finding):
    """What is wrong with the replay; None if it is right."""
    done = call([zoo, finding.test, f"--replay={finding.token}"])
    match = REPLAY.search(done.stderr)
    if match is None:
        return f"no verdict, exit status {done.returncode}: {done.stderr}"
    if finding.kind not in match.group(1).split(", "):
        return f"found {match.group(1)}"
    if match.group(2) != finding.trace:
        return f"trace {match.group(2)}, not {finding.trace}"
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--findings", type=int, default=60)
    parser.add_argument("--faults", action="store_true")
    parser.add_argument("zoos", nargs="+", metavar="ZOO")
    options = parser.parse_args()
    wrong = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        findings = collect(pool, options.zoos[0], options.findings,
                           options.faults)
        for zoo in options.zoos:
            troubles = pool.map(lambda f, z=zoo: replay(z, f), findings)
            for finding, trouble in zip(findings, troubles):
                if trouble is not None:
                    wrong += 1
                    print(f"{zoo} {finding.test} --replay={finding.token}\n"
                          f"    {finding.kind} was found; {trouble}")
    kinds = collections.Counter(finding.kind for finding in findings)
    deviations = sum(f.token.count("=") + f.token.count(",") - 2
                     for f in findings)
    print(f"{len(findings)} findings "
          f"({', '.join(f'{n} {k}' for k, n in kinds.most_common())}), "
          f"{deviations} deviations, {len(options.zoos)} builds, "
          f"{wrong} replays differ")
    sys.exit(wrong > 0 or len(findings) < options.findings)


if __name__ == "__main__":
    main()
