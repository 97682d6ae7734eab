def test_one(town):
    b=town.tools.catalogue.bundle("open-restaurant")
    n=town.submit("open-restaurant",[r.item for r in b.rows][:3])
    town.work(n)
    print(town.states(n), town.case(n).state)
    print(town.path(n))
