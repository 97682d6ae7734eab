"""Which outside systems there are: one file, named by ONETHING_GATEWAYS_FILE, and the secrets it points to (docs/gateways.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from onething.errors import OneThingError
from onething.gateways.signing import KEY_ID_FORM, Key
from onething.vocabulary import OutsideSystem

SECRET_LENGTH = 32


class Misconfigured(OneThingError):
    """The file of the gateways, or one it names, cannot be used."""

    default_code = "gateways-file"
    default_status = 500


class SystemSettings(BaseModel):
    """One outside system. Paths are relative to the file they stand in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str
    keys: Path
    """Lines of `<key id> <secret>`, mode 0600: the first signs what we send, all are accepted on what comes back."""
    adapter: str = "plain"
    internal: bool = False
    """The host lies in a private network (政务外网)."""
    ca: Path | None = None
    client_certificate: Path | None = None
    connect_seconds: float = Field(3, gt=0, le=60)
    answer_seconds: float = Field(8, gt=0, le=120)
    failures: int = Field(3, ge=1, le=100)
    """So many failures in a row, and the system is left alone for `rest_seconds`."""
    rest_seconds: float = Field(10, gt=0, le=600)


class GatewaySettings(BaseModel):
    """What the file says. A system that it does not name is not connected."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sms: SystemSettings | None = None
    platform: SystemSettings | None = None
    hotline: SystemSettings | None = None
    courier: SystemSettings | None = None
    sharing: SystemSettings | None = None
    licences: SystemSettings | None = None
    departments: Mapping[str, SystemSettings] = {}

    def systems(self) -> Iterator[tuple[OutsideSystem, str, SystemSettings]]:
        """(system, department or "", its settings) of each one that is connected."""
        for system in OutsideSystem:
            if system != OutsideSystem.DEPARTMENTS and (found := getattr(self, system.value)):
                yield system, "", found
        for department, found in self.departments.items():
            yield OutsideSystem.DEPARTMENTS, department, found


def read_gateways(path: Path) -> GatewaySettings:
    """Raises `Misconfigured` with file, place and cure."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        found = GatewaySettings.model_validate(content)
    except (OSError, ValueError, yaml.YAMLError) as error:
        where = ".".join(map(str, error.errors()[0]["loc"])) if isinstance(error, ValidationError) else ""
        raise Misconfigured(f"网关配置 {path} 读不了{where and '：' + where}；请对照 docs/gateways.md 改正") from error
    return found.model_copy(update={
        **{system.value: _placed(one, path.parent) for system, department, one in found.systems() if not department},
        "departments": {slug: _placed(one, path.parent) for slug, one in found.departments.items()},
    })


def read_keys(path: Path) -> dict[str, Key]:
    """Key id -> key, the signing one first. A file that others can read is no secret (S03)."""
    try:
        if path.stat().st_mode & 0o077:
            raise Misconfigured(f"密钥文件 {path} 其他用户可读；请执行 chmod 600 {path}")
        lines = [line.split() for line in path.read_text(encoding="ascii").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise Misconfigured(f"密钥文件 {path} 读不了；请核对路径和内容") from error
    if not lines or any(len(line) != 2 or not KEY_ID_FORM.fullmatch(line[0]) or len(line[1]) < SECRET_LENGTH for line in lines):
        raise Misconfigured(f"密钥文件 {path} 每行应为“密钥编号 密钥”，密钥不少于 {SECRET_LENGTH} 个字符")
    return {key_id: Key(key_id, secret.encode()) for key_id, secret in lines}


def _placed(one: SystemSettings, folder: Path) -> SystemSettings:
    paths = {name: getattr(one, name) for name in ("keys", "ca", "client_certificate")}
    return one.model_copy(update={name: folder / path for name, path in paths.items() if path})
