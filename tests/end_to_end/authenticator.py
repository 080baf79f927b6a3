"""An authenticator app as people have on their phones, written from the standards: TOTP (RFC 6238) over HOTP (RFC 4226)."""
import base64
import hashlib
import hmac
import struct
import time

STEP = 30  # seconds


def code(secret, steps=0):
    """What the app shows that was given this secret in base32; so many steps from now."""
    return code_at(base64.b32decode(secret), int(time.time()) // STEP + steps)


def code_at(secret, step):
    digest = hmac.new(secret, struct.pack(">Q", step), hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset:offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"
