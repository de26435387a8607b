"""The suite: started from its jar behind nginx, or found running; and its REST API."""
import getpass
import json
import os
import queue
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

PORT = 8443
JAR_PORT = 18443
UNVERIFIED = ssl._create_unverified_context()
# Plays with keys or waits for hands: never beside another module.
ALONE = ("oidcc-server-rotate-keys",)

# The jar speaks plain HTTP, and believes these headers about the connection in front.
NGINX = """
user {user};
worker_processes 1;
daemon off;
pid {dir}/nginx.pid;
error_log {dir}/nginx.log warn;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_body_temp_path {dir}/tmp; proxy_temp_path {dir}/tmp; fastcgi_temp_path {dir}/tmp;
  uwsgi_temp_path {dir}/tmp; scgi_temp_path {dir}/tmp;
  client_max_body_size 16m;
  large_client_header_buffers 4 32k;
  proxy_buffer_size 64k; proxy_buffers 8 64k; proxy_busy_buffers_size 128k;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_certificate {certificate};
    ssl_certificate_key {key};
    location / {{
      proxy_pass http://127.0.0.1:{jar_port};
      proxy_http_version 1.1;
      proxy_read_timeout 180s;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-Proto https;
      proxy_set_header X-Forwarded-Host $http_host;
      proxy_set_header X-Forwarded-Port $server_port;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Ssl-Protocol $ssl_protocol;
      proxy_set_header X-Ssl-Cipher $ssl_cipher;
      proxy_set_header X-Ssl-Cert "";
    }}
  }}
}}
"""


def reach(out, certificates, running):
    """The suite that the environment names, started where that is a jar."""
    jar = os.environ.get("SUITE_JAR")
    if not jar:
        base = os.environ.get("CONFORMANCE_SERVER", f"https://localhost:{PORT}").rstrip("/")
        server = Server(base, os.environ.get("SUITE_CA"))
        server.wait(5, lambda: True)
        return server
    start(jar, out / "suite", certificates, running)
    return Server(f"https://localhost:{PORT}", certificates.ca)


def start(jar, directory, certificates, running):
    mongodb = os.environ.get("SUITE_MONGODB", "mongodb://127.0.0.1:27017/test_suite")
    where = urllib.parse.urlsplit(mongodb)
    if is_free(where.port or 27017, where.hostname):
        sys.exit(f"the suite keeps its logs in a MongoDB, and none answers at {mongodb} (SUITE_MONGODB)")
    for port in (PORT, JAR_PORT):
        if not is_free(port):
            sys.exit(f"port {port} is taken")
    (directory / "tmp").mkdir(parents=True)
    nginx = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin") or sys.exit("nginx is missing")
    (directory / "nginx.conf").write_text(NGINX.format(
        user=getpass.getuser(), dir=directory, port=PORT, jar_port=JAR_PORT, certificate=certificates.certificate, key=certificates.key))
    # The issuers of the suite's own sign-in are looked up at its start: at a closed port, so that nothing leaves.
    settings = {
        "server.port": JAR_PORT, "server.address": "127.0.0.1", "spring.mongodb.uri": mongodb,
        "fintechlabs.devmode": "true", "fintechlabs.startredir": "false",
        "fintechlabs.base_url": f"https://localhost:{PORT}", "fintechlabs.base_mtls_url": f"https://localhost:{PORT}",
        "oidc.google.iss": "https://localhost:1", "oidc.gitlab.iss": "https://localhost:1"}
    java = [os.environ.get("JAVA", "java"), "-Xmx3g", "-XX:+UseSerialGC", "-Djdk.tls.maxHandshakeMessageSize=65536",
            "-jar", jar, *(f"--{name}={value}" for name, value in settings.items())]
    program = spawn(java, directory / "suite.log", running)
    spawn([nginx, "-p", str(directory), "-c", str(directory / "nginx.conf")], directory / "nginx.out", running)
    Server(f"https://localhost:{PORT}", None).wait(240, lambda: program.poll() is None)


def is_free(port, host="127.0.0.1"):
    try:
        socket.create_connection((host, port), 2).close()
        return False
    except OSError:
        return True


def spawn(command, log, running, **options):
    """Starts a program that ends with this one."""
    program = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log.open("a"), stderr=subprocess.STDOUT,
                               start_new_session=True, **options)

    def end():
        program.terminate()
        try:
            program.wait(30)
        except subprocess.TimeoutExpired:
            program.kill()
    running.callback(end)
    return program


class Server:
    """The REST API of a running suite."""

    def __init__(self, base, ca):
        self.base = base
        self.ca = ca

    def call(self, method, path, body=None, **query):
        url = f"{self.base}/api/{path}" + ("?" + urllib.parse.urlencode(query) if query else "")
        data = json.dumps(body).encode() if body is not None else b"" if method == "POST" else None
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=180, context=UNVERIFIED) as answer:
                return json.loads(answer.read() or "null")
        except urllib.error.HTTPError as error:
            raise OSError(f"{method} {path}: {error} {error.read()[:400]}") from None

    def wait(self, seconds, is_alive):
        for _ in range(seconds):
            try:
                return self.call("GET", "runner/available")
            except OSError:
                if not is_alive():
                    break
                time.sleep(1)
        sys.exit(f"no suite answers at {self.base}: give SUITE_JAR, or CONFORMANCE_SERVER of a running one")

    def make_plan(self, plan, variant, config):
        """Has the suite make a plan; it says which modules the plan has."""
        return self.call("POST", "plan", config, planName=plan, variant=json.dumps(variant))

    def run_plan(self, made, config, hooks, only, limit):
        """Runs a plan's modules, three at a time where the configuration lets each have URLs of its own."""
        wanted = [m for m in made["modules"] if not only or m["testModule"] in only]
        together, done = queue.SimpleQueue(), {}
        for place, module in enumerate(wanted):
            if module["testModule"] not in ALONE:
                together.put((place, module))

        def work():
            while True:
                try:
                    place, module = together.get_nowait()
                except queue.Empty:
                    return
                done[place] = self.run_module(made["id"], module, hooks, limit)
        workers = [threading.Thread(target=work) for _ in range(1 if "alias" in config else 3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        for place, module in enumerate(wanted):
            if place not in done:
                done[place] = self.run_module(made["id"], module, hooks, limit)
        return [done[place] for place in sorted(done)]

    def run_module(self, plan, module, hooks, limit):
        """Runs one module; one that takes longer than its limit, or that the suite cannot run, counts as STUCK."""
        begun = time.monotonic()
        name = module["testModule"]
        outcome = {"name": name, "result": "STUCK", "skipped": None, "messages": [], "pages": []}
        try:
            variant = {"variant": json.dumps(module["variant"])} if module.get("variant") else {}
            number = self.call("POST", "runner", test=name, plan=plan, **variant)["id"]
            outcome["result"] = self.follow(number, hooks.get(name), begun + limit)
            for entry in self.call("GET", f"log/{number}"):
                note(outcome, entry)
        except (OSError, KeyError, ValueError) as error:
            outcome["messages"].append(f"{type(error).__name__}: {error}")
        outcome["seconds"] = round(time.monotonic() - begun, 1)
        return outcome

    def follow(self, number, hook, end):
        started = False
        while time.monotonic() < end:
            info = self.call("GET", f"info/{number}")
            if info["status"] == "INTERRUPTED":
                return "INTERRUPTED"
            if info["status"] == "FINISHED":
                return info.get("result") or "INTERRUPTED"
            if info["status"] == "CONFIGURED" and not started:
                # It waits for a person who does something first.
                started = True
                if hook:
                    hook()
                self.call("POST", f"runner/{number}")
            time.sleep(0.3)
        self.call("DELETE", f"runner/{number}")
        return "STUCK"


def note(outcome, entry):
    """Takes what matters from one entry of a module's log."""
    message = str(entry.get("msg", ""))
    if entry.get("page_source"):
        outcome["pages"].append({"asked": message, "source": entry["page_source"]})
    if entry.get("result") in ("WARNING", "FAILURE", "INTERRUPTED"):
        outcome["messages"].append(f"{entry['result']} {entry.get('src')}: {message[:400]}")
    if message.startswith("The test was skipped"):
        outcome["skipped"] = message
