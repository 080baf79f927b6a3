"""Access tokens that the shop must not believe, each wrong in one point alone. The shop's own key signs where the
signature is not that point, so that nothing else can be what it is refused for. Signing is done by openssl.
"""
import base64
import hashlib
import hmac
import json
import subprocess
import time
from pathlib import Path

# SEC 1, appendix C.4: a private key on P-256, of which the point is left out; and RFC 5480 around a point.
PRIVATE_KEY = (bytes.fromhex("30310201010420"), bytes.fromhex("a00a06082a8648ce3d030107"))
PUBLIC_KEY = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def bytes_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def part(value) -> str:
    return base64url(json.dumps(value).encode())


def pem(kind: str, der: bytes) -> str:
    return f"-----BEGIN {kind}-----\n{base64.encodebytes(der).decode()}-----END {kind}-----\n"


def signature(scalar: bytes, text: str, folder: Path) -> bytes:
    key = folder / "signing.pem"
    key.write_text(pem("EC PRIVATE KEY", scalar.join(PRIVATE_KEY)))
    der = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key], input=text.encode(), capture_output=True,
                         check=True).stdout
    key.unlink()
    first = der[4:4 + der[3]]
    second = der[6 + der[3]:]
    return b"".join(number.lstrip(b"\0").rjust(32, b"\0") for number in (first, second))


def forged_tokens(genuine: str, jwk: dict, secrets: Path, folder: Path) -> tuple[str, dict]:
    """A token signed anew that is right in every point, to prove that this can be done; then those that are not.

    `jwk` is the published key that has signed `genuine`; `secrets` holds the shop's own keys.
    """
    header, claims = (json.loads(bytes_of(text)) for text in genuine.split(".")[:2])
    claims["roles"] = ["customer", "book_manager", "operator"]
    lines = dict(line.split(" ", 1) for line in (secrets / "token-keys").read_text().splitlines())
    scalar, now = bytes_of(lines["current"]), int(time.time())

    def signed(header=header, scalar=scalar, **other_claims):
        text = part(header) + "." + part({**claims, **other_claims})
        return text + "." + base64url(signature(scalar, text, folder))

    public = pem("PUBLIC KEY", PUBLIC_KEY + b"\4" + bytes_of(jwk["x"]) + bytes_of(jwk["y"]))
    by_hmac = part({**header, "alg": "HS256"}) + "." + part(claims)
    digest = hmac.new(public.encode(), by_hmac.encode(), hashlib.sha256).digest()
    return signed(), {
        "alg none": part({**header, "alg": "none"}) + "." + part(claims) + ".",
        "HS256 with the public key": by_hmac + "." + base64url(digest),
        "expired": signed(iat=now - 3600, nbf=now - 3600, exp=now - 60),
        "wrong audience": signed(aud="another shop"),
        "wrong kid": signed(header={**header, "kid": base64url(hashlib.sha256(b"nobody's").digest())}),
        "another's key": signed(scalar=hashlib.sha256(b"another's key").digest()),
    }
