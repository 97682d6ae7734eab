"""docs/attacks.md counts what the attack suite does, and names tests that are there."""

import re
from pathlib import Path

from tests.engine import attacking, test_accounts, test_attacks, test_attacks_inside

HOME = Path(__file__).resolve().parents[2]
PAGE = (HOME / "docs" / "attacks.md").read_text(encoding="utf-8")


def test_the_figures_are_those_of_the_suite() -> None:
    for words in (
        f"all {len(attacking.OPERATIONS)} operations of the REST API",
        f"{len(test_attacks.NAMES)} well-known users with {len(test_attacks.WORDS)} passwords",
        f"{len(test_attacks.SETUP)} ways to write the address of the first-run setup",
        f"{len(test_attacks.WRITTEN)} ways to write a body, {len(test_attacks.CALLED)} to name its type",
        f"{len(test_attacks.TYPED)} to write the address, {len(test_attacks.ASKED)} to write the query",
        f"{len(test_accounts.OPERATIONS)} operations by {len(test_accounts.ACCOUNTS)} kinds of account",
        f"{len(test_attacks_inside.SCRIPTS)} script languages",
    ):
        assert words in PAGE, words


def test_the_tests_are_there() -> None:
    named = set(re.findall(r"`(tests/[\w/.]+|test_\w+\.py)`", PAGE))
    assert len(named) > 8
    for name in named:
        assert (HOME / name).exists() if "/" in name else any(HOME.glob(f"tests/*/{name}")), name
