"""docs/process.md says what the models and the tests say."""

import json

import pytest

from tests.docs import pictures, process_page


def test_the_process_page_is_generated() -> None:
    told = "docs/process.md 过时；请运行 python -m tests.docs.process_page"
    assert process_page.PAGE.read_text(encoding="utf-8") == process_page.page(), told
    assert process_page.GUIDES.read_text(encoding="utf-8") == process_page.guides_page(), told


def test_every_requirement_of_the_process_is_listed() -> None:
    assert list(process_page.data()["requirements"]) == [f"R{number}" for number in range(28, 111)]
    guides = [*range(1, 28), *range(111, 118), 122, 125, 126, 127]
    assert list(process_page.data(process_page.GUIDES_DATA)["requirements"]) == [f"R{number}" for number in guides]


@pytest.mark.parametrize("place", ["approval#nowhere", "nobody#start", "workers/nothing.py"])
def test_a_place_that_does_not_exist_is_named(place: str) -> None:
    with pytest.raises(LookupError, match=place.split("#")[-1]):
        process_page.element(place)


def test_the_pictures_show_the_models_as_they_are() -> None:
    told = "模型已改，图片过时；请运行 python -m tests.docs.pictures"
    assert json.loads(pictures.DRAWN.read_text(encoding="utf-8")) == pictures.versions(), told
    assert all((pictures.PICTURES / f"{name}.png").stat().st_size > 5_000 for name in pictures.models())
