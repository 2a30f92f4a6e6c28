"""Verifies an exported audit log by docs/audit.md alone; says how many entries it has."""
import hashlib
import json
import sys

FIELDS = ["id", "created_at", "actor_kind", "actor_id", "actor_name", "action", "target_kind",
          "target_id", "details", "request_id", "address"]


def netstring(text):
    data = (text or "").encode()
    return str(len(data)).encode() + b":" + data + b","


with open(sys.argv[1], encoding="utf-8") as file:
    lines = [json.loads(line) for line in file]
header, seals, head = lines[0], lines[1:-1], lines[-1]["head"]
assert header["format"] == "courtyard-audit-1"
hash_ = hashlib.sha256(f"courtyard-audit-1 {header['chain']}".encode()).digest()
for position, seal in enumerate(seals, 1):
    assert seal["position"] == position
    if "created_at" in seal:
        form = netstring("courtyard-audit-1") + b"".join(netstring(seal[f]) for f in FIELDS)
        assert hashlib.sha256(form).hexdigest() == seal["digest"], position
    hash_ = hashlib.sha256(hash_ + bytes.fromhex(seal["digest"])).digest()
    assert hash_.hex() == seal["hash"], position
assert head == {"chain": header["chain"], "position": len(seals), "hash": hash_.hex()}
print(len(seals), "entries")
