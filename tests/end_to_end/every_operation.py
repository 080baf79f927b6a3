"""Every operation as /openapi.json of the contract has it, with a request that the shop takes, for tests that change
each such request in one place. The requests themselves are those of authorization_test.py. Run from the root of the
project.
"""
import copy
import json
from dataclasses import dataclass, field
from pathlib import Path

from authorization_test import EXAMPLES, World, number
from running_shop import connection_to

CONTRACT = json.loads(Path("contracts/generated/openapi.json").read_text())
ASKED_BY = ("customer", "book_manager", "operator")  # the first of them that may


def resolved(schema):
    while "$ref" in schema:
        found = CONTRACT
        for name in schema["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        schema = found
    return schema


@dataclass
class Operation:
    name: str
    method: str
    path: str
    roles: list
    parameters: dict = field(default_factory=dict)  # (in, name): schema
    body: dict | None = None  # schema of a JSON body
    media: str | None = None


def operations():
    for path, methods in CONTRACT["paths"].items():
        for method, said in methods.items():
            content = said.get("requestBody", {}).get("content", {})
            media = next(iter(content), None)
            yield Operation(
                said["operationId"], method.upper(), path, list(ASKED_BY) if "signed_in" in said["x-roles"] else said["x-roles"],
                {(it["in"], it["name"]): it["schema"] for it in map(resolved, said.get("parameters", []))},
                resolved(content[media]["schema"]) if media == "application/json" else None, media)


def texts_of(schema, value, way=()):
    """(way, schema) of every text that a body may have, at the places that its example has and those that it leaves out."""
    schema = resolved(schema)
    if "oneOf" in schema:
        fits = next(it for it in map(resolved, schema["oneOf"]) if set(it["required"]) <= value.keys()
                    and value.get("status", "") in (resolved(it["properties"].get("status", {})).get("enum") or [""]))
        yield from texts_of(fits, value, way)
    elif schema.get("type") == "string":
        yield way, schema
    elif schema.get("type") == "array":
        yield from texts_of(schema["items"], value[0] if value else None, (*way, 0))
    elif schema.get("type") == "object":
        for name, member in schema["properties"].items():
            yield from texts_of(member, (value or {}).get(name), (*way, name))


def with_text(body, way, text):
    """The body with this text at that place."""
    changed = copy.deepcopy(body)
    place = changed
    for name, after in zip(way, way[1:]):
        if isinstance(place, dict) and not place.get(name):
            place[name] = [None] if after == 0 else {}
        place = place[name]
    place[way[-1]] = text
    return changed


class Asked:
    """What the shop answered: status, header fields, the body as bytes and as JSON."""

    def __init__(self, answer):
        self.status, self.fields, self.bytes = answer.status, answer.headers, answer.read()
        is_json = "json" in (answer.getheader("Content-Type") or "")
        self.json = json.loads(self.bytes) if self.bytes and is_json else None


class EveryOperation(World):
    """A shop with people, editions and rentals in which any operation can be asked with anything."""

    def __init__(self, shop):
        self.kept = {}  # by the address that it comes from: a connection
        super().__init__(shop)

    def close(self):
        for connection in self.kept.values():
            connection.close()

    def token_for(self, operation):
        role = next((it for it in ASKED_BY if it in operation.roles), None)
        return self.people[role]["access_token"] if role else None

    def example(self, operation):
        """In the path, in the query, the header fields and the body of a request that is as it should be."""
        in_path, body, headers = EXAMPLES[operation.name](self)
        query = {}
        for name, value in list(in_path.items()):  # a signed link brings its query along with the last part of its path
            if "?" in value:
                in_path[name], _, text = value.partition("?")
                query = dict(pair.split("=", 1) for pair in text.split("&"))
        return in_path, query, headers, body

    def ask_raw(self, method, target, body=None, fields=None, source="127.0.0.1"):
        """`target` as it is to stand in the request line; `body` bytes, text or what becomes JSON."""
        connection = self.kept.get(source) or self.kept.setdefault(source, connection_to(self.shop.port, source=source))
        if body is not None and not isinstance(body, (bytes, str)):
            body, fields = json.dumps(body), {"Content-Type": "application/json", **fields}
        try:
            connection.request(method, target, body, fields or {})
            return Asked(connection.getresponse())
        except OSError:  # the shop ends a connection after what it will not read
            connection.close()
            connection.request(method, target, body, fields or {})
            return Asked(connection.getresponse())

    def expect_answer(self, method, path, body=None, token=None, fields=None):
        """The JSON of an answer that says yes."""
        fields = {"Idempotency-Key": f"expected-{next(number)}", **(fields or {}), **({"Authorization": f"Bearer {token}"} if token else {})}
        answer = self.ask_raw(method, path, body, fields)
        assert answer.status < 300, (method, path, answer.status, answer.bytes)
        return answer.json
