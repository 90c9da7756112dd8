# SPDX-License-Identifier: MIT
"""Labels: what a finding needs is found out, and nothing else changes."""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "cli"))

import program  # noqa: E402


class Labels(program.Case):
    """One setting made stricter at a time."""

    def labels(self, *options):
        """The lines between the title and the counts."""
        done = self.run_program("--order=any", *options)
        found = re.search(r" in test .*\n((?:  .*\n)*?)  found in ",
                          done.stderr, re.M)
        self.assertIsNotNone(found, done.stdout + done.stderr)
        return [line.strip() for line in found[1].splitlines()
                if "passes" not in line and "it fails" not in line
                and "no other order" not in line]

    def also(self, *options):
        """The tokens under stricter settings."""
        done = self.run_program("--order=any", *options)
        return re.findall(r"^  also:    (\S+) ", done.stderr, re.M)

    def test_what_needs_another_order_is_impossible_on_a_fifo_loop(self):
        for test in ("never_on_a_fifo_loop", "crashes_out_of_line"):
            self.assertEqual(self.labels(test),
                             ["impossible on a FIFO loop: it needs another "
                              "order than that loop's"])

    def test_what_happens_there_has_a_token_of_its_own(self):
        self.assertEqual(self.labels("hurries", "--clock=jump")[0],
                         "happens on a FIFO loop, in its plain order, with "
                         "a jump of the clock")
        token, = self.also("hurries", "--clock=jump")
        self.assertRegex(token, r"^hd1:loop,jump,suspend:\w{6}:clock~1=1$")
        done = self.run_program("hurries", f"--replay={token}", status=1)
        self.assertIn("replay hurries: assertion", done.stderr)

    def test_plain_fifo_order_needs_no_token_of_its_own(self):
        self.assertEqual(self.labels("always"),
                         ["happens on a FIFO loop, in its plain order: so on a "
                          "real loop, too"])
        self.assertEqual(self.also("always"), [])

    def test_where_there_are_too_many_schedules_it_says_how_many(self):
        self.assertEqual(
            self.labels("out_of_reach_on_a_fifo_loop", "--clock=jump")[0],
            "not reached on a FIFO loop in 1000 schedules")

    def test_each_setting_is_relaxed_alone(self):
        first, second = self.labels("hurries", "--clock=jump")
        self.assertIn("happens on a FIFO loop", first)
        self.assertEqual(second, "needs a slow step: impossible while steps "
                         "take no time")
        lines = self.labels("always", "--clock=jump", "--points=await")
        self.assertIn("happens on a FIFO loop", lines[0])
        self.assertEqual(lines[1:], [
            "happens also where only calls that wait switch tasks",
            "happens also without a slow step"])

    def test_who_has_to_yield_is_named_with_the_call(self):
        lines = self.labels("takes_crosswise", "--points=await",
                            "--strategy=dfs")
        self.assertRegex(lines[1], r"^needs 0\.[12] to yield before it uses "
                         r"lock .* \(labels\.c:\d+\):$")
        self.assertEqual(lines[2],
                         "impossible where only calls that wait switch tasks")

    def test_the_same_search_gives_the_same_labels(self):
        options = ["out_of_reach_on_a_fifo_loop", "--clock=jump"]
        self.assertEqual(self.labels(*options), self.labels(*options))

    def test_who_asks_for_the_strictest_has_nothing_to_learn(self):
        self.assertEqual(self.labels("always", "--order=loop"), [])

    def test_what_hangs_and_what_is_not_shrunk_has_none(self):
        self.assertEqual(self.labels("spins"), [])
        self.assertEqual(self.labels("always", "--no-shrink"), [])

    def test_a_replay_has_none(self):
        token = self.token_of("always")
        done = self.run_program("always", f"--replay={token}", status=1)
        self.assertNotIn("FIFO loop", done.stderr)

    def test_the_search_around_it_goes_on_as_before(self):
        for test in ("never_on_a_fifo_loop", "crashes_out_of_line",
                     "takes_crosswise", "hurries"):
            options = [test, "--keep-going", "--clock=auto", "--points=await"]
            self.assertEqual(
                self.run_program(*options, status=1).stdout,
                self.run_program(*options, "--no-shrink", status=1).stdout)


class Passing(program.Case):
    """The nearest run that passes."""

    def passing(self, *options):
        """Its token."""
        done = self.run_program(*options, status=1)
        found = re.search(r"^  passes:  (\S+) ", done.stderr, re.M)
        self.assertIsNotNone(found, done.stderr)
        return found[1]

    def test_it_shows_nothing_when_it_is_replayed(self):
        for options in (["never_on_a_fifo_loop"], ["crashes_out_of_line"],
                        ["takes_crosswise", "--points=await"],
                        ["hurries", "--clock=jump"], ["fails_in_line"]):
            token = self.passing(*options)
            done = self.run_program(options[0], f"--replay={token}",
                                    "--strict", status=0)
            self.assertIn("nothing found", done.stderr)

    def test_it_goes_the_same_way_as_long_as_it_can(self):
        token = self.token_of("hurries", "--clock=jump")
        passing = self.passing("hurries", "--clock=jump")
        settings, choices = token.rsplit(":", 1)
        others = re.match("(.*)[+,]", choices)
        self.assertEqual(f"{settings}:{others[1] if others else 'fifo'}",
                         passing)

    def test_where_fifo_fails_others_are_tried(self):
        self.assertRegex(self.passing("fails_in_line"), "=0.2$")

    def test_one_task_after_the_other_is_preferred(self):
        done = self.run_program("loses_an_update", status=1)
        self.assertIn("The run that passes lets one task of the test end "
                      "before the next\n  begins.", done.stderr)
        self.assertRegex(self.passing("loses_an_update"), ":0.2@1=0.1")

    def test_where_none_passes_it_says_so(self):
        done = self.run_program("always", status=1)
        self.assertRegex(done.stderr, "  whatever the order, it fails "
                         r"\(all [0-9]+ tried\)")
        self.assertNotIn("passes:  ", done.stderr)

    def test_what_is_not_shrunk_is_not_compared(self):
        done = self.run_program("never_on_a_fifo_loop", "--no-shrink")
        self.assertNotIn("passes", done.stderr)


if __name__ == "__main__":
    program.main(sys.argv)
