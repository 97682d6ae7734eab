"""OpenID Connect, the only home of authlib and joserfc: code flow with PKCE, state and nonce; the ID token is judged here.

Nothing of it is trusted before it is signed by a key of the configured issuer, made for us, fresh, and for this one login.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry, extract_compact

from api.doors import Door, StaffDoor, doors_of
from onething.errors import NotAllowed, Unavailable
from onething.gateways import GatewayError
from onething.gateways.addresses import Blocked, origin_of
from onething.gateways.guarded import Answer, GuardedClient, tls_context
from onething.settings import Settings

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
LEEWAY = 60
"""Seconds by which clocks may differ."""
KEPT_SECONDS, KEYS_AGAIN_SECONDS = 3600, 60
DOWN = "统一身份认证暂时不可用；请稍后再试"
FORM = "application/x-www-form-urlencoded"


class LoginRefused(NotAllowed):
    """The identity provider said no, or what it said cannot be believed. The reason is logged, not told."""

    default_code = "login-refused"

    def __init__(self, reason: str, message: str = "") -> None:
        super().__init__(message or "登录没有成功；请回到登录页面重新登录")
        self.reason = reason


@dataclass(frozen=True)
class Ask:
    """Where to send the browser, and what has to come back."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass
class Provider:
    """One door. Its description and keys are kept for an hour; a key that is not known is looked for once a minute."""

    door: Door
    redirect_uri: str
    demo: bool = False
    _kept: dict[str, tuple[float, Mapping[str, Any]]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, *, anew: bool = False) -> Ask:
        """`anew`: whoever was logged in there before is not let in. Raises `Unavailable` when the provider cannot be asked."""
        described = self._described()
        state, nonce, verifier = (secrets.token_urlsafe(size) for size in (32, 32, 48))
        staff = isinstance(self.door, StaffDoor)
        more = {"prompt": "login" if staff or anew else "", "acr_values": _joined(self.door) if staff else ""}
        url = prepare_grant_uri(
            described["authorization_endpoint"], self.door.client_id, "code", redirect_uri=self.redirect_uri,
            scope=self.door.scope, state=state, nonce=nonce, code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256", **{name: value for name, value in more.items() if value},
        )
        return Ask(url, state, nonce, verifier)

    def finish(self, code: str, nonce: str, verifier: str, now: float) -> Mapping[str, Any]:
        """The judged claims. Raises `LoginRefused`, `Unavailable`."""
        token = self._token(code, verifier)
        claims = self._judged(str(token.get("id_token") or ""), nonce, str(token.get("access_token") or ""), now)
        if self.door.claims.id_no in claims or isinstance(self.door, StaffDoor):
            return claims
        return self._told_more(claims, str(token.get("access_token") or ""))

    def _token(self, code: str, verifier: str) -> Mapping[str, Any]:
        url = self._described()["token_endpoint"]
        body = prepare_token_request("authorization_code", redirect_uri=self.redirect_uri, code=code, code_verifier=verifier)
        headers: dict[str, str] = {"Content-Type": FORM}
        ClientAuth(self.door.client_id, self.door.secret).prepare("POST", url, headers, body)
        answer = self._call("POST", url, headers, body.encode())
        if answer.status != 200 or not answer.body.get("id_token"):
            raise LoginRefused(f"the token endpoint answered {answer.status}")
        return answer.body

    def _judged(self, token: str, nonce: str, access_token: str, now: float) -> Mapping[str, Any]:
        described = self._described()
        offered = described.get("id_token_signing_alg_values_supported") or ["RS256"]
        registry = JWSRegistry(algorithms=[one for one in ALGORITHMS if one in offered], strict_check_header=False)
        options = {
            "iss": {"essential": True, "value": self.door.issuer},
            "aud": {"essential": True, "value": self.door.client_id},
        }
        params = {"nonce": nonce, "client_id": self.door.client_id, "access_token": access_token}
        try:
            found = jwt.decode(token, self._keys(_key_id(token)), registry=registry)
            claims = CodeIDToken(found.claims, found.header, options, params)
            claims.validate(now=int(now), leeway=LEEWAY)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise LoginRefused(f"ID token: {type(error).__name__} {error}"[:200]) from error
        if not isinstance(claims["sub"], str) or not 1 <= len(claims["sub"]) <= 150:
            raise LoginRefused("ID token: no usable sub")
        return dict(claims)

    def _told_more(self, claims: Mapping[str, Any], access_token: str) -> Mapping[str, Any]:
        """What the ID token leaves out, for the same person only. The token's own claims stand."""
        url = self._described().get("userinfo_endpoint")
        if not url or not access_token:
            return claims
        answer = self._call("GET", url, {"Authorization": f"Bearer {access_token}"})
        if answer.status != 200 or answer.body.get("sub") != claims["sub"]:
            raise LoginRefused(f"the userinfo endpoint answered {answer.status}, or for somebody else")
        return {**answer.body, **claims}

    def _described(self) -> Mapping[str, Any]:
        found = self._fetched(f"{self.door.issuer.rstrip('/')}/.well-known/openid-configuration", KEPT_SECONDS)
        if found.get("issuer") != self.door.issuer or not {"authorization_endpoint", "token_endpoint", "jwks_uri"} <= set(found):
            raise Unavailable(DOWN, code="login-unavailable")
        if urlsplit(found["authorization_endpoint"]).scheme != "https" and not self.demo:
            raise Unavailable(DOWN, code="login-unavailable")
        return found

    def _keys(self, key_id: str | None) -> KeySet:
        """The provider's public keys; looked for again where the token names one that is not among them."""
        url = self._described()["jwks_uri"]
        found = self._fetched(url, KEPT_SECONDS)
        if key_id not in {key.get("kid") for key in found.get("keys", [])}:
            found = self._fetched(url, KEYS_AGAIN_SECONDS)
        return KeySet.import_key_set({"keys": [key for key in found.get("keys", []) if key.get("kty") != "oct"]})

    def _fetched(self, url: str, keep: float) -> Mapping[str, Any]:
        with self._lock:
            at, found = self._kept.get(url, (0.0, {}))
            if not found or time.monotonic() - at > keep:
                answer = self._call("GET", url, {})
                if answer.status != 200:
                    raise Unavailable(DOWN, code="login-unavailable")
                found = answer.body
                self._kept[url] = time.monotonic(), found
            return found

    def _call(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        """Only to the provider's own addresses, without redirects (S17)."""
        try:
            origins = [origin_of(one, internal=self.door.internal) for one in (self.door.issuer, *self.door.hosts)]
            tls = tls_context(str(self.door.ca)) if self.door.ca else None
            return GuardedClient(origins, demo=self.demo, tls=tls).call(method, url, headers, body)
        except (GatewayError, Blocked) as error:
            raise Unavailable(DOWN, code="login-unavailable") from error


def providers(settings: Settings) -> dict[str, Provider]:
    """Those of the doors that are open, by kind."""
    return {
        door.kind: Provider(door, f"{settings.base_url}/login/{door.kind}/back", settings.demo) for door in doors_of(settings)
    }


def has_second_factor(door: StaffDoor, claims: Mapping[str, Any]) -> bool:
    """What the ID token says of how somebody showed who they are (S21)."""
    methods = claims.get("amr")
    said = {one for one in methods if isinstance(one, str)} if isinstance(methods, list) else set()
    return claims.get("acr") in door.second_factor.acr or not said.isdisjoint(door.second_factor.amr)


def _joined(door: StaffDoor) -> str:
    return " ".join(door.second_factor.acr)


def _key_id(token: str) -> str | None:
    """The key that the token names; nothing else of it is read before it is judged."""
    return extract_compact(token.encode()).headers().get("kid")
