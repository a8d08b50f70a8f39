"""Tokens of callers: what opens, and everything that does not."""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from ingest.tokens import FRESH_S, PATIENCE_S, RETRY_S, KeySet, TokenError, Tokens
from schemas.errors import Misconfigured, Unavailable
from streams.api_keys import Scope
from streams.settings import AuthSettings, TokenSettings
from tests.ingest.service import Backing, running, secured

pytestmark = pytest.mark.anyio

SECRET = "thirty-two characters of a secret"
ISSUER = "https://login.example"
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())


def _claims(**more: Any) -> dict[str, Any]:
    said = {
        "iss": ISSUER,
        "aud": "bitaqa",
        "sub": "an application",
        "exp": int(time.time()) + 60,
        "tenant": "acme",
        "scope": "openid bitaqa:submit read",
    }
    return {name: value for name, value in (said | more).items() if value is not None}


def _settings(**more: Any) -> TokenSettings:
    return TokenSettings(issuer=ISSUER, audience="bitaqa", **more)


def _shared(claims: dict[str, Any], secret: str = SECRET) -> str:
    return jwt.encode(claims, secret, "HS256")


def _signed(claims: dict[str, Any], key: Any = RSA_KEY, **header: Any) -> str:
    algorithm = "RS256" if isinstance(key, rsa.RSAPrivateKey) else "ES256"
    return jwt.encode(claims, key, algorithm, headers=header)


def _jwk(key: Any, key_id: str, **more: Any) -> dict[str, Any]:
    algorithm: Any = jwt.get_algorithm_by_name(
        "RS256" if isinstance(key, rsa.RSAPrivateKey) else "ES256"
    )
    return {**algorithm.to_jwk(key.public_key(), as_dict=True), "kid": key_id, **more}


def _pem(key: Any) -> bytes:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    pem: bytes = key.public_key().public_bytes(serialization.Encoding.PEM, form)
    return pem


def _jwks(folder: Path, *keys: dict[str, Any]) -> str:
    path = folder / "jwks.json"
    path.write_text(json.dumps({"keys": keys}))
    return str(path)


async def test_a_token_says_tenant_and_scopes() -> None:
    """Scopes come with or without our prefix, as a text or as a list; others' are left out."""
    tokens = Tokens(_settings(secret=SECRET))

    first = await tokens.verify(_shared(_claims()))
    second = await tokens.verify(_shared(_claims(scope=["erase", "bitaqa:admin", 7])))
    nothing = await tokens.verify(_shared(_claims(scope=None)))

    assert (first.tenant, first.subject) == ("acme", "an application")
    assert first.scopes == {Scope.SUBMIT, Scope.READ}
    assert second.scopes == {Scope.ERASE, Scope.ADMIN}
    assert not nothing.scopes


async def test_claims_have_the_names_that_an_operator_says() -> None:
    """Identity providers name them as they like."""
    settings = _settings(secret=SECRET, tenant_claim="https://x/org", scope_claim="roles")

    claims = await Tokens(settings).verify(
        _shared(_claims(**{"https://x/org": "other", "roles": ["submit"], "tenant": None}))
    )

    assert (claims.tenant, claims.scopes) == ("other", frozenset({Scope.SUBMIT}))


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"exp": 1_000_000_000}, "credential.expired"),
        ({"exp": None}, "credential.refused"),
        ({"exp": "soon"}, "credential.refused"),
        ({"nbf": 4_102_444_800}, "credential.refused"),
        ({"iss": "https://elsewhere.example"}, "credential.refused"),
        ({"iss": None}, "credential.refused"),
        ({"aud": "somebody else"}, "credential.refused"),
        ({"aud": None}, "credential.refused"),
        ({"sub": None}, "credential.refused"),
        ({"sub": ""}, "credential.refused"),
        ({"sub": "a\nb"}, "credential.refused"),
        ({"sub": "a" * 201}, "credential.refused"),
        ({"tenant": None}, "credential.tenant"),
        ({"tenant": "../acme"}, "credential.tenant"),
        ({"tenant": "Acme"}, "credential.tenant"),
        ({"tenant": ["acme"]}, "credential.tenant"),
    ],
    ids=str,
)
async def test_claims_that_are_not_right_open_nothing(more: dict[str, Any], code: str) -> None:
    """Each claim is checked, and each that we need must be there."""
    with pytest.raises(TokenError) as caught:
        await Tokens(_settings(secret=SECRET)).verify(_shared(_claims(**more)))

    assert caught.value.code == code


async def test_clocks_may_differ_a_little() -> None:
    """A token that is over since a few seconds is still taken, within the leeway."""
    late = _shared(_claims(exp=int(time.time()) - 20))

    assert await Tokens(_settings(secret=SECRET)).verify(late)
    with pytest.raises(TokenError):
        await Tokens(_settings(secret=SECRET, leeway_s=5)).verify(late)


async def test_keys_of_a_file_verify(tmp_path: Path) -> None:
    """RSA and elliptic-curve keys, chosen by the token's key id."""
    place = _jwks(tmp_path, _jwk(RSA_KEY, "one"), _jwk(EC_KEY, "two", use="sig"))
    tokens = Tokens(_settings(keys=place))

    assert await tokens.verify(_signed(_claims(), kid="one"))
    assert await tokens.verify(_signed(_claims(), EC_KEY, kid="two"))


@pytest.mark.parametrize("key", [RSA_KEY, EC_KEY], ids=["rsa", "ec"])
async def test_a_key_in_pem_verifies(tmp_path: Path, key: Any) -> None:
    """The only key there is serves tokens that name one or none."""
    path = tmp_path / "key.pem"
    path.write_bytes(_pem(key))
    tokens = Tokens(_settings(keys=str(path)))

    assert await tokens.verify(_signed(_claims(), key))
    assert await tokens.verify(_signed(_claims(), key, kid="any"))


def _forged(header: dict[str, Any]) -> str:
    parts = [json.dumps(one).encode() for one in (header, _claims())]
    return ".".join([base64.urlsafe_b64encode(one).decode().rstrip("=") for one in parts] + [""])


def _hmac_with(key: bytes) -> str:
    """Return a token signed with a public key as if it were a shared secret."""
    claims = json.dumps(_claims()).encode()
    hmac: Any = jwt.get_algorithm_by_name("HS256")
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT","kid":"one"}').rstrip(b"=")
    signed = head + b"." + base64.urlsafe_b64encode(claims).rstrip(b"=")
    signature = base64.urlsafe_b64encode(hmac.sign(signed, key)).rstrip(b"=")
    return (signed + b"." + signature).decode()


@pytest.mark.parametrize(
    "token",
    [
        _forged({"alg": "none", "typ": "JWT"}),
        _forged({"alg": "RS256", "kid": "one"}),
        _forged({"alg": ["RS256"], "kid": "one"}),
        _forged({"kid": "one"}),
        _hmac_with(_pem(RSA_KEY)),
        _hmac_with(b""),
        _signed(_claims(), OTHER_KEY, kid="one"),
        _signed(_claims(), kid="three"),
        _signed(_claims()),
        _signed(_claims(), EC_KEY, kid="one"),
        _signed(_claims(), OTHER_KEY, kid="one", jku="http://127.0.0.1/", jwk=_jwk(OTHER_KEY, "x")),
        _signed(_claims(), kid="one")[:-8] + "AAAAAAAA",
        _signed(_claims(), kid="encrypts"),
        "..",
        "a.b.c",
        "." * 10_000,
        "ü.ü.ü",
    ],
)
async def test_forged_tokens_open_nothing(tmp_path: Path, token: str) -> None:
    """No algorithm but the key's own, no key but ours, no signature but a right one."""
    place = _jwks(
        tmp_path,
        _jwk(RSA_KEY, "one"),
        _jwk(EC_KEY, "two"),
        _jwk(RSA_KEY, "encrypts", use="enc"),
        {"kty": "oct", "kid": "three", "k": base64.urlsafe_b64encode(SECRET.encode()).decode()},
    )

    with pytest.raises(TokenError) as caught:
        await Tokens(_settings(keys=place, secret=SECRET)).verify(token)

    assert caught.value.code == "credential.refused"


@pytest.mark.parametrize(
    "settings",
    [
        TokenSettings(secret=SECRET, issuer=ISSUER),
        TokenSettings(secret=SECRET, audience="bitaqa"),
        TokenSettings(secret="short", issuer=ISSUER, audience="bitaqa"),
        TokenSettings(keys="http://keys.example/", issuer=ISSUER, audience="bitaqa"),
        TokenSettings(keys="ftp://keys.example/", issuer=ISSUER, audience="bitaqa"),
        TokenSettings(keys="/nowhere", issuer=ISSUER, audience="bitaqa"),
        TokenSettings(keys=__file__, issuer=ISSUER, audience="bitaqa"),
    ],
    ids=repr,
)
def test_settings_that_would_verify_too_little_stop_the_start(settings: TokenSettings) -> None:
    """Issuer and audience must be known, keys must be there and come over a safe way."""
    with pytest.raises(Misconfigured) as caught:
        Tokens(settings)

    assert SECRET not in str(caught.value)


class _Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


class _Source:
    """Keys that somebody else serves, and how often they were asked for."""

    def __init__(self, *keys: dict[str, Any]) -> None:
        self.keys = keys
        self.is_down = False
        self.asked = 0

    async def fetch(self) -> bytes:
        """Return the key set, or fail as a connection does."""
        self.asked += 1
        if self.is_down:
            raise OSError("refused")
        return json.dumps({"keys": self.keys}).encode()


async def test_a_new_key_is_fetched_when_a_token_names_it() -> None:
    """Rotation needs no restart, and strangers cannot make us fetch without end."""
    source, clock = _Source(_jwk(RSA_KEY, "old")), _Clock()
    keys = KeySet(source.fetch, clock)
    assert await keys.find("old")

    source.keys = (_jwk(OTHER_KEY, "new"),)
    too_soon = [await keys.find(f"guess{n}") for n in range(100)]
    asked = source.asked
    clock.now_s += PATIENCE_S
    new = await keys.find("new")

    assert not any(too_soon)
    assert asked == 1
    assert new is not None
    assert await keys.find("old") is None


async def test_old_keys_are_good_while_their_source_is_down() -> None:
    """Callers are let in as before; the source is asked again, now and then."""
    source, clock = _Source(_jwk(RSA_KEY, "one")), _Clock()
    keys = KeySet(source.fetch, clock)
    await keys.find("one")
    source.is_down = True

    clock.now_s += FRESH_S
    found = [await keys.find("one") for _ in range(10)]

    assert all(found)
    assert source.asked == 2


async def test_without_any_key_the_service_is_not_able_to_tell() -> None:
    """That is a 503, not a 401; it passes when the source is back."""
    source, clock = _Source(_jwk(RSA_KEY, "one")), _Clock()
    source.is_down = True
    keys = KeySet(source.fetch, clock)

    with pytest.raises(Unavailable):
        await keys.find("one")
    source.is_down = False
    clock.now_s += RETRY_S

    assert await keys.find("one")


@contextmanager
def _served(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its own name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/jwks"
    server.shutdown()
    thread.join()
    server.server_close()


def _answer_keys(handler: BaseHTTPRequestHandler) -> None:
    body = json.dumps({"keys": [_jwk(RSA_KEY, "one")]}).encode()
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def _answer_redirect(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(302)
    handler.send_header("Location", "http://127.0.0.1:1/")
    handler.end_headers()


def _answer_endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(1000):
        handler.wfile.write(b"[" * 65536)


async def test_a_token_opens_the_service_itself() -> None:
    """Keys come from an address; the document belongs to the tenant that the token names."""
    backing = Backing()
    with _served(_answer_keys) as url:
        settings = secured(AuthSettings(tokens=_settings(keys=url)))
        async with running(backing.app(settings), backing) as ingest:
            token = {"Authorization": f"Bearer {_signed(_claims(), kid='one')}"}
            answer = await ingest.upload(headers=token)
            over = _signed(_claims(exp=1), kid="one")
            refused = await ingest.upload(headers={"Authorization": f"Bearer {over}"})

    assert answer.status_code == 202
    assert backing.publisher.uploaded()[0].tenant == "acme"
    assert refused.status_code == 401
    assert refused.json()["code"] == "credential.expired"
    assert 'error="invalid_token"' in refused.headers["www-authenticate"]


@pytest.mark.parametrize("answer", [_answer_redirect, _answer_endless])
async def test_an_address_that_answers_something_else_is_a_503(
    answer: Callable[[BaseHTTPRequestHandler], None],
) -> None:
    """Redirects are not followed, endless answers not read."""
    backing = Backing()
    with _served(answer) as url:
        settings = secured(AuthSettings(tokens=_settings(keys=url)))
        async with running(backing.app(settings), backing) as ingest:
            token = {"Authorization": f"Bearer {_signed(_claims(), kid='one')}"}
            response = await ingest.upload(headers=token)

    assert response.status_code == 503
    assert response.json()["code"] == "jwks.unavailable"
