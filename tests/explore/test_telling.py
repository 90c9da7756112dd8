# SPDX-License-Identifier: MIT
"""A report of what an injected fault has led to answers at first reading."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "cli"))

import program  # noqa: E402


class Telling(program.Case):
    """One finding that needs a cancel."""

    def setUp(self):
        self.report = self.run_program("money_is_lost_between_two_steps",
                                       "--faults=cancel",
                                       "--strategy=dfs").stderr

    def test_the_cancel_and_what_it_led_to_stand_in_a_line_each(self):
        first, second = self.report.splitlines()[:2]
        self.assertRegex(first, r" is cancelled while it sleeps \(\S+\)$")
        self.assertRegex(second, "^  and then: assertion: ")

    def test_it_says_who_cancels(self):
        self.assertIn("the cancel is Heddle's (--faults=cancel)", self.report)
        self.assertIn("in its plain order, with that cancel\n", self.report)

    def test_a_cure_is_named_and_a_page(self):
        self.assertIn("\n  usual cure: Give back, release", self.report)
        self.assertIn(" docs/findings/cancel-unsafe.md\n", self.report)

    def test_runs_part_where_the_choice_is_and_not_where_its_step_begins(self):
        lines = self.report.splitlines()
        parting = [line.startswith("<>") for line in lines].index(True)
        self.assertIn(" sleeps ", lines[parting - 1])
        self.assertIn(" is cancelled here (injected)", lines[parting + 1])


if __name__ == "__main__":
    program.main(sys.argv)
