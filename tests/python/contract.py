"""schemathesis at the API of officials, with a token of every role: no finding is the only good end.

    contract.py PROGRAM DIRECTORY [ROLE… | all]

Who says no role has one that may do everything, and one that looks and decides: all take some eight minutes on two cores.
50 examples for each operation and a fixed seed. An instance of its own for each role: what one of them changes is no
matter of another.
"""
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import urllib.error
import urllib.request

import instance

HERE = pathlib.Path(__file__).resolve().parent
EXAMPLES, SEED = 50, 12
# Two processes: more take turns on the machines that tests run on.
AT_ONCE = 2


def main():
    program, directory, *roles = sys.argv[1:]
    roles = list(instance.BOUNDS) if roles == ["all"] else roles or ["national-operator", "approver"]
    slows_down(program, made(directory, "limits"))
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        runs = list(pool.map(lambda role: finds(program, made(directory, role), role), roles))
    if any(runs):
        sys.exit("\n\n".join(filter(None, runs)))


def made(directory, name):
    made = pathlib.Path(directory, name)
    made.mkdir()
    return made


def finds(program, directory, role):
    """What schemathesis finds; nothing where all is well."""
    with instance.Instance(program, directory) as served:
        arguments = ["run", f"{served.issuer}/api/v1/openapi.json", "--header", f"Authorization: Bearer {served.token(role)}",
                     "--max-examples", str(EXAMPLES), "--seed", str(SEED), "--continue-on-failure", "--no-color",
                     "--warnings", "off", "--generation-database", "none"]
        environment = {**os.environ, "PYTHONPATH": str(HERE), "SCHEMATHESIS_HOOKS": "checks", "PYTHONDONTWRITEBYTECODE": "1",
                       "NO_PROXY": "localhost", "no_proxy": "localhost"}
        done = subprocess.run(
            [sys.executable, "-m", "schemathesis.cli", "--config-file", HERE / "schemathesis.toml", *arguments],
            cwd=directory, env=environment, capture_output=True, text=True)
    if done.returncode == 0 and "No issues found" in done.stdout:
        print(role, done.stdout.strip().splitlines()[-1], flush=True)
        return None
    return f"== {role}, {done.returncode}:\n{done.stdout}\n{done.stderr}"


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
