"""What the API promises beside its schemas, checked of every answer that schemathesis gets."""
import os
import re

import schemathesis

# The coverage phase of schemathesis (4.32.5) says "0" in these headers, whatever their patterns say.
PRECONDITIONS = {"if-match": re.compile(r'"[1-9][0-9]{0,17}"'), "if-none-match": re.compile(r"\*")}


@schemathesis.check
def reads_what_is_described(_, response, case):
    """What is valid by the description is read: a 400 is about what it names, never about its form."""
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code != 400:
        return
    sent = {name.lower(): value for name, value in response.request.headers.items()}
    if any(name in sent and not form.fullmatch(sent[name]) for name, form in PRECONDITIONS.items()):
        return
    kind = response.json()["type"]
    assert kind == "urn:motcua:problem:mistake", f"{kind}: {response.json().get('detail')}"


@schemathesis.check
def answers_with_what_is_promised(_, response, case):
    """RFC 6750 §3, RFC 9110 §15.5.6, RFC 6585 §4, RFC 9457 §3, and nobody stores what officials read."""
    if response.request.method == "OPTIONS":
        # A browser's preflight (CORS) is answered before anybody asks who it is.
        return
    headers, status = {name.lower(): values for name, values in response.headers.items()}, response.status_code
    needs = {401: ["www-authenticate"], 405: ["allow"], 429: ["retry-after"], 503: ["retry-after"]}.get(status, [])
    if status not in (401, 405) and case.operation is not None and status < 500:
        needs = [*needs, "ratelimit", "ratelimit-policy"]
    lacks = [name for name in needs if name not in headers]
    assert not lacks, f"{status} lacks {lacks}"
    assert "no-store" in headers.get("cache-control", [""])[0], f"{status} may be stored"
    if status >= 400:
        problem = response.json()
        assert problem["status"] == status and problem["type"].startswith("urn:motcua:problem:"), problem


@schemathesis.check
def is_refused(_, response, case):
    """Where a role may do nothing, nothing is done."""
    assert "REFUSED" not in os.environ or response.status_code >= 400, f"{response.status_code} is no refusal"
