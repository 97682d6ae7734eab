"""`settle.py provision`: everybody and every model. `settle.py submit <cases> <open>`: that many cases, handed in.

Only the first `open` are handed in now; for each of the others the answer names the outbox entries that wait until it is
their turn. Prints one line of JSON.
"""

import json
import os
import sys
from pathlib import Path

import psycopg

from onething.catalogue import load_catalogue
from onething.engine import identity
from onething.engine.client import EngineClient
from onething.engine.deploy import deploy

HOME, VAR = Path(os.environ["BENCH_HOME"]), Path(os.environ["ONETHING_VAR"])
CASE = ("open-restaurant", ("food-business-license", "fire-safety-inspection", "urban-drainage-permit"))
ANSWERS = {"fire_area_reached": True}
HOLD = "UPDATE outbox SET next_at = next_at + interval '50 years' WHERE id > %s RETURNING id"

if (HOME / "simulation").is_dir():  # the first working version has its town with the tests
    from simulation.answers import YES
    from simulation.town import Town
else:
    from town import YES, Town


def provision(admin):
    VAR.mkdir(parents=True, exist_ok=True)
    identity.provision(admin, load_catalogue(HOME), VAR / identity.USERS_FILE)
    deploy(HOME, admin)
    return {"answers": YES}


def submit(admin, cases, at_once):
    town = Town(HOME, VAR, admin)
    url = os.environ["ONETHING_DATABASE_URL"].replace("postgresql+psycopg", "postgresql")
    held = []
    with psycopg.connect(url, autocommit=True) as store:
        for number in range(cases):
            before = store.execute("SELECT coalesce(max(id), 0) FROM outbox").fetchone()[0]
            town.submit(*CASE, answers=ANSWERS)
            if number >= at_once:
                held.append([row[0] for row in store.execute(HOLD, (before,))])
    return {"held": held}


def main():
    admin = EngineClient(os.environ["ONETHING_ENGINE_URL"], os.environ["BENCH_USER"], os.environ["BENCH_PASSWORD"])
    what, *numbers = sys.argv[1:]
    answer = provision(admin) if what == "provision" else submit(admin, *map(int, numbers))
    print(json.dumps(answer, ensure_ascii=False))


if __name__ == "__main__":
    main()
