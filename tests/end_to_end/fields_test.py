#!/usr/bin/env python3
"""Who may read and set which fields: each member that the contract knows of anything, added to each body and each query
that has it not, is refused by its name; each answer to each role has the members of its contract and no other.

Run from the root of the project.
"""
import json
import sys
import tempfile

from authorization_test import ENDS_SESSIONS, PASSWORD, number
from every_operation import ASKED_BY, CONTRACT, EveryOperation, operations, resolved
from running_shop import Shop, add_operator

FORM_OF_OTHERS = "take_sandbox_webhook"  # what is not named in it is ignored: the provider's own form grows
KNOWN = sorted({name for schema in CONTRACT["components"]["schemas"].values() for name in schema.get("properties", {})}
               | {name for operation in operations() for _, name in operation.parameters})


def objects_of(schema, body, way=()):
    """(way, names) of each object in a body: where it stands, and which members it may have."""
    schema = resolved(schema)
    if schema.get("type") == "object":
        yield way, set(schema["properties"])
        for name, member in schema["properties"].items():
            if isinstance(body.get(name), dict):
                yield from objects_of(member, body[name], (*way, name))


def with_member(body, way, name):
    if not way:
        return {**body, name: "customer"}
    return {**body, way[0]: with_member(body[way[0]], way[1:], name)}


def beyond(schema, value, way="answer"):
    """Members of an answer that its contract does not have."""
    schema = resolved(schema)
    if isinstance(value, list):
        for item in value:
            yield from beyond(schema["items"], item, way + "/0")
    elif isinstance(value, dict):
        yield from (f"{way}/{name}" for name in value.keys() - schema["properties"].keys())
        for name in value.keys() & schema["properties"].keys():
            yield from beyond(schema["properties"][name], value[name], f"{way}/{name}")


class Fields:
    def __init__(self, world):
        self.world, self.asked, self.faults = world, 0, []

    def ask(self, operation, token, query=None, change=lambda body: body):
        in_path, signed, fields, body = self.world.example(operation)
        target = operation.path.format(**in_path)
        query = {**signed, **(query or {})}
        target += "?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else ""
        fields = {"Idempotency-Key": f"field-{next(number)}", **fields, **({"Authorization": f"Bearer {token}"} if token else {})}
        self.asked += 1
        return self.world.ask_raw(operation.method, target, change(body), fields)

    def try_to_set(self, operation):
        """What is asked for besides is refused, and said to be what was wrong."""
        token, (_, signed, _, body) = self.world.token_for(operation), self.world.example(operation)
        for way, names in objects_of(operation.body, body) if operation.body and operation.name != FORM_OF_OTHERS else ():
            for name in set(KNOWN) - names:
                answer = self.ask(operation, token, change=lambda body: with_member(body, way, name))
                self.expect_refused(operation, answer, "/".join(("", *way, name)))
        for name in {it for it in KNOWN if ("query", it) not in operation.parameters} - signed.keys():
            self.expect_refused(operation, self.ask(operation, token, {name: "customer"}), name)

    def expect_refused(self, operation, answer, at):
        faults = [it["at"] for it in (answer.json or {}).get("faults", [])]
        if answer.status != 400 or at not in faults:
            self.faults.append(f"{operation.name} takes {at}: {answer.status} {answer.bytes[:200]}")

    def read_as_each_role(self, operation):
        roles = [role for role in ASKED_BY if role in operation.roles] or [None]
        for role in roles:
            answer = self.ask(operation, self.world.people[role]["access_token"] if role else None)
            said = CONTRACT["paths"][operation.path][operation.method.lower()]["responses"].get(str(answer.status), {})
            if answer.status < 300 and answer.json is not None:
                schema = resolved(said)["content"]["application/json"]["schema"]
                self.faults += [f"{operation.name} tells {role or 'anyone'} {way}" for way in beyond(schema, answer.json)]
                self.read = getattr(self, "read", set()) | {operation.name}
            if operation.name in ENDS_SESSIONS:
                self.world.sign_in_all()


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="madang-fields-") as folder:
        shop = Shop(folder)
        try:
            add_operator(shop, "keeper@example.com", PASSWORD)
            shop.start()
            fields = Fields(EveryOperation(shop))
            for operation in operations():
                fields.try_to_set(operation)
            for operation in operations():
                fields.read_as_each_role(operation)
            fields.world.close()
            print("\n".join(fields.faults) or f"{len(KNOWN)} members, {fields.asked} requests, {len(fields.read)} operations read")
            return 1 if fields.faults else 0
        finally:
            shop.end()


if __name__ == "__main__":
    sys.exit(main())
