"""Deployment of every model and form as one set, so that calls and forms bind to what was deployed together.

pycamunda does the administration through our session. Where it is defective:
- P1, P3: `deployment.Create` sends by itself, without session and time-out -> `SessionCreate` sends through ours;
- P4: errors are text, the engine's list of faults is lost -> `ModelRefused` reads them from the answer;
- P5: `DeploymentWithDefinitions.load` needs every key -> the answer is read here, definitions by a query;
- no page size on incidents, which the engine refuses -> `BoundedIncidents`;
- P7: files are sent under numbers -> named, for the name is the resource's identity in duplicate filtering.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pycamunda
import pycamunda.deployment
import pycamunda.incident
import pycamunda.processdef
import requests

from onething.engine.client import EngineClient
from onething.engine.errors import EngineRefused, EngineUnreachable, ModelRefused
from onething.engine.transport import error_of
from onething.errors import EngineError

NAME = "onething"
TIMEOUT = (30, 300)  # the first bounds sending too: all models in one request take a busy engine seconds
PLACES = (("bpmn/shared", "*.bpmn"), ("bpmn/bundles", "*.bpmn"), ("forms", "*.form"), ("forms/applications", "*.form"))
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class DeploymentReport:
    """`new` is False when nothing had changed; `processes` are the definitions of this deployment, sorted; `sha256` is of all
    its files with their names."""

    id: str
    new: bool
    processes: list[str]
    sha256: str


class SessionCreate(pycamunda.deployment.Create):
    """pycamunda's deployment, sent through a session, with named files and the engine's own answer."""

    def __init__(self, url: str, session: requests.Session, name: str) -> None:
        super().__init__(url, name, source=NAME, enable_duplicate_filtering=True, deploy_changed_only=False)
        self.session = session

    @property
    def files(self) -> dict[str, tuple[str, bytes]]:
        return {name: (name, content) for name, content in self._files}

    def body_parameters(self, apply: Any = ...) -> dict[str, Any]:
        """Booleans as the multipart form wants them."""
        return {key: str(value).lower() if isinstance(value, bool) else value
                for key, value in super().body_parameters(apply).items()}

    def __call__(self, *args: Any, **kwargs: Any) -> requests.Response:
        return self.session.post(
            self.url, data=self.body_parameters(), files=self.files, timeout=TIMEOUT, allow_redirects=False
        )


class BoundedIncidents(pycamunda.incident.GetList):
    """pycamunda's incident query knows no page size; the engine refuses an unbounded one."""

    def query_parameters(self, apply: Any = ...) -> dict[str, Any]:
        return {**super().query_parameters(apply), "maxResults": 1000}


def model_files(home: Path) -> list[Path]:
    """Every model and form that belongs to a deployment, shared processes first."""
    return [path for folder, pattern in PLACES for path in sorted((home / folder).glob(pattern))]


def deploy(home: Path, client: EngineClient, *, progress: Progress | None = None) -> DeploymentReport:
    """Deploy all of bpmn/ and forms/ below `home` as one deployment; unchanged files make no new version.

    `progress(done, total, file)` is called per file read. Raises `ModelRefused` with file, line and cure, or
    `EngineError`.
    """
    paths = model_files(home)
    if not paths:
        raise EngineError(f"{home.name}/bpmn 中没有任何流程模型；请从版本库恢复", code="no-models", status=500)
    create = SessionCreate(client.rest_url, client.transport.session, NAME)
    files = []
    for number, path in enumerate(paths, start=1):
        files.append((path.name, path.read_bytes()))
        create.add_resource(files[-1])
        if progress:
            progress(number, len(paths), path.name)
    answer = _send(create, {path.name: path.relative_to(home).as_posix() for path in paths})
    return DeploymentReport(
        answer["id"], new=bool(answer.get("deployedProcessDefinitions")), processes=processes_of(client, answer["id"]),
        sha256=digest(files),
    )


def digest(files: Iterable[tuple[str, bytes]]) -> str:
    """SHA-256 over each file's name, length and content, in order."""
    found = hashlib.sha256()
    for name, content in files:
        found.update(f"{name}\0{len(content)}\0".encode() + content)
    return found.hexdigest()


def _send(create: SessionCreate, places: dict[str, str]) -> dict[str, Any]:
    try:
        response = create()
    except requests.RequestException as error:
        raise EngineUnreachable(f"部署时连不上流程引擎（{type(error).__name__}）；请确认它已启动") from error
    if response.status_code == 200:
        return response.json()
    error = error_of(response)
    if not isinstance(error, EngineRefused):
        raise error
    raise ModelRefused(error.http_status, error.type, error.reason, _sentence(response, error, places))


def _sentence(response: requests.Response, error: EngineRefused, places: dict[str, str]) -> str:
    """The first fault the engine names, with file, line and cure."""
    try:
        details = response.json().get("details")
    except (ValueError, AttributeError):
        details = None
    cure = "请在 Camunda Modeler 中改正后重新部署"
    for name, report in (details if isinstance(details, dict) else {}).items():
        for fault in (report or {}).get("errors") or []:
            element = f"，元素 {fault['mainElementId']}" if fault.get("mainElementId") else ""
            place = f"{places.get(name, name)} 第 {fault.get('line', '?')} 行{element}"
            return f"引擎不接受模型 {place}：{fault.get('message', '')}。{cure}"
    named = next((place for name, place in places.items() if name in error.reason), "模型")
    return f"引擎不接受 {named}：{error.reason[:300]}。{cure}"


def processes_of(client: EngineClient, deployment_id: str) -> list[str]:
    """Keys of the process definitions in a deployment."""
    query = pycamunda.processdef.GetList(client.rest_url, deployment_id=deployment_id, max_results=1000)
    return sorted(definition.key for definition in _ask(query, client))


def deployments(client: EngineClient) -> list[str]:
    """Ids of our deployments, newest first."""
    query = pycamunda.deployment.GetList(client.rest_url, name=NAME, max_results=1000)  # its own sorting is broken
    found = sorted(_ask(query, client), key=lambda deployment: deployment.deployment_time, reverse=True)
    return [deployment.id_ for deployment in found]


def deployed_files(client: EngineClient) -> dict[str, bytes]:
    """Name -> content of all that our newest deployment brought; nothing before the first."""
    newest = deployments(client)[:1]
    return {
        one["name"]: client.transport.content(f"/deployment/{deployment}/resources/{one['id']}/data")
        for deployment in newest for one in client.transport.call("GET", f"/deployment/{deployment}/resources")
    }


def incident_count(client: EngineClient) -> int:
    """Open incidents, for the status line."""
    return len(_ask(BoundedIncidents(client.rest_url), client))


def _ask(query: Any, client: EngineClient) -> Any:
    """Run a pycamunda query through our session; its errors become ours (P1, P4)."""
    query.session = client.transport.session
    try:
        return query()
    except pycamunda.PyCamundaException as error:
        if isinstance(error.args[0] if error.args else None, requests.RequestException):
            raise EngineUnreachable("连不上流程引擎；请确认它已启动") from error
        raise EngineError(f"流程引擎没有执行：{type(error).__name__} {error}", code="engine-refused") from error


def warm(client: EngineClient) -> int:
    """Have the engine read every newest model now, while its database answers: one that it reads while the database dies can
    stay half read until the engine is started again. Returns how many."""
    newest = [entry["id"] for entry in client.transport.pages("/process-definition", {"latestVersion": "true"})]
    for definition in newest:
        client.transport.call("GET", f"/process-definition/{definition}/static-called-process-definitions")
    return len(newest)
