"""What `make sbom` and `make audit` say of the lists of components (S24): their licences, and the weaknesses known of them.

`check.py licences LIST...` and `check.py weaknesses LIST...`; a list is a CycloneDX file. Exits 0 when all is well, 1 when
something is not, 2 when nobody could be asked about weaknesses: then nothing is known of them, and it says so.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

POLICY = Path(__file__).with_name("policy.yaml")
ASK = os.environ.get("ONETHING_OSV", "https://api.osv.dev/v1/querybatch")
AT_ONCE, LONGEST = 500, timedelta(days=90)


def components(files: list[str]) -> dict[str, dict[str, Any]]:
    """By package address, without what only says how it was packed."""
    found = {}
    for file in files:
        for entry in json.loads(Path(file).read_text(encoding="utf-8")).get("components", []):
            if "purl" in entry:
                found[entry["purl"].partition("?")[0]] = entry
    return found


def licences_of(entry: dict[str, Any]) -> Iterator[str]:
    for one in entry.get("licenses", []):
        if "expression" in one:
            yield from one["expression"].replace("(", "").replace(")", "").replace(" AND ", " OR ").split(" OR ")
        else:
            yield one["license"].get("id") or one["license"].get("name", "")


def check_licences(files: list[str], policy: dict[str, Any]) -> int:
    known, odd = components(files), []
    for address, entry in known.items():
        names = list(licences_of(entry))
        strange = sorted(set(names) - set(policy["licences"]))
        if strange or (not names and entry["name"] not in policy["unnamed"]):
            odd.append(f"{address}: {', '.join(strange) or 'no licence named'}")
    print(f"{len(known)} components, {len(odd)} with a licence that {POLICY.name} does not know", *odd, sep="\n")
    return 1 if odd else 0


def faults_of(entries: list[dict[str, Any]], today: date) -> list[str]:
    """What is wrong with the exceptions themselves: each names weakness, package, reason, and days at most `LONGEST` apart."""
    faults = []
    for entry in entries:
        name = entry.get("id", entry)
        if set(entry) != {"id", "package", "since", "until", "reason"} or len(str(entry.get("reason", ""))) < 20:
            faults.append(f"{name}: needs id, package, since, until and a reason in words")
        elif not entry["since"] <= entry["until"] <= entry["since"] + LONGEST:
            faults.append(f"{name}: is borne {LONGEST.days} days at most")
        elif entry["until"] < today:
            faults.append(f"{name}: was borne until {entry['until']}; bring in what mends it, or say anew why not")
    return faults


def ask(addresses: list[str]) -> list[tuple[str, str]]:
    """(weakness, package address) of all that are known; raises `OSError` when nobody answers."""
    found = []
    for start in range(0, len(addresses), AT_ONCE):
        some = addresses[start:start + AT_ONCE]
        body = json.dumps({"queries": [{"package": {"purl": address}} for address in some]}).encode()
        request = urllib.request.Request(ASK, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            results = json.load(answer)["results"]
        found += [(one["id"], address) for address, result in zip(some, results, strict=True) for one in result.get("vulns", [])]
    return found


def check_weaknesses(files: list[str], policy: dict[str, Any], today: date) -> int:
    known = components(files)
    if faults := faults_of(policy["weaknesses"], today):
        print(*faults, sep="\n")
        return 1
    try:
        found = ask(list(known))
    except (OSError, ValueError, KeyError) as error:
        print(f"NOT SCANNED: {ASK} does not answer ({error}). Nothing is known of the weaknesses of {len(known)} components.")
        return 2
    borne = {(entry["id"], entry["package"]) for entry in policy["weaknesses"]}
    rest = [f"{name}: {address}" for name, address in found if (name, known[address]["name"]) not in borne]
    print(f"{len(known)} components, {len(found)} known weaknesses, {len(rest)} of them not in {POLICY.name}", *rest, sep="\n")
    return 1 if rest else 0


def main(arguments: list[str]) -> int:
    what, *files = arguments
    policy = yaml.safe_load(POLICY.read_text(encoding="utf-8"))
    if what == "licences":
        return check_licences(files, policy)
    return check_weaknesses(files, policy, datetime.now(UTC).date())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
