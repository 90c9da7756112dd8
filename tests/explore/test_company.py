# SPDX-License-Identifier: MIT
"""What stands beside findings, for a zoo of programs: the order alone shows the
same kind of finding, and the run that passes shows none.
"""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "cli"))

import program  # noqa: E402

REPORT = re.compile(r"^(?P<kind>[\w-]+) in test (?P<test>\w+): "
                    r"(?P<rest>(?:.*\n)*?)  \(a replay ", re.M)
ORDERS_MIN = 2
PASSING_MIN = 2


class Company(program.Case):
    """Each token of a report is worth something by itself."""

    def replayed(self, report, word):
        """What the token after a word shows; None if there is none."""
        token = re.search(rf"^  {word}:  +(\S+) ", report["rest"], re.M)
        if token is None:
            return None
        done = self.run_program(report["test"], f"--replay={token[1]}")
        self.assertNotIn("drift", done.stderr)
        return re.search(r"^replay \w+: (.*), trace", done.stderr, re.M)[1]

    def test_orders_show_the_finding_and_passing_runs_show_none(self):
        done = self.run_program("--strategy=random", "--clock=jump",
                                "--points=await", "--schedules=200",
                                "--filter=animal_[12]*")
        orders = passing = 0
        for report in REPORT.finditer(done.stderr):
            shown = self.replayed(report, "order")
            if shown is not None:
                self.assertIn(report["kind"], shown.split(", "))
                orders += 1
            shown = self.replayed(report, "passes")
            if shown is not None:
                self.assertEqual(shown, "nothing found")
                passing += 1
        self.assertGreater(orders, ORDERS_MIN)
        self.assertGreater(passing, PASSING_MIN)

    def test_the_same_search_tells_the_same(self):
        options = ["--strategy=random", "--clock=jump", "--filter=animal_?"]
        first = self.run_program(*options).stderr
        self.assertEqual(first, self.run_program(*options).stderr)


if __name__ == "__main__":
    program.main(sys.argv)
