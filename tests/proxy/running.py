"""A real nginx on the shipped configuration, and what stands before and behind it: on loopback, ended with its block."""

from __future__ import annotations

import ipaddress
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from onething.settings import get_settings
from simulation.engine import free_port

HOME = Path(__file__).resolve().parents[2]
TEMPLATE = HOME / "docker" / "proxy" / "onething.conf.template"
NAME = "localhost"
FLAVOUR = get_settings().engine_flavour
PAGES = f"/{FLAVOUR}"


def rendered(words: dict[str, str]) -> str:
    """What envsubst makes of the shipped file with exactly the words that it names."""
    text = TEMPLATE.read_text(encoding="utf-8")
    named = set(re.findall(r"\$([A-Z_]+)", text.partition("envsubst '")[2].partition("'")[0]))
    assert named == set(words)
    for word, value in words.items():
        text = re.sub(rf"\$\{{?{word}\b\}}?", value, text)
    return text


def certificate(folder: Path) -> Path:
    """One for `NAME` and 127.0.0.1, signed by itself; the path of what to trust."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    names = x509.SubjectAlternativeName([x509.DNSName(NAME), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1)).add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256())
    )
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, *plain))
    (folder / "key.pem").chmod(0o600)
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return folder / "fullchain.pem"


@contextmanager
def nginx(folder: Path, https: int, http: int, front_door: str, engine: str) -> Iterator[Path]:
    """The proxy as it is shipped; yields the certificate to trust. Root's nginx keeps root: its folder is nobody else's."""
    folder.mkdir(parents=True)
    trusted = certificate(folder)
    words = {
        "PUBLIC_NAME": NAME, "HTTPS_LISTEN": f"127.0.0.1:{https}", "HTTP_LISTEN": f"127.0.0.1:{http}", "TLS_FOLDER": str(folder),
        "FRONT_DOOR": front_door, "ENGINE": engine, "WEBAPPS": FLAVOUR,
    }
    (folder / "onething.conf").write_text(rendered(words), encoding="utf-8")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in (
        "client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    user = f"user {pwd.getpwuid(0).pw_name};" if os.getuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"daemon off;\n{user}\nworker_processes 1;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{\n{temporary}include {folder}/onething.conf;\n}}\n", encoding="utf-8",
    )
    program = shutil.which("nginx", path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin") or "nginx"
    command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    odd = [line for line in checked.stderr.splitlines() if "[warn]" in line and "http2" not in line]
    assert odd == [], "newer ones say http2 elsewhere and warn of it"
    process = subprocess.Popen(command)
    try:
        wait_for(https, process)
        yield trusted
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 2):
            return
        assert process.poll() is None, "it ended"
        time.sleep(0.05)
    raise AssertionError("nobody answers")


@contextmanager
def front_door(port: int, log_file: Path, **settings: str) -> Iterator[None]:
    """`python -m api` with these settings of the environment, until the block ends."""
    environment = os.environ | {"ONETHING_HOME": str(HOME), "ONETHING_API_PORT": str(port), **settings}
    with log_file.open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "api"], cwd=HOME, env=environment, stdout=log, stderr=log)
        try:
            wait_for(port, process)
            yield
        finally:
            process.terminate()
            process.wait()


class Recorder:
    """Stands where front door and engine would: lets everybody in, says nothing and remembers what it was asked."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, dict[str, str]]] = []
        self.port = free_port()

    @contextmanager
    def listening(self) -> Iterator[Recorder]:
        seen = self.seen

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                seen.append((self.command, self.path, {name.lower(): value for name, value in self.headers.items()}))
                self.send_response(204 if self.path.startswith("/staff/admitted") else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_POST = do_PUT = do_DELETE = do_GET

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
