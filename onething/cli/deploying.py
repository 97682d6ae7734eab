"""The one way models get to an engine: nothing is deployed that lint refuses, and who deployed what is on record (S05)."""

from __future__ import annotations

from pathlib import Path

from onething.bootstrap import build_tools
from onething.catalogue import load_catalogue
from onething.cli.console import who
from onething.engine.client import EngineClient
from onething.engine.deploy import DeploymentReport, deploy
from onething.modelling.lint import lint_all
from onething.modelling.names import ModelError
from onething.settings import Settings
from onething.store import audit


def deploy_checked(settings: Settings, client: EngineClient) -> DeploymentReport:
    """Raises what `require_clean` or `put_live` raises."""
    require_clean(settings.home)
    return put_live(settings, client)


def require_clean(home: Path) -> None:
    """Raises `ModelError` with the first fault and its cure."""
    if findings := lint_all(home, load_catalogue(home)):
        first = findings[0]
        raise ModelError(
            f"有 {len(findings)} 个问题，没有部署；第一个在 {first.file}：{first.message}。{first.cure}。"
            "全部问题请运行 onething model lint 查看并改正"
        )


def put_live(settings: Settings, client: EngineClient) -> DeploymentReport:
    """What was checked before. A new version is recorded with the hash of its files."""
    report = deploy(settings.home, client)
    if report.new:
        tools = build_tools(settings)
        with tools.store.transaction() as session:
            audit.record(
                session, tools.clock.now(), who(), "deploy-models", sha256=report.sha256, processes=len(report.processes)
            )
        tools.store.close()
    return report
