"""What a module's end is worth: pages that the suite kept for a person are judged by rule, all else by expected.toml."""
import fnmatch
import re
import sys
import tomllib

RESULTS = ["PASSED", "REVIEW", "SKIPPED", "WARNING", "FAILED", "INTERRUPTED", "STUCK", "UNFIT"]
# What needs no reason in expected.toml.
GOOD = ("PASSED", "REVIEW")

PASSWORD = r'<input\b[^>]*name="password"'
QUESTIONS = PASSWORD + r'|id="(allow|deny|logout-confirm)"'
ERROR_PAGE = r"<title>\s*(Error|Lỗi):.*<code>\s*\d{4}-\d{4}\s*</code>"
SIGNED_OUT = r"<h1>\s*(You are signed out|Bạn đã đăng xuất)\s*</h1>"
# (modules, all that the kept page must have, what it must not have); the first row that fits counts.
PAGES = [
    ("oidcc-prompt-login", [PASSWORD], None),
    ("oidcc-max-age-1", [PASSWORD], None),
    ("oidcc-registration-logo-uri", [PASSWORD, r'<img\b[^>]*class="mark"[^>]*src="https:'], None),
    ("oidcc-registration-*-uri", [PASSWORD, r'<p class="rules">\s*<a\b[^>]*href="https:'], None),
    ("oidcc-rp-initiated-logout-no-params", [SIGNED_OUT], QUESTIONS),
    ("oidcc-rp-initiated-logout-no-post-logout-redirect-uri", [SIGNED_OUT], QUESTIONS),
    ("oidcc-rp-initiated-logout-only-state", [SIGNED_OUT], QUESTIONS),
    # Something about the request is wrong: the person may be signed out, nobody is redirected.
    ("oidcc-rp-initiated-logout-*", [f"{SIGNED_OUT}|{ERROR_PAGE}"], QUESTIONS),
    ("oidcc-*redirect-uri*", [ERROR_PAGE + r'.*<dt>error_description</dt>\s*<dd>\s*redirect_uri\b'], QUESTIONS),
    ("*", [ERROR_PAGE], QUESTIONS),
]


def review(module):
    """Turns REVIEW into UNFIT where no page was kept, or one that is not what the module asks for."""
    if module["result"] != "REVIEW":
        return
    _, must, must_not = next(row for row in PAGES if fnmatch.fnmatch(module["name"], row[0]))
    wrong = [page["asked"] for page in module["pages"]
             if not all(has(page, part) for part in must) or must_not and has(page, must_not)]
    if wrong or not module["pages"]:
        module["result"] = "UNFIT"
        module["messages"] += [f"not the page asked for: {asked}" for asked in wrong] or ["no page was kept"]


def has(page, pattern):
    return re.search(pattern, page["source"], re.DOTALL)


class Expected:
    """What expected.toml says: how many modules a set has; for a module of a set a result, its reason, and exactly what the
    suite says of it."""

    def __init__(self, file, sets):
        """Reads it; `sets` are those that there are."""
        told = tomllib.loads(file.read_text())
        self.counts = told["modules"]
        if set(self.counts) != set(sets):
            sys.exit(f"{file}: modules counts those of {sorted(self.counts)}, there are {sorted(sets)}")
        self.entries = {}
        for entry in told.get("deviation", []):
            whole = all(entry.get(key) for key in ("sets", "modules", "result", "reason", "says"))
            if not whole or entry["result"] not in RESULTS or not set(entry["sets"]) <= set(sets):
                sys.exit(f"{file}: a deviation needs sets, modules, a result, a reason and what the suite says: {entry}")
            self.entries |= {(name, module): entry for name in entry["sets"] for module in entry["modules"]}

    def of(self, name, module):
        return self.entries.get((name, module["name"]))

    def faults(self, result):
        """Every module that did not end as it should; one that ended better than expected, and one that is not there any
        more, is told as well."""
        name, there = result["set"], result["plan_has"]
        if len(there) != self.counts[name]:
            yield f"{name} has {len(there)} modules, expected {self.counts[name]}"
        for other, module in self.entries:
            if other == name and module not in there:
                yield f"{name} has no module {module}, of which expected.toml speaks"
        for module in result["modules"]:
            entry = self.of(result["set"], module)
            where = f"{result['set']} {module['name']}: {module['result']}"
            if entry is None:
                if module["result"] not in GOOD:
                    yield where
            elif module["result"] != entry["result"]:
                yield f"{where}, expected {entry['result']}"
            elif said(module) != set(entry["says"]):
                yield f"{where} and says {sorted(said(module))}, expected {entry['says']}"


def said(module):
    """What the suite says of a module that did not simply pass."""
    return set(module["messages"]) | ({module["skipped"]} if module["skipped"] else set())


def summary(results, unexpected):
    """The last line: an end that was foreseen is still what it is."""
    ends = [module["result"] for result in results for module in result["modules"]]
    counts = {"passed": "PASSED", "passed with the right page": "REVIEW", "skipped": "SKIPPED", "failed": "FAILED"}
    told = [f"{ends.count(end)} {word}" for word, end in counts.items()]
    others = sum(end not in counts.values() for end in ends)
    return ", ".join([*told, f"{others} otherwise"]) + f"; {len(unexpected)} not as expected"


def table(results):
    """Module counts, as Markdown."""
    lines = ["| set | modules | " + " | ".join(RESULTS) + " |", "|---|" + "--:|" * (len(RESULTS) + 1)]
    for result in results:
        ends = [module["result"] for module in result["modules"]]
        counts = [str(ends.count(kind)) if kind in ends else "" for kind in RESULTS]
        lines.append(f"| {result['set']} | {len(ends)} | " + " | ".join(counts) + " |")
    return "\n".join(lines) + "\n\n"


def details(results, expected):
    """Every module that is not PASSED, with the reason that expected.toml gives or with what the suite said."""
    lines = []
    for result in results:
        for module in result["modules"]:
            if module["result"] == "PASSED":
                continue
            entry = expected.of(result["set"], module)
            skipped = [module["skipped"]] if module["skipped"] else []
            reason = [entry["reason"]] if entry else skipped
            lines.append(f"- {result['set']} · {module['name']}: {' · '.join([module['result'], *reason])}")
            lines += [f"  - {message}" for message in dict.fromkeys(module["messages"])]
    return "\n".join(lines) + "\n"
