from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
MODELS = sorted(HOME.glob("bpmn/*/*.bpmn"))


@pytest.fixture(scope="session")
def home() -> Path:
    return HOME
