"""onething: one case (办件) for one thing (一件事). Shared by the edges `api/`, `workers/` and `onething.cli`.

catalogue   what the city offers, read from catalogue/*.yaml       eligibility  answers -> items and materials (pure)
cases       states of a case and the moves between them (pure)     deadlines    working-day clocks and ledgers (pure)
engine      only home of pycamunda and the task client             store        only home of sqlalchemy
modelling   only home of lxml: draw, sync and lint models          papers       only home of typst and pyhanko
gateways    outside systems                                        vocabulary   terms, Chinese and English
"""

__version__ = "0.1.0"
