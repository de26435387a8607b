"""schemathesis at the API of officials, with a token of every role: no finding is the only good end.

    contract.py PROGRAM DIRECTORY [ROLE… | all]

50 examples for each operation and a fixed seed, with every role, or with those that are said. Who says none has of each role
the operations that it may do so thoroughly, and of the others that each refuses it: what is refused is answered by one
place. An instance of its own for each role: what one of them changes is no matter of another.
"""
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import urllib.error
import urllib.request

import instance

HERE = pathlib.Path(__file__).resolve().parent
# Which role does what: the table that every door is compared with.
TABLE = HERE.parent / "it/authority/table.rs"
EXAMPLES, SEED = 50, 12
# Two processes: more take turns on the machines that tests run on.
AT_ONCE = 2


def main():
    program, directory, *roles = sys.argv[1:]
    run = wholly if roles else by_rights
    roles = list(instance.BOUNDS) if roles in ([], ["all"]) else roles
    slows_down(program, made(directory, "limits"))
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        runs = list(pool.map(lambda role: run(program, made(directory, role), role), roles))
    if any(runs):
        sys.exit("\n\n".join(filter(None, runs)))


def made(directory, name):
    made = pathlib.Path(directory, name)
    made.mkdir()
    return made


def wholly(program, directory, role):
    """What schemathesis finds with a role at every operation; nothing where all is well."""
    with instance.Instance(program, directory) as served:
        return finds(served, role, role, "--max-examples", str(EXAMPLES))


def by_rights(program, directory, role):
    """The same at those that the role may do, and at the others whether they refuse it."""
    with instance.Instance(program, directory) as served:
        every = list(operations(served))
        own = [name for name, act in every if does(role, act)]
        named = [part for name in own for part in ("--include-operation-id", name)]
        others = [part for name in own for part in ("--exclude-operation-id", name)]
        once = ["--max-examples", "1", "--phases", "fuzzing", "--mode", "positive", *others]
        # First, as long as nobody took the right away: a role that gives rights takes its own as well.
        found = len(own) < len(every) and finds(served, role, f"{role}, refused", *once, REFUSED="1")
        # At the edges of what may be sent (`coverage`) all roles are answered alike: the first tries them.
        phases = [] if role == "national-operator" else ["--phases", "examples,fuzzing,stateful"]
        return found or finds(served, role, role, "--max-examples", str(EXAMPLES), *phases, *named)


def operations(served):
    """Each operation of the description, and the act that it is."""
    for path in document(served)["paths"].values():
        for operation in path.values():
            yield operation["operationId"], operation["security"][0]["office"][0].removeprefix("api:")


def does(role, act):
    """Whether a role does an act, by the one table; what is the whole country's, only the national operator here."""
    line = re.search(rf"^{re.escape(act)} +([xC. ]+)$", TABLE.read_text(), re.MULTILINE)
    return line[1].split()[list(instance.BOUNDS).index(role)] != "."


def finds(served, role, called, *more, **environment):
    arguments = ["run", f"{served.issuer}/api/v1/openapi.json", "--header", f"Authorization: Bearer {served.token(role)}",
                 "--seed", str(SEED), "--continue-on-failure", "--no-color", "--warnings", "off",
                 "--generation-database", "none", *more]
    environment = {**os.environ, "PYTHONPATH": str(HERE), "SCHEMATHESIS_HOOKS": "checks", "PYTHONDONTWRITEBYTECODE": "1",
                   "NO_PROXY": "localhost", "no_proxy": "localhost", **environment}
    done = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "--config-file", HERE / "schemathesis.toml", *arguments],
        cwd=served.directory, env=environment, capture_output=True, text=True)
    if done.returncode == 0 and "No issues found" in done.stdout:
        print(called, done.stdout.strip().splitlines()[-1], flush=True)
        return None
    return f"== {called}, {done.returncode}:\n{done.stdout}\n{done.stderr}"


def slows_down(program, directory):
    """Whoever asks too often is told as the description says."""
    with instance.Instance(program, directory, requests=2) as served:
        token = served.token("auditor")
        asked = urllib.request.Request(f"{served.issuer}/api/v1/units", headers={"Authorization": f"Bearer {token}"})
        # A minute may begin between two requests.
        refused = next(filter(None, (refusal(asked) for _ in range(7))))
        described = document(served)["paths"]["/api/v1/units"]["get"]["responses"][str(refused.code)]
        problem = json.load(refused)
        assert (refused.code, problem["type"]) == (429, "urn:motcua:problem:too-many-requests"), problem
        assert all(name in refused.headers for name in described["headers"]), (described, refused.headers)
        assert refused.headers["content-type"] in described["content"], refused.headers


def refusal(asked):
    """How a request is refused; nothing where it is answered."""
    try:
        instance.DIRECT.open(asked, timeout=10).close()
    except urllib.error.HTTPError as refused:
        return refused


def document(served):
    with instance.DIRECT.open(f"{served.issuer}/api/v1/openapi.json", timeout=10) as answer:
        return json.load(answer)


if __name__ == "__main__":
    main()
