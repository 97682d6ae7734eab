"""S17: calls go where they may and nowhere else, and no answer can hold us up, blow us up or lead us on."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from onething.gateways.addresses import Blocked, allowed_addresses, origin_of
from onething.gateways.guarded import GuardedClient, tls_context
from onething.gateways.interface import GatewayError, OutcomeUnknown
from simulation.engine import free_port

HOST = "https://sms.example.gov.cn"
NOT_OURS = [
    "https://evil.example/", "https://sms.example.gov.cn.evil.example/", "https://sms.example.gov.cn:8443/",
    "http://sms.example.gov.cn/", "https://sms.example.gov.cn./", "https://sms.example.gov.cn@evil.example/",
    "https://evil.example@sms.example.gov.cn/", "https://user:pass@sms.example.gov.cn/", "https://127.0.0.1/",
    "https://2130706433/", "https://0x7f.1/", "https://127.1/", "https://0177.0.0.1/", "https://[::1]/",
    "https://[::ffff:127.0.0.1]/", "https://169.254.169.254/latest/meta-data/", "https://localhost/", "https://0/",
    "file:///etc/passwd", "ftp://sms.example.gov.cn/", "gopher://sms.example.gov.cn/", "//sms.example.gov.cn/", "",
    "javascript:1", "https:///orders", "https://sms.example.gov.cn\\@evil.example/", "https://sms.example.gov.cn#@evil/",
    "https://sms.example.gov.cn/a b", "https://sms.example.gov.cn/\r\nHost: evil", "https://sms.example.gov.cn/\x00",
    "https://sms.example.gov.cn:0/", "https://sms.example.gov.cn:99999/", "https://sms.example.gov.cn:x/",
    "https://ѕms.example.gov.cn/", "https://sms。example.gov.cn/", "https://[sms.example.gov.cn/", "https://sms.example.gov.cn\t.evil/",
    "HTTPS://EVIL.EXAMPLE/", "https://%73ms.example.gov.cn/",
]
FORBIDDEN = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.0.0.1", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254", "169.254.0.23", "100.100.100.200", "100.64.0.1", "168.63.129.16", "192.0.0.192", "192.0.2.1",
    "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::7f00:1", "fe80::1", "fe80::1%eth0",
    "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::",
    "2002:a00:1::1", "2001:0:4136:e378:8000:63bf:80ff:fffe", "2001:db8::1", "100::1",
]
INTERNAL_ONLY = [
    "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "127.0.0.1", "127.255.255.254", "::1", "fc00::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2002:a00:1::1",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
]


def resolver(*addresses: str) -> Any:
    calls = []

    def resolve(host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        calls.append(host)
        return [(socket.AF_INET6 if ":" in one else socket.AF_INET, 1, 6, "", (one, port)) for one in addresses]

    resolve.calls = calls  # type: ignore[attr-defined]
    return resolve


def blocked(url: str, client: GuardedClient) -> None:
    with pytest.raises(Blocked):
        client.call("POST", url, {}, b"{}")


@pytest.mark.parametrize("url", NOT_OURS)
def test_s17_only_the_configured_origin_is_called(url: str) -> None:
    resolve = resolver("93.184.216.34")
    blocked(url, GuardedClient([origin_of(HOST)], resolve=resolve))
    assert resolve.calls == [], "not even its name is looked up"


@pytest.mark.parametrize("address", FORBIDDEN)
def test_s17_a_name_that_leads_inside_is_refused(address: str) -> None:
    for found in ([address], ["93.184.216.34", address]):
        with pytest.raises(Blocked):
            allowed_addresses(origin_of(HOST), resolver(*found))


@pytest.mark.parametrize("address", FORBIDDEN)
def test_s17_an_internal_host_may_be_private_and_nothing_worse(address: str) -> None:
    origin = origin_of(HOST, internal=True)
    if address in INTERNAL_ONLY:
        assert allowed_addresses(origin, resolver(address)) == [address]
    else:
        with pytest.raises(Blocked):
            allowed_addresses(origin, resolver(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_s17_public_addresses_are_called(address: str) -> None:
    assert allowed_addresses(origin_of(HOST), resolver(address)) == [address]


def test_s17_plain_http_is_for_a_demonstration_on_this_machine_only(stub: Any) -> None:
    stub.answers(200, {"ok": True})
    assert GuardedClient([origin_of(stub.url)], demo=True).call("GET", stub.url, {}).body == {"ok": True}
    blocked(stub.url, GuardedClient([origin_of(stub.url)]))
    outside = "http://sms.example.gov.cn"
    for address in ("93.184.216.34", "10.0.0.1"):
        blocked(outside, GuardedClient([origin_of(outside, internal=True)], demo=True, resolve=resolver(address)))


def test_s17_the_name_is_resolved_once_and_a_second_answer_is_never_asked_for(stub: Any) -> None:
    """DNS rebinding: the first answer is judged and called; the second would lead elsewhere."""
    answers = iter([["127.0.0.1"], ["10.0.0.1"], ["10.0.0.1"]])
    url = stub.url.replace("127.0.0.1", "rebound.example")

    def resolve(host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        return resolver(*next(answers))(host, port)

    client = GuardedClient([origin_of(url)], demo=True, resolve=resolve)
    stub.answers(200, {"at": 1})
    assert client.call("GET", url, {}).body == {"at": 1}
    assert stub.seen[0][2]["Host"].startswith("rebound.example")
    blocked(url, client)
    assert len(stub.seen) == 1


def test_s17_no_proxy_of_the_environment_is_used(stub: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    stub.answers(200, {"direct": True})
    assert GuardedClient([origin_of(stub.url)], demo=True).call("GET", stub.url, {}).body == {"direct": True}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_s17_redirects_are_answers_and_not_followed(stub: Any, status: int) -> None:
    stub.answers(status, {}, Location=f"{stub.url}/elsewhere")
    assert GuardedClient([origin_of(stub.url)], demo=True).call("POST", f"{stub.url}/orders", {}, b"{}").status == status
    assert [path for _, path, _, _ in stub.seen] == ["/orders"]


SLOW = GuardedClient.__init__.__kwdefaults__ | {"answer_seconds": 0.5, "demo": True}


@pytest.fixture
def client(stub: Any) -> GuardedClient:
    return GuardedClient([origin_of(stub.url)], **SLOW)


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    ("start", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n", b"{"),
        (b"HTTP/1.1 200 OK\r\n", b"X"), (b"", b"H"), (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n{\r\n"),
    ],
    ids=["body", "header", "status", "chunks"],
)
def test_s17_a_dripping_answer_ends_at_its_time(stub: Any, client: GuardedClient, start: bytes, drop: bytes) -> None:
    """Each drop comes well within the time-out of one read; all together never end."""
    stub.drips(start, drop)
    with pytest.raises(OutcomeUnknown):
        client.call("POST", stub.url, {}, b"{}")


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}", b"\x16\x03\x01 not http at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n" + b" " * 400_000,
        b"HTTP/1.1 200 OK\r\n\r\n" + b"[" * 400_000, b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 500 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nA: " + b"b" * 100_000 + b"\r\n\r\n", b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
    ],
    ids=["nothing", "cut-off", "no-http", "long", "endless", "many-headers", "long-header", "status", "bad-chunk"],
)
def test_s17_an_answer_that_is_none_leaves_the_outcome_open(stub: Any, client: GuardedClient, answer: bytes) -> None:
    stub.sends(answer)
    with pytest.raises(OutcomeUnknown):
        client.call("POST", stub.url, {}, b"{}")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b'{"receipt": NaN}', "application/json"), (b'["receipt"]', "application/json"), (b'"r"', "application/json"),
        (b'{"receipt": "\\ud800"}', "application/json"), (b"[" * 100_000, "application/json"), (b"", "application/json"),
        (b'{"receipt": "r"}', "text/html"), (b"<html>", "text/html"), (b"\xff\xfe", "application/json"),
        (b'{"receipt": 1e400}', "application/json"),
    ],
)
def test_s17_only_a_json_object_is_read(stub: Any, client: GuardedClient, content: bytes, kind: str) -> None:
    stub.answers(200, content, kind)
    answer = client.call("GET", stub.url, {})
    assert (answer.status, answer.body) == (200, {})


def test_s17_a_refused_connection_and_an_unknown_host_are_surely_not_taken() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(GatewayError) as raised:
        GuardedClient([origin_of(url)], **SLOW).call("POST", url, {}, b"{}")
    assert type(raised.value) is GatewayError

    def nowhere(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(GatewayError) as raised:
        GuardedClient([origin_of(HOST)], resolve=nowhere).call("POST", HOST, {}, b"{}")
    assert type(raised.value) is GatewayError


@pytest.mark.timeout(30)
def test_s17_a_name_that_is_looked_up_for_ever_is_left_in_time() -> None:
    hangs = threading.Event()

    def resolve(*_: Any, **__: Any) -> Any:
        hangs.wait()
        return []

    client = GuardedClient([origin_of(HOST)], resolve=resolve, connect_seconds=0.2)
    with pytest.raises(GatewayError, match="域名解析") as raised:
        client.call("POST", HOST, {}, b"{}")
    assert type(raised.value) is GatewayError
    hangs.set()


@pytest.mark.timeout(30)
def test_s17_a_system_that_takes_connections_and_says_nothing_is_left_in_time() -> None:
    """The connection is made by the kernel; whether the order was read nobody knows."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(OutcomeUnknown):
            GuardedClient([origin_of(url)], **SLOW).call("POST", url, {}, b"{}")


# TLS


def certificate(name: str, folder: Path, issuer: Any = None) -> tuple[Any, Any, Path]:
    """(certificate, key, PEM with both) of an authority, or of a server that it signed."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([
            x509.IPAddress(ipaddress.ip_address(name)) if name[0].isdigit() else x509.DNSName(name)]), critical=False)
    )
    made, path = builder.sign(issuer[1] if issuer else key, hashes.SHA256()), folder / f"{name}.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ))
    return made, key, path


@pytest.fixture
def tls_server(tmp_path: Path) -> Iterator[tuple[int, Path, Path]]:
    """(port, authority, client certificate) of a server named sms.test that wants to know who calls."""
    authority = certificate("authority", tmp_path)
    server, caller = certificate("sms.test", tmp_path, authority), certificate("onething", tmp_path, authority)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server[2])
    context.load_verify_locations(authority[2])
    context.verify_mode = ssl.CERT_REQUIRED
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(connection, server_side=True) as secure:
                    secure.recv(65536)
                    secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
            except OSError:
                continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listening.getsockname()[1], authority[2], caller[2]
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join()


def test_s17_tls_verifies_the_name_though_the_address_was_pinned(tls_server: tuple[int, Path, Path]) -> None:
    port, ca, caller = tls_server

    def client(host: str, **options: Any) -> GuardedClient:
        origin = origin_of(f"https://{host}:{port}", internal=True)
        return GuardedClient([origin], resolve=resolver("127.0.0.1"), tls=tls_context(**options))

    known = {"ca": str(ca), "client_certificate": str(caller)}
    assert client("sms.test", **known).call("GET", f"https://sms.test:{port}/", {}).status == 200
    for host, options in (("other.test", known), ("sms.test", {"client_certificate": str(caller)})):
        with pytest.raises(GatewayError) as raised:
            client(host, **options).call("POST", f"https://{host}:{port}/", {}, b"{}")
        assert type(raised.value) is GatewayError, "nothing was sent"
    with pytest.raises(GatewayError):
        client("sms.test", ca=str(ca)).call("POST", f"https://sms.test:{port}/", {}, b"{}")
