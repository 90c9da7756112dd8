# SPDX-License-Identifier: MIT
"""The command line: what it does, and what it says to bad input."""

import os
import sys
import tempfile

import program


class Usage(program.Case):
    """Bad input: exit status 2 and a message that names it."""

    def refused(self, *arguments, says):
        done = self.run_program(*arguments, status=2)
        self.assertEqual(done.stdout, "")
        for part in [says] if isinstance(says, str) else says:
            self.assertIn(part, done.stderr)

    def test_unknown_options_are_named(self):
        self.refused("--fast", says=["--fast", "--help"])
        self.refused("-x", says=["'x'", "--help"])
        self.refused("--seed", says=["--seed", "--help"])
        self.refused("--strict=yes", says="--strict")

    def test_values_that_are_no_numbers_are_named(self):
        self.refused("--seed=abc", says=["--seed", "'abc'"])
        self.refused("--seed=-1", says=["--seed", "'-1'"])
        self.refused("--seed=", says="--seed")
        self.refused("--seed=99999999999999999999", says="--seed")
        self.refused("--schedules=0", says=["--schedules", "from 1"])
        self.refused("--schedules=1e6", says=["--schedules", "'1e6'"])
        self.refused("--jumps=x", says=["--jumps", "'x'"])
        self.refused("--time-limit=-3", says=["--time-limit", "'-3'"])
        self.refused("--time-limit=soon", says=["--time-limit", "'soon'"])
        self.refused("--time-limit=nan", says="--time-limit")

    def test_unknown_words_are_named_with_the_known_ones(self):
        self.refused("--points=here", says=["'here'", "suspend, await"])
        self.refused("--order=lifo", says=["'lifo'", "any, loop"])
        self.refused("--clock=sun", says=["'sun'", "exact, jump, auto"])
        self.refused("--color=red", says=["'red'", "auto, always, never"])
        self.refused("--report=html", says=["'html'", "text"])
        self.refused("--report=text:", says="name")

    def test_bad_faults_are_named_with_their_place(self):
        self.refused("--faults=", says=["--faults", "character 1",
                                        "cancel or alloc"])
        self.refused("--faults=oom", says=["'oom'", "cancel or alloc"])
        self.refused("--faults=cancel,", says=["character 8", "no such"])
        self.refused("--faults=cancel:0", says=["character 8", "from 1"])
        self.refused("--faults=cancel:x", says="from 1 to 9999")
        self.refused("--faults=cancel:99999", says="from 1 to 9999")
        self.refused("--faults=cancel2", says=["character 7", "comma"])
        self.refused("--faults=alloc,alloc", says="twice")

    def test_unknown_kinds_are_named_with_the_known_ones(self):
        self.refused("--expect=deadlok", says=["'deadlok'", "deadlock"])
        self.refused("--ignore=crash,deadlok", says=["'deadlok'", "deadlock"])

    def test_unknown_strategies_are_named_with_the_known_ones(self):
        self.refused("clean", "--strategy=fast",
                     says=["'fast'", "auto, fifo", "random"])
        self.refused("clean", "--strategy=replay", says="'replay'")
        self.refused("clean", "--strategy=random:x", says=["random", "':x'"])

    def test_settings_that_a_token_overrides_are_named(self):
        token = "hd1:any,exact,suspend:000000:fifo"
        done = self.run_program("clean", f"--replay={token}", "--order=loop",
                                "--clock=jump", "--points=suspend", status=0)
        self.assertIn("note: --order is not heeded", done.stderr)
        self.assertIn("note: --clock is not heeded", done.stderr)
        self.assertIn("(order any, clock exact, points suspend)", done.stderr)
        self.assertNotIn("--points is", done.stderr)

    def test_unknown_tests_are_named(self):
        self.refused("clean", "claen", says=["'claen'", "--list"])

    def test_a_filter_that_matches_nothing_is_no_error(self):
        done = self.run_program("--filter=zz*", status=77)
        self.assertIn("zz*", done.stderr)
        self.run_program("clean", "--filter=zz*", status=77)

    def test_files_that_cannot_be_written_are_named_at_once(self):
        self.refused("clean", "--report=text:/no/such/file",
                     says=["/no/such/file", "No such file"])
        self.refused("clean", "--save-schedule=/no/such/file",
                     says=["/no/such/file", "No such file"])
        self.refused("clean", "--save-schedule=/", says="/: Is a directory")

    def test_a_full_disk_is_told(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("there is no /dev/full")
        done = self.run_program("segv", "--report=text:/dev/full", status=2)
        self.assertIn("/dev/full", done.stderr)
        done = self.run_program("segv", "--save-schedule=/dev/full", status=2)
        self.assertIn("/dev/full", done.stderr)


class Choosing(program.Case):
    """Which tests, which findings."""

    def test_help_fits_a_screen(self):
        done = self.run_program("--help", status=0)
        lines = done.stdout.splitlines()
        self.assertLessEqual(len(lines), 48)
        self.assertLessEqual(max(map(len, lines[1:])), 80)
        self.assertRegex(self.run_program("--version", status=0).stdout,
                         r"^heddle \d+\.\d+\.\d+\n$")

    def test_list_shows_names_and_heeds_the_filter(self):
        names = self.run_program("--list", status=0).stdout.split()
        self.assertIn("clean", names)
        some = self.run_program("--list", "--filter=*spins*", status=0)
        self.assertEqual(some.stdout.split(),
                         [name for name in names if "spins" in name])

    def test_expected_findings_pass_and_missing_ones_fail(self):
        done = self.run_program("segv", status=0)
        self.assertIn("crash (expected)", done.stdout)
        done = self.run_program("clean", "--expect=deadlock", status=1)
        self.assertIn("deadlock was expected and not found", done.stdout)
        done = self.run_program("segv", "--expect=deadlock", status=1)
        self.assertRegex(done.stdout, "FAILED segv: crash, deadlock was exp")
        self.run_program("segv", "--expect=", status=1)

    def test_the_search_goes_on_until_all_that_is_expected_is_found(self):
        self.run_program("three_wrongs", status=0)
        done = self.run_program("three_wrongs", "--expect=crash", status=1)
        self.assertIn("FAILED three_wrongs: unretrieved-error, crash was exp",
                      done.stdout)

    def test_ignored_findings_are_not_looked_for(self):
        done = self.run_program("three_wrongs", "--expect=",
                                "--ignore=unretrieved-error,crash", status=0)
        self.assertIn("nothing found", done.stdout)
        self.assertIn("not looked for: crash, unretrieved-error", done.stdout)

    def test_keep_going_finds_what_comes_later(self):
        first = self.run_program("three_wrongs", "--expect=", status=1)
        self.assertIn("FAILED three_wrongs: unretrieved-error, ", first.stdout)
        both = self.run_program("three_wrongs", "--expect=", "--keep-going",
                                "--strategy=dfs", status=1)
        self.assertIn("unretrieved-error, crash, in all 720", both.stdout)

    def test_several_findings_are_listed_below_the_verdict(self):
        both = self.run_program("three_wrongs", "--keep-going", "--no-shrink",
                                "--strategy=dfs")
        self.assertRegex(both.stdout, r"(?m)^ +unretrieved-error: task 0\.1 ")
        self.assertRegex(both.stdout, r"(?m)^ +crash: killed by SIG")
        one = self.run_program("segv", "--no-shrink")
        self.assertNotIn("crash: ", one.stdout)
        quiet = self.run_program("three_wrongs", "--keep-going", "-q",
                                 "--strategy=dfs")
        self.assertEqual(len(quiet.stdout.splitlines()), 1)


class Telling(program.Case):
    """Where what is printed goes."""

    def test_only_a_clean_search_of_everything_says_proved(self):
        done = self.run_program("clean", status=0)
        self.assertIn("nothing found, proved in all 6 schedules", done.stdout)
        done = self.run_program("differs", "--keep-going", status=0)
        self.assertIn("in all ", done.stdout)
        self.assertNotIn("proved", done.stdout)
        done = self.run_program("clean", "--schedules=3", status=0)
        self.assertIn("nothing found, 3 schedules", done.stdout)

    def test_what_dpor_proves_is_told_with_what_it_takes_for_granted(self):
        done = self.run_program("clean", "--strategy=dpor", status=0)
        self.assertRegex(done.stdout,
                         r"proved in .*; steps conflict only through Heddle's "
                         r"objects\)\n$")
        done = self.run_program("clean", "--strategy=dpor", "--memory=all",
                                status=0)
        self.assertIn("proved in all 6 schedules", done.stdout)
        self.assertNotIn("only through", done.stdout)
        done = self.run_program("clean", "--schedules=3", status=0)
        self.assertIn("\n       proved in 1 order, if steps conflict only "
                      "through Heddle's objects\n", done.stdout)

    def test_a_sample_says_how_much_of_it_differs(self):
        done = self.run_program("long_search", "--schedules=3000", status=0)
        self.assertRegex(done.stdout,
                         r"3000 schedules, \d+ different among \d+ looked at")
        done = self.run_program("long_search", "--schedules=3000",
                                "--strategy=random", status=0)
        self.assertRegex(done.stdout,
                         r"3000 schedules, \d+ different among 1\d\d\d "
                         r"looked at, chance of a new one up to \d+(\.\d+)? %")
        done = self.run_program("long_search", "--schedules=3000",
                                "--coverage=none", status=0)
        self.assertIn("nothing found, 3000 schedules (order", done.stdout)

    def test_verbose_tells_what_was_covered(self):
        done = self.run_program("long_search", "--schedules=3000", "-v",
                                "--coverage=all", status=0)
        for line in (r"seen: \d+ different orders of steps that conflict, in "
                     r"\d+ schedules that were looked at",
                     r"chance that one more schedule of it is new: surw \d",
                     r"there are at least about \d+\*10\^\d+ schedules, by "
                     r"256 random walks",
                     r"pct: a bug of depth 2 would have shown with a chance of "
                     r"at least \d"):
            self.assertRegex(done.stdout, r"(?m)^       " + line)

    def test_quiet_prints_verdicts_only_and_verbose_the_search(self):
        quiet = self.run_program("segv", "-q", status=0)
        self.assertEqual(quiet.stderr, "")
        self.assertEqual(len(quiet.stdout.splitlines()), 1)
        loud = self.run_program("clean", "-v", status=0)
        self.assertRegex(loud.stdout, r"dfs \(exact\) 6, .* steps, .* dec")
        self.assertIn("trace: ", self.run_program("segv", "-v").stderr)

    def test_reports_go_where_they_are_sent(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "report")
            done = self.run_program("segv", f"--report=text:{path}", status=0)
            self.assertEqual(done.stderr, "")
            with open(path, encoding="utf-8") as report:
                self.assertIn("crash in test segv", report.read())
        done = self.run_program("segv", "--report=text:-", status=0)
        self.assertIn("crash in test segv", done.stdout)
        self.assertIn("ok     segv", done.stdout)

    def test_color_is_for_terminals_or_on_request(self):
        self.assertNotIn("\x1b", self.run_program("segv").stderr)
        self.assertIn("\x1b",
                      self.run_program("segv", "--color=always").stderr)
        self.assertNotIn("\x1b",
                         self.run_program("segv", "--color=never").stderr)

    def test_the_programs_own_output_is_seen_only_where_it_helps(self):
        done = self.run_program("prints", status=0)
        self.assertNotIn("printed", done.stdout + done.stderr)
        token = "hd1:any,exact,suspend:000000:fifo"
        for options in ([f"--replay={token}"],
                        ["--strategy=fifo", "--schedules=1"]):
            done = self.run_program("prints", *options, status=0)
            self.assertEqual(done.stdout,
                             "printed by puts\nprinted by write\n")
            self.assertIn("printed to stderr\n", done.stderr)


if __name__ == "__main__":
    program.main(sys.argv)
