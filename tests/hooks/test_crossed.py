# SPDX-License-Identifier: MIT
"""What is found with hooks replays in other builds: of gcc and clang, without
hooks, and with ASan and UBSan. The trace is the same in all of them."""

import os
import re
import sys
import unittest

import compilers

HERE = os.path.dirname(os.path.abspath(__file__))
CORPUS = os.path.join(HERE, '../../corpus/asyncio')
# Of each the test, and what is found with hooks and without.
PROGRAMS = {
    os.path.join(HERE, 'crossed.c'): ('crossed', 'assertion'),
    os.path.join(CORPUS, 'n26_race.c'): ('n26_race',
                                         'nondeterministic-result'),
    os.path.join(CORPUS, 'n27_deadlock.c'): ('n27_deadlock', 'deadlock'),
}
REPLAYED = re.compile(r'^replay (\S+): (.*), trace ([0-9a-f]{16})$', re.M)
BUILDS = [
    ('gcc', '-O0'),
    ('gcc', '-O2'),
    ('gcc', '--front=none', '-O2'),
    ('clang', '-O2'),
    ('clang', '--front=coverage', '-O1'),
    ('clang-19', '-O2'),
]
SANITIZED = [
    ('gcc', '--sanitize', '-O1'),
    ('clang', '--sanitize', '-O1'),
    ('clang-19', '--sanitize', '-O1'),
]


class Crossed(compilers.Case):
    """Found here, replayed there."""

    def build(self, source, build):
        compiler, *options = build
        self.cc('--compiler=' + compiler, *options, '-g',
                '-Wno-write-strings', source, '-o', 'program')

    def find(self, test):
        """The token of the first finding, whichever it is."""
        done = self.run_program('program', test, status=1)
        match = compilers.TOKEN.search(done.stderr)
        self.assertIsNotNone(match, done.stdout + done.stderr)
        return match.group(1)

    def replay(self, test, token):
        done = self.run_program('program', test, '--strict',
                                '--replay=' + token)
        match = REPLAYED.search(done.stdout + done.stderr)
        self.assertIsNotNone(match, done.stdout + done.stderr)
        return match.group(2), match.group(3)

    def check(self, builds):
        for source, (test, kind) in PROGRAMS.items():
            self.build(source, ('gcc', '-O2'))
            token = self.find(test)
            kinds, trace = self.replay(test, token)
            self.assertIn(kind, kinds)
            for build in builds:
                if not compilers.there(build[0]):
                    continue
                with self.subTest(test=test, build=build):
                    self.build(source, build)
                    kinds, other = self.replay(test, token)
                    self.assertEqual(other, trace)
                    self.assertIn(kind, kinds)

    def test_a_schedule_found_with_hooks_is_the_same_in_every_build(self):
        self.check(BUILDS)

    @unittest.skipUnless(compilers.HAS_PROC, 'sanitizers need /proc')
    def test_a_schedule_found_with_hooks_replays_under_asan(self):
        self.check(SANITIZED)


compilers.main(sys.argv)
