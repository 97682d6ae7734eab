"""Logs are JSON lines with the case's number and trace, and nothing of a person, whoever writes them (D16-D18, I10)."""

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from onething.logs import scrub, trace_id

HOME = Path(__file__).resolve().parents[2]
WRITES = """
import logging, structlog
from onething import logs
logs.configure("trial")
log = structlog.get_logger("ours")
log.info("application kept", application="2026112300001", bundle="newborn")
log.warning("someone wrote 11010519491231002X and 13800000000 into a message")
logging.getLogger("library").error("number %s", "11010519491231002X")
log.debug("not shown")
try:
    raise ValueError("11010519491231002X")
except ValueError:
    log.exception("failed", application="2026112300001")
"""


def lines() -> list[dict]:
    done = subprocess.run([sys.executable, "-c", WRITES], cwd=HOME, capture_output=True, text=True, check=True)
    assert done.stdout == "", "standard output is for answers"
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_every_line_is_json_with_process_case_and_trace_and_no_personal_number() -> None:
    written = lines()
    assert [line["process"] for line in written] == ["trial"] * 4
    assert written[0]["application"] == "2026112300001"
    assert written[0]["trace_id"] == written[3]["trace_id"] == trace_id("2026112300001")
    assert len(written[0]["trace_id"]) == 32
    for canary in ("11010519491231002X", "13800000000"):
        assert canary not in json.dumps(written)


@pytest.mark.parametrize("kept", [
    "41010520261123000001X", "410105202611230000017", "ZX2026112300001", "4cf0d4b2-c81b-11f0-a93e-138000000001",
    "outbox:sms:20261123000013800000000::x",
])
def test_numbers_of_cases_and_ids_stay(kept: str) -> None:
    assert scrub(logging, "info", {"event": kept})["event"] == kept
