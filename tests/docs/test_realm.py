"""The documented Keycloak realm holds what the front door relies on (S20, S21). One is started by
`make prove`: tests/proxy/test_keycloak.py."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.doors import Doors
from onething.catalogue import Catalogue
from onething.engine.roster import roster_of

HOME = Path(__file__).resolve().parents[2]
REALM = json.loads((HOME / "docker" / "keycloak" / "realm.json").read_text(encoding="utf-8"))
DOORS = Doors.model_validate(yaml.safe_load((HOME / "docker" / "keycloak" / "login.yaml").read_text(encoding="utf-8")))
FLOWS = {flow["alias"]: flow for flow in REALM["authenticationFlows"]}


def client(name: str) -> dict[str, Any]:
    return next(one for one in REALM["clients"] if one["clientId"] == name)


def executions(flow: dict[str, Any]) -> list[dict[str, Any]]:
    """Of the flow and of all flows in it."""
    found = list(flow["authenticationExecutions"])
    return found + [one for step in found if "flowAlias" in step for one in executions(FLOWS[step["flowAlias"]])]


@pytest.mark.parametrize("door", ["citizen", "staff"])
def test_s20_each_client_may_do_the_code_flow_with_pkce_and_nothing_else(door: str) -> None:
    found = client(getattr(DOORS, door).client_id)
    assert (found["publicClient"], found["standardFlowEnabled"]) == (False, True)
    assert not any(found[flag] for flag in ("implicitFlowEnabled", "directAccessGrantsEnabled", "serviceAccountsEnabled"))
    assert found["attributes"]["pkce.code.challenge.method"] == "S256"
    assert found["redirectUris"] == [f"https://ywt.example.gov.cn/login/{door}/back"], "one address, no pattern"
    assert found["webOrigins"] == []
    assert {"profile", "acr"} <= set(found["defaultClientScopes"])


@pytest.mark.parametrize("door", ["citizen", "staff"])
def test_s21_the_token_has_the_claims_that_the_login_file_names(door: str) -> None:
    wanted = getattr(DOORS, door).claims
    names = {wanted.name, wanted.groups} if door == "staff" else {
        wanted.name, wanted.id_no, wanted.phone, wanted.company_no, wanted.company_name}
    mappers = {one["config"]["claim.name"]: one for one in client(getattr(DOORS, door).client_id)["protocolMappers"]}
    assert set(mappers) == names
    assert all(one["config"]["id.token.claim"] == "true" for one in mappers.values())
    [kept] = REALM["components"]["org.keycloak.userprofile.UserProfileProvider"]
    profile = json.loads(kept["config"]["kc.user.profile.config"][0])
    editable = {one["name"]: one["permissions"]["edit"] for one in profile["attributes"]}
    read = {one["config"]["user.attribute"] for one in mappers.values() if "user.attribute" in one["config"]}
    assert all(editable[name] == ["admin"] for name in read), "nobody writes one's own id number"


def test_s21_staff_always_give_password_and_one_time_code_and_the_token_says_so() -> None:
    staff = client(DOORS.staff.client_id)
    flow = next(one for one in FLOWS.values() if one.get("id") == staff["authenticationFlowBindingOverrides"]["browser"])
    required = {one["authenticator"] for one in executions(flow) if one["requirement"] == "REQUIRED"}
    assert {"auth-username-password-form", "auth-otp-form", "conditional-level-of-authentication"} <= required
    levels = {one["alias"]: one["config"] for one in REALM["authenticatorConfig"]}
    used = [levels[one["authenticatorConfig"]] for one in executions(flow) if "authenticatorConfig" in one]
    assert [one["loa-condition-level"] for one in used] == ["1", "2"]
    assert used[1]["loa-max-age"] == "0", "the code is asked for at every login"
    [accepted] = DOORS.staff.second_factor.acr
    assert json.loads(REALM["attributes"]["acr.loa.map"])[accepted] == 2
    assert staff["attributes"]["minimum.acr.value"] == accepted


def test_s21_passwords_are_long_and_guessing_is_slow() -> None:
    assert re.search(r"\blength\((1[2-9]|[2-9]\d)\)", REALM["passwordPolicy"])
    assert REALM["bruteForceProtected"]
    assert REALM["failureFactor"] <= 10
    assert not REALM["registrationAllowed"]
    assert REALM["sslRequired"] in ("external", "all")
    assert not REALM["otpPolicyCodeReusable"]


def test_the_groups_of_the_example_are_those_of_the_catalogue(catalogue: Catalogue) -> None:
    named = {inner["name"] for outer in REALM["groups"] for inner in outer["subGroups"]}
    assert named
    assert named <= set(roster_of(catalogue).groups)


def test_s03_the_realm_holds_no_secret_and_nobody() -> None:
    text = json.dumps(REALM)
    assert "secret\":" not in text
    assert "users" not in REALM
    assert "privateKey" not in text
    for door in (DOORS.citizen, DOORS.staff):
        assert door.issuer.endswith(f"/realms/{REALM['realm']}")
