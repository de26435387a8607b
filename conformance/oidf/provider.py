"""Our side: keys and certificates made on the spot, configuration, declaration, `motcua serve`."""
import collections
import json
import os
import pathlib
import ssl
import subprocess
import sys
import time
import urllib.request

import plans
import suite

PORT = 8444
ISSUER = f"https://localhost:{PORT}"
ROOT = pathlib.Path(__file__).resolve().parents[2]

Certificates = collections.namedtuple("Certificates", "ca certificate key")

CONFIGURATION = """
[server]
issuer = "{issuer}"
listen = "127.0.0.1:{port}"
tls_certificate = "{certificates.certificate}"
tls_key = "{certificates.key}"

[operations]
listen = "127.0.0.1:9444"

[database]
url = "sqlite:{out}/motcua.db"

[keys]
directory = "{out}/keys"

[pages]
client_logo = "registered"
"""

REGISTRATION = """
[registration]
policy = "open"
hourly_limit = 0
"""

OUTBOUND = """
[outbound]
allowed_networks = ["127.0.0.0/8", "::1/128"]
extra_ca = "{ca}"
"""


def make_certificates(out):
    """A CA, and one certificate for localhost that the provider and the suite share."""
    directory = out / "certificates"
    directory.mkdir()

    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=directory, check=True, capture_output=True)
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=conformance run",
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign",
            "-keyout", "ca.key", "-out", "ca.pem")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", "server.key",
            "-out", "server.csr")
    (directory / "server.ext").write_text(
        "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
            "-days", "30", "-extfile", "server.ext", "-out", "server.pem")
    return Certificates(directory / "ca.pem", directory / "server.pem", directory / "server.key")


def start(out, certificates, suite_ca, chosen, world, running):
    """Provisions the provider for the chosen sets with `motcua apply`, and serves."""
    if not suite.is_free(PORT):
        sys.exit(f"port {PORT} is taken")
    needs = {need for name in chosen for need in plans.SETS[name].needs}
    text = CONFIGURATION.format(issuer=ISSUER, port=PORT, certificates=certificates, out=out)
    if "registration" in needs:
        text += REGISTRATION
    if "outbound" in needs:
        text += OUTBOUND.format(ca=suite_ca or sys.exit("SUITE_CA: the CA of the suite's certificate is not known"))
    (out / "motcua.toml").write_text(text)
    (out / "declaration.json").write_text(json.dumps(plans.declaration(chosen, world), indent=1, ensure_ascii=False))

    motcua = Motcua(program(), out)
    motcua.command("migrate", "--init")
    motcua.command("apply", out / "declaration.json")
    served = suite.spawn([motcua.program, "serve", "--config", motcua.config], out / "motcua.log", running)
    context = ssl.create_default_context(cafile=certificates.ca)
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{ISSUER}/.well-known/openid-configuration", context=context, timeout=5).close()
            return motcua
        except OSError:
            if served.poll() is not None:
                break
            time.sleep(0.1)
    sys.exit(f"motcua did not start; its log is {out}/motcua.log")


def program():
    if named := os.environ.get("MOTCUA"):
        return str(pathlib.Path(named).resolve())
    subprocess.run(["cargo", "build", "--release"], cwd=ROOT, check=True)
    metadata = subprocess.run(["cargo", "metadata", "--format-version", "1", "--no-deps"], cwd=ROOT, check=True,
                              capture_output=True)
    return json.loads(metadata.stdout)["target_directory"] + "/release/motcua"


class Motcua:
    """The program with the configuration of this run."""

    def __init__(self, program, out):
        self.program = program
        self.config = str(out / "motcua.toml")
        self.log = out / "motcua-commands.log"

    def command(self, *arguments):
        with self.log.open("a") as log:
            done = subprocess.run([self.program, *arguments, "--config", self.config], stdout=log, stderr=log)
        if done.returncode != 0:
            sys.exit(f"motcua {' '.join(map(str, arguments))} failed:\n{self.log.read_text()}")

    def rotate_keys(self):
        """All but EdDSA: among new keys the suite knows the types RSA and EC alone."""
        for algorithm in ("ES256", "PS256", "RS256"):
            self.command("keys", "rotate", "--alg", algorithm)
        # A running provider follows within a second, and the suite looks at once.
        time.sleep(1)
