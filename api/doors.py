"""Through which identity providers people come in: one file, named by ONETHING_LOGIN_FILE (docs/login.md)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from onething.errors import OneThingError
from onething.settings import Settings

CITIZEN, STAFF = "citizen", "staff"


class LoginMisconfigured(OneThingError):
    """The file of the logins, or one that it names, cannot be used."""

    default_code = "login-file"
    default_status = 500


class Claims(BaseModel):
    """Names of the claims that say who somebody is. For a company, what follows 法人登录; empty where nobody acts for one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = "name"
    id_no: str = "id_no"
    phone: str = "phone_number"
    company_no: str = "company_no"
    company_name: str = "company_name"
    groups: str = "groups"


class SecondFactor(BaseModel):
    """Staff are let in when the token says one of these (S21)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    acr: tuple[str, ...] = ()
    amr: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> SecondFactor:
        if not self.acr and not self.amr:
            raise ValueError("name at least one value of acr or amr")
        return self


class Door(BaseModel):
    """One identity provider. Paths are relative to the file they stand in; `hosts` are further addresses of the provider."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str = Field(min_length=1, max_length=40)
    issuer: str
    client_id: str
    secret_file: Path
    scope: str = "openid profile"
    hosts: tuple[str, ...] = ()
    internal: bool = False
    """The provider lies in a private network (政务外网)."""
    ca: Path | None = None
    claims: Claims = Claims()
    groups: Mapping[str, str] = {}
    """Their name of a group -> ours, where they differ."""

    @property
    def kind(self) -> str:
        return CITIZEN

    @property
    def secret(self) -> str:
        """A file that others can read is no secret (S03)."""
        try:
            if self.secret_file.stat().st_mode & 0o077:
                raise LoginMisconfigured(f"密钥文件 {self.secret_file} 其他用户可读；请执行 chmod 600 {self.secret_file}")
            found = self.secret_file.read_text(encoding="ascii").strip()
        except (OSError, ValueError) as error:
            raise LoginMisconfigured(f"密钥文件 {self.secret_file} 读不了；请核对路径和内容") from error
        if len(found) < 16:
            raise LoginMisconfigured(f"密钥文件 {self.secret_file} 的内容太短；请换用身份认证平台给的客户端密钥")
        return found


class StaffDoor(Door):
    """Without a second factor nobody of the staff comes in, so it has to be said what one looks like."""

    second_factor: SecondFactor

    @property
    def kind(self) -> str:
        return STAFF


class Doors(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    citizen: Door | None = None
    staff: StaffDoor | None = None


def doors_of(settings: Settings) -> list[Door]:
    """Raises `LoginMisconfigured` with file, place and cure; also where a secret cannot be read."""
    path = settings.login_file
    if path is None:
        return []
    try:
        found = Doors.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except (OSError, ValueError, yaml.YAMLError) as error:
        where = ".".join(map(str, error.errors()[0]["loc"])) if isinstance(error, ValidationError) else ""
        raise LoginMisconfigured(f"登录配置 {path} 读不了{where and '：' + where}；请对照 docs/login.md 改正") from error
    doors = [_placed(door, path.parent) for door in (found.citizen, found.staff) if door]
    for door in doors:
        assert door.secret
    return doors


def _placed(door: Door, folder: Path) -> Door:
    paths = {"secret_file": folder / door.secret_file, "ca": folder / door.ca if door.ca else None}
    return door.model_copy(update=paths)
