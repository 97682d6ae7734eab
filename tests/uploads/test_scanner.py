"""The hook to ClamAV: its protocol, and what counts as no verdict (S14)."""

from __future__ import annotations

import io
import os
import socket
import tempfile
from pathlib import Path

import pytest

from onething.uploads import Scanner, ScannerDown
from tests.uploads.clamd import FakeClamd
from tests.uploads.corpus import EICAR


def test_a_clean_and_an_infected_file_over_tcp_s14() -> None:
    content = os.urandom(300_000)
    with FakeClamd() as clamd:
        scanner = Scanner(clamd.address)
        assert scanner.infection(io.BytesIO(content)) == ""
        assert scanner.infection(io.BytesIO(b"x" * 70_000 + EICAR)) == "Eicar-Test-Signature"
        assert scanner.infection(io.BytesIO(b"")) == ""
        assert clamd.scanned[0] == content
        assert scanner.answers()


def test_over_a_unix_socket_s14() -> None:
    with tempfile.TemporaryDirectory() as folder, FakeClamd(Path(folder) / "clamd.ctl") as clamd:
        assert Scanner(clamd.address).infection(io.BytesIO(EICAR)) == "Eicar-Test-Signature"


@pytest.mark.parametrize("mood", ["silent", "garbage", "half", "hung-up", "error", "empty-name", "endless"])
def test_what_is_no_verdict_is_never_a_clean_file_s14(mood: str) -> None:
    with FakeClamd(mood=mood) as clamd:
        scanner = Scanner(clamd.address, seconds=0.5)
        with pytest.raises(ScannerDown):
            scanner.infection(io.BytesIO(b"x" * 2_000_000))
        assert not scanner.answers()


@pytest.mark.parametrize("address", ["/nowhere/clamd.ctl", "127.0.0.1:1", "no-port", "127.0.0.1:none"])
def test_a_scanner_that_is_not_there_s14(address: str) -> None:
    with pytest.raises(ScannerDown):
        Scanner(address, seconds=0.5).infection(io.BytesIO(b"x"))


def test_it_is_left_alone_for_a_while_after_it_did_not_answer_s14() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{server.getsockname()[1]}"
        scanner = Scanner(address, seconds=0.3, rest=1000)
        with pytest.raises(ScannerDown):
            scanner.infection(io.BytesIO(b"x"))
    with FakeClamd() as clamd:
        scanner.address = clamd.address
        with pytest.raises(ScannerDown, match="resting"):
            scanner.infection(io.BytesIO(b"x"))
        assert not clamd.scanned
        scanner._down_until = 0
        assert scanner.infection(io.BytesIO(b"x")) == ""
