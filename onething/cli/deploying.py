"""The one way models get to an engine: nothing is deployed that lint refuses."""

from __future__ import annotations

from pathlib import Path

from onething.catalogue import load_catalogue
from onething.engine.client import EngineClient
from onething.engine.deploy import DeploymentReport, deploy
from onething.modelling.lint import lint_all
from onething.modelling.names import ModelError


def require_clean(home: Path) -> None:
    """Raises `ModelError` with the first fault and its cure."""
    if findings := lint_all(home, load_catalogue(home)):
        first = findings[0]
        raise ModelError(
            f"有 {len(findings)} 个问题，没有部署；第一个在 {first.file}：{first.message}。{first.cure}。"
            "全部问题请运行 onething model lint 查看并改正"
        )


def deploy_checked(home: Path, client: EngineClient) -> DeploymentReport:
    """Raises what `require_clean` or `deploy` raises."""
    require_clean(home)
    return deploy(home, client)
