"""A small OpenID provider as a process of its own: code flow with PKCE, and on request every lie a client must see through.

`python identity_provider.py PORT [CERTIFICATE]` serves until it is killed, with a certificate over TLS.
POST /next says who logs in next and what is wrong with the answer.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import ssl
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "onething", "a secret of thirty-two characters"


class Provider:
    def __init__(self, port: int, scheme: str = "http") -> None:
        self.issuer = f"{scheme}://127.0.0.1:{port}"
        self.key, self.foreign = (RSAKey.generate_key(2048, {"kid": "first", "use": "sig"}) for _ in range(2))
        self.codes: dict[str, dict[str, str]] = {}
        self.claims: dict[str, Any] = {"sub": "nobody"}
        self.wrong, self.asked = "", {}

    def described(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer if self.wrong != "discovery" else "https://elsewhere.example",
            "authorization_endpoint": f"{self.issuer}/authorize", "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys", "userinfo_endpoint": f"{self.issuer}/userinfo",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser goes back to: here nobody types a password."""
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        self.asked, code = asked, secrets.token_urlsafe(16)
        self.codes[code] = asked
        answer = {"error": "access_denied"} if self.wrong == "denied" else {"code": code}
        return f"{asked['redirect_uri']}?{urlencode(answer | {'state': asked['state']})}"

    def token(self, form: dict[str, str], authorization: str) -> dict[str, str] | None:
        wanted = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or authorization != wanted or form["redirect_uri"] != asked["redirect_uri"]:
            return None
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if challenge != asked["code_challenge"]:
            return None
        return {"access_token": "access", "token_type": "Bearer", "id_token": self.id_token(asked["nonce"])}

    def id_token(self, nonce: str) -> str:
        now, wrong = int(time.time()), self.wrong
        half = base64.urlsafe_b64encode(hashlib.sha256(b"access" if wrong != "at-hash" else b"other").digest()[:16])
        claims = {
            "iss": self.issuer if wrong != "issuer" else "https://elsewhere.example", "iat": now,
            "aud": CLIENT if wrong != "audience" else "another", "nonce": nonce if wrong != "nonce" else "another",
            "exp": now + 300 if wrong != "expired" else now - 120, "at_hash": half.rstrip(b"=").decode(), **self.claims,
        }
        if wrong == "no-nonce":
            del claims["nonce"]
        if wrong == "two-audiences":
            claims |= {"aud": [CLIENT, "another"], "azp": "another"}
        if wrong == "id-info":
            claims = {name: value for name, value in claims.items() if name not in ("name", "id_no")}
        if wrong == "no-algorithm":
            return f"{_part({'alg': 'none'})}.{_part(claims)}."
        if wrong == "public-key-as-secret":
            head = f"{_part({'alg': 'HS256', 'kid': self.key.kid})}.{_part(claims)}"
            mac = hmac.digest(self.key.as_pem(private=False), head.encode(), "sha256")
            return f"{head}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
        key = self.foreign if wrong == "key" else self.key
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, key)

    def userinfo(self) -> dict[str, Any]:
        return self.claims | ({"sub": "somebody else"} if self.wrong == "userinfo" else {})

    def next(self, told: dict[str, Any]) -> None:
        self.claims, self.wrong = told["claims"], told.get("wrong", "")
        if self.wrong == "new-key":
            self.key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig"})


def _part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def serve(port: int, certificate: str = "") -> None:
    provider = Provider(port, "https" if certificate else "http")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, query = urlsplit(self.path).path, dict(parse_qsl(urlsplit(self.path).query))
            if path == "/authorize":
                self.send_response(303)
                self.send_header("Location", provider.authorize(query))
                self.end_headers()
                return
            keys = {"keys": [provider.key.as_dict(private=False)]}
            self._answer({
                "/.well-known/openid-configuration": provider.described(), "/keys": keys, "/userinfo": provider.userinfo(),
                "/asked": provider.asked,
            }.get(path))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if self.path == "/next":
                provider.next(json.loads(body))
                return self._answer({})
            return self._answer(provider.token(dict(parse_qsl(body)), self.headers.get("Authorization", "")))

        def _answer(self, found: dict[str, Any] | None) -> None:
            content = json.dumps(found if found is not None else {"error": "invalid_grant"}).encode()
            self.send_response(200 if found is not None else 400)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()


if __name__ == "__main__":
    serve(int(sys.argv[1]), *sys.argv[2:])
