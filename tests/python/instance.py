"""A small state behind the API of officials: `motcua serve` on SQLite, and a token of every role."""
import json
import pathlib
import socket
import subprocess
import time
import urllib.request

# No proxy stands between this machine and itself.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))

CONFIGURATION = """
[server]
issuer = "http://localhost:{port}"
listen = "127.0.0.1:{port}"
[operations]
listen = "127.0.0.1:0"
[database]
url = "sqlite:{directory}/motcua.db"
[keys]
directory = "{directory}/keys"
[officials]
requests = {requests}
"""

# Where each role has its right: the whole country, a province, a branch of a province.
BOUNDS = {
    "national-operator": {},
    "unit-administrator": {"unit": "province/01"},
    "branch-administrator": {"branch": "health"},
    "registrar": {"unit": "province/01", "branch": "health"},
    "approver": {"unit": "province/01"},
    "support-desk": {"unit": "province/01"},
    "proofing-official": {"unit": "province/01"},
    "auditor": {},
}


def named(vi, en=None):
    return {"vi": vi, "en": en or vi}


def declaration(issuer, scope):
    """Three levels, two provinces, branches, agencies, services, people, and a client for every role."""
    levels = [{"code": code, "rank": rank, "name": named(code)}
              for rank, code in enumerate(["centre", "province", "commune"])]
    units = [{"level": "centre", "code": "vn", "name": named("Việt Nam", "Vietnam"), "from": "2020-01-01"}]
    for province in ("01", "02"):
        units.append({"level": "province", "code": province, "name": named(f"Tỉnh {province}", f"Province {province}"),
                      "parent": "centre/vn", "from": "2020-01-01"})
        units += [{"level": "commune", "code": f"{province}00{n}", "name": named(f"Xã {n}", f"Commune {n}"),
                   "parent": f"province/{province}", "from": "2020-01-01"} for n in range(1, 5)]
    branches = [{"code": "state", "name": named("Nhà nước", "State")}]
    branches += [{"code": code, "parent": "state", "name": named(code)} for code in ("health", "justice")]
    agencies, services, portals = [], [], []
    for province in ("01", "02"):
        for branch in ("health", "justice"):
            agency = f"{branch}-{province}"
            agencies.append({"id": agency, "name": named(f"Sở {agency}", f"Department {agency}"), "branch": branch,
                             "unit": f"province/{province}", "from": "2020-01-01"})
            for n in range(1, 4):
                service = f"{agency}-{n}"
                services.append({"id": service, "agency": agency, "legal_basis": "consent",
                                 "name": named(f"Dịch vụ {service}", f"Service {service}"),
                                 "purpose": named("giải quyết hồ sơ", "decide an application")})
                portals.append({"client_id": f"portal-{service}", "service": service, "secrets": [secret(service)],
                                "redirect_uris": [f"https://{service}.example/cb"]})
    robots = [{"client_id": role, "secrets": [secret(role)], "grant_types": ["client_credentials"],
               "resources": [f"{issuer}/api/v1"], "scope": scope} for role in BOUNDS]
    people = [{"user_name": name, "password": secret(name), "claims": {"name": f"Nguyễn {name}"}}
              for name in ("lan", "mai", "khai")]
    rights = [{"client": role, "role": role, "may_delegate": True, **bounds} for role, bounds in BOUNDS.items()]
    # The national operators are two at least.
    rights += [{"person": name, "role": "national-operator"} for name in ("lan", "mai")]
    return {"levels": levels, "units": units, "branches": branches, "agencies": agencies, "services": services,
            "clients": portals + robots, "people": people, "rights": rights}


def secret(name):
    return f"{name}-secret-of-a-test-that-is-long-enough"


class Instance:
    """A program that serves; with `with` it ends as it began."""

    def __init__(self, program, directory, requests=1_000_000):
        self.program, self.directory = program, pathlib.Path(directory)
        self.port = free_port()
        self.issuer = f"http://localhost:{self.port}"
        text = CONFIGURATION.format(port=self.port, directory=self.directory, requests=requests)
        self.config = self.directory / "motcua.toml"
        self.config.write_text(text)
        self.log = self.directory / "motcua.log"

    def __enter__(self):
        self.command("migrate", "--init")
        self.served = self.serve()
        with DIRECT.open(f"{self.issuer}/.well-known/oauth-protected-resource/api/v1", timeout=10) as answer:
            scope = " ".join(json.load(answer)["scopes_supported"])
        file = self.directory / "declaration.json"
        file.write_text(json.dumps(declaration(self.issuer, scope), ensure_ascii=False))
        self.command("apply", str(file), "--reason", "a test of the API")
        return self

    def __exit__(self, *_):
        self.served.kill()
        self.served.wait()

    def serve(self):
        with self.log.open("w") as log:
            served = subprocess.Popen([self.program, "serve", "--config", self.config], stdin=subprocess.DEVNULL,
                                      stdout=log, stderr=log)
        for _ in range(300):
            try:
                DIRECT.open(f"{self.issuer}/api/v1/openapi.json", timeout=5).close()
                return served
            except OSError:
                if served.poll() is not None:
                    break
                time.sleep(0.1)
        served.kill()
        raise SystemExit(f"motcua does not serve:\n{self.log.read_text()}")

    def command(self, *arguments):
        done = subprocess.run([self.program, *arguments, "--config", self.config], capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"motcua {' '.join(arguments)}: {done.stderr}")
        return done.stdout.strip()

    def token(self, role):
        return self.command("api", "token", "--client", role)


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]
