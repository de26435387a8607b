"""The judge of conformance/oidf, confronted with ends that it must not let pass. Its one argument is that directory."""
import copy
import pathlib
import sys
import unittest

HERE = pathlib.Path(sys.argv.pop())
sys.path.insert(0, str(HERE))
import judge
import plans

EXPECTED = judge.Expected(HERE / "expected.toml", plans.SETS)
REFUSED = "oidcc-discovery-endpoint-verification"
SKIPPED = "oidcc-idtoken-unsigned"


def whole(name):
    """A run of a set that ended exactly as expected."""
    foreseen = {module: entry for (of, module), entry in EXPECTED.entries.items() if of == name}
    modules = []
    for module, entry in foreseen.items():
        skipped = entry["result"] == "SKIPPED"
        modules.append({"name": module, "result": entry["result"], "skipped": entry["says"][0] if skipped else None,
                        "messages": [] if skipped else list(entry["says"])})
    others = [f"oidcc-other-{number}" for number in range(EXPECTED.counts[name] - len(modules))]
    modules += [{"name": other, "result": "PASSED", "skipped": None, "messages": []} for other in others]
    return {"set": name, "plan_has": [module["name"] for module in modules], "modules": modules}


class Judge(unittest.TestCase):
    def faults(self, change):
        run = copy.deepcopy(whole("dynamic"))
        change(run, {module["name"]: module for module in run["modules"]})
        return list(EXPECTED.faults(run))

    def test_a_run_as_expected_has_no_fault(self):
        for name in plans.SETS:
            self.assertEqual(list(EXPECTED.faults(whole(name))), [], name)

    def test_a_failed_module_fails_for_what_it_is_expected_to_say_alone(self):
        def otherwise(_, modules):
            modules[REFUSED]["messages"][0] += " Nor does it answer."
        self.assertIn(REFUSED, self.faults(otherwise)[0])

    def test_a_module_is_skipped_for_the_expected_reason_alone(self):
        def otherwise(_, modules):
            modules[SKIPPED]["skipped"] = "The test was skipped: the provider is away."
        self.assertIn(SKIPPED, self.faults(otherwise)[0])

    def test_an_end_that_is_better_than_expected_is_told(self):
        def passes(_, modules):
            modules[REFUSED] |= {"result": "PASSED", "messages": []}
        self.assertIn("PASSED, expected FAILED", self.faults(passes)[0])

    def test_a_plan_that_lost_a_module_is_told(self):
        for lost in (REFUSED, "oidcc-other-0"):
            def loses(run, _):
                run["plan_has"].remove(lost)
            self.assertIn("dynamic has 22 modules, expected 23", self.faults(loses))

    def test_the_last_line_counts_what_was_skipped_and_what_failed_apart(self):
        self.assertEqual(
            judge.summary([whole("dynamic")], ["one"]),
            "19 passed, 0 passed with the right page, 3 skipped, 1 failed, 0 otherwise; 1 not as expected")


unittest.main()
