"""A client that openapi-python-client makes of the description, at work.

    generated_client.py PROGRAM DIRECTORY
"""
import datetime
import pathlib
import subprocess
import sys

import instance

FILES = ["application/toml", "application/x-ndjson", "text/csv"]


def main():
    program, directory = sys.argv[1:]
    with instance.Instance(program, directory) as served:
        generate(served, pathlib.Path(directory, "official_api"))
        sys.path.insert(0, directory)
        from official_api import AuthenticatedClient
        # No proxy stands between this machine and itself.
        client = AuthenticatedClient(served.issuer, served.token("unit-administrator"), httpx_args={"trust_env": False},
                                     raise_on_unexpected_status=True)
        reads_units(client)
        writes_a_service(client)
        reads_a_list(client)


def generate(served, target):
    """Whatever of the description the generator cannot read is a failure, warnings too."""
    description = target.with_suffix(".json")
    with instance.DIRECT.open(f"{served.issuer}/api/v1/openapi.json", timeout=10) as answer:
        description.write_bytes(answer.read())
    config = target.with_suffix(".yml")
    config.write_text(
        "post_hooks: []\n"
        # Files are bytes to it.
        "content_type_overrides:\n"
        + "".join(f"  {kind}: application/octet-stream\n" for kind in FILES))
    done = subprocess.run(
        [sys.executable, "-m", "openapi_python_client", "generate", "--path", description, "--output-path", target,
         "--meta", "none", "--config", config, "--fail-on-warning"],
        capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def reads_units(client):
    from official_api.api.units import get_unit
    from official_api.api.units import list_units
    from official_api.models import ListedUnit
    from official_api.models import Problem
    from official_api.models import Unit
    units = list_units.sync(client=client, at=datetime.date(2020, 1, 1), level="province")
    assert isinstance(units, ListedUnit) and all(isinstance(unit, Unit) for unit in units.items), units
    assert [unit.code for unit in units.items] == ["01"], units
    before = list_units.sync(client=client, at=datetime.date(2019, 12, 31), level="province")
    assert before.items == [], before
    unit = get_unit.sync("province", "01", client=client)
    assert (unit.name, unit.parent, unit.valid_from) == ("Tỉnh 01", "vn", datetime.date(2020, 1, 1)), unit
    nowhere = get_unit.sync("province", "99", client=client)
    assert isinstance(nowhere, Problem) and nowhere.status in (400, 404), nowhere


def writes_a_service(client):
    from official_api.api.services import get_service
    from official_api.api.services import put_service
    from official_api.models import Bilingual
    from official_api.models import LegalBasis
    from official_api.models import Problem
    from official_api.models import Service
    from official_api.models import ServiceDescription

    def put(name, **basis):
        body = ServiceDescription(agency="health-01", name=Bilingual(vi=name, en=name), legal_basis=LegalBasis.CONSENT,
                                  purpose=Bilingual(vi="khám bệnh", en="see a doctor"))
        return put_service.sync_detailed("births", client=client, body=body, reason="Decision 12", **basis)

    first = put("One", if_none_match="*")
    assert isinstance(first.parsed, Service) and first.parsed.name.en == "One", first
    read = get_service.sync_detailed("births", client=client)
    assert read.parsed == first.parsed and read.headers["etag"] == first.headers["etag"], read
    second = put("Two", if_match=read.headers["etag"])
    assert second.parsed.name.en == "Two", second
    stale = put("Three", if_match=read.headers["etag"])
    assert stale.status_code == 412 and isinstance(stale.parsed, Problem), stale
    assert (stale.parsed.type_, stale.parsed.status) == ("urn:motcua:problem:changed", 412), stale
    assert get_service.sync("births", client=client).name.en == "Two"


def reads_a_list(client):
    from official_api.api.services import list_services
    from official_api.types import UNSET
    cursor, pages = UNSET, []
    while True:
        page = list_services.sync(client=client, limit=3, cursor=cursor)
        pages.append([service.id for service in page.items])
        cursor = page.next_
        if isinstance(cursor, type(UNSET)):
            break
    ours = [f"{branch}-01-{n}" for branch in ("health", "justice") for n in range(1, 4)]
    assert sum(pages, []) == ["births", *ours] and [len(page) for page in pages] == [3, 3, 1], pages


main()
