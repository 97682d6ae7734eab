"""Frequent questions in SQLite and PostgreSQL: written only where they differ, found by words, safe from any words."""

import threading
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from onething.store import Store, knowledge
from onething.store.session import MIGRATIONS
from onething.store.tables import Base
from onething.store.tables_knowledge import KnownAnswer

CITY, DISTRICT = "410100", "410105"


def entry(bundle: str, position: int, question: str, answer: str, thing: str = "", **more: Any) -> dict[str, Any]:
    """`question` and `answer` are words with blanks between them."""
    return {
        "bundle": bundle, "district": CITY, "position": position, "question": question, "answer": answer,
        "owner": "market", "source": "办事指南", "confirmed": False, "guide_version": "v1", "question_words": question,
        "thing_words": thing, "answer_words": answer,
    } | more


ENTRIES = [
    entry("restaurant", 0, "健康证 餐饮 人员", "每年 体检", "饭店"),
    entry("restaurant", 1, "排水 许可", "饭店 健康证 污水 x", "饭店"),
    entry("pharmacy", 0, "执业药师 注册", "药店 健康证 排水", "药店"),
]


def fill(store: Store, entries: list[dict[str, Any]]) -> int:
    with store.transaction() as session:
        return knowledge.refresh(session, entries)


def found(store: Store, *words: str, district: str = CITY, limit: int = 10) -> list[tuple[str, int]]:
    with store.reading() as session:
        return [(row.bundle, row.position) for row in knowledge.find(session, words, district, limit)]


def test_the_migrated_table_is_the_one_of_the_code(store: Store) -> None:
    with store.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    ours = [entry for entry in differences if "knowledge_entry" in str(entry)]
    beside = [entry for entry in ours if entry[0] not in ("remove_column", "remove_index")]  # PostgreSQL's own search column
    assert beside == []
    assert "knowledge_search" not in Base.metadata.tables


def test_the_migration_goes_back_and_forth(store: Store) -> None:
    fill(store, ENTRIES)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = store.engine
    command.downgrade(config, "0007")
    assert [name for name in inspect(store.engine).get_table_names() if name.startswith("knowledge")] == []
    store.migrate()
    assert fill(store, ENTRIES) == 3
    assert found(store, "体检") == [("restaurant", 0)]


def test_r30_only_what_differs_is_written_and_the_index_follows(store: Store) -> None:
    assert fill(store, ENTRIES) == 3
    with store.reading() as session:
        before = {row.id for row in session.query(KnownAnswer)}
    assert fill(store, ENTRIES) == 0
    changed = ENTRIES[0] | {"question_words": "体温", "answer_words": "新词"}
    assert fill(store, [changed, ENTRIES[2], entry("hotel", 0, "旅馆", "消防")]) == 3, "one changed, one gone, one new"
    with store.reading() as session:
        assert len({row.id for row in session.query(KnownAnswer)} & before) == 2
        assert knowledge.size(session) == 3
        assert knowledge.count(session, ["健康证", "新词", "体检", "旅馆"]) == {"健康证": 1, "新词": 1, "旅馆": 1}
    assert found(store, "体检") == []
    assert found(store, "新词") == [("restaurant", 0)]
    assert found(store, "污水") == []
    assert found(store, "旅馆") == [("hotel", 0)]


def test_r28_the_question_weighs_more_than_the_thing_and_that_more_than_the_answer(store: Store) -> None:
    fill(store, ENTRIES)
    assert found(store, "健康证")[0] == ("restaurant", 0)
    assert set(found(store, "健康证")) == {("restaurant", 0), ("restaurant", 1), ("pharmacy", 0)}
    assert found(store, "排水")[0] == ("restaurant", 1)
    assert found(store, "药店", "排水")[0] in {("restaurant", 1), ("pharmacy", 0)}
    assert found(store, "执业药师", "排水", "没有的词")[0] == ("pharmacy", 0), "the rare word decides"
    assert len(found(store, "健康证", limit=2)) == 2


def test_r27_a_districts_own_entries_stand_in_for_the_citys(store: Store) -> None:
    own = entry("restaurant", 0, "健康证 本区", "网上 预约", "饭店", district=DISTRICT, guide_version="v2")
    fill(store, [*ENTRIES, own])
    with store.reading() as session:
        rows = knowledge.find(session, ["健康证"], DISTRICT, 10)
        assert [(row.bundle, row.district, row.guide_version) for row in rows] == [
            ("restaurant", DISTRICT, "v2"), ("pharmacy", CITY, "v1"),
        ]
        assert {row.district for row in knowledge.find(session, ["健康证"], CITY, 10)} == {CITY}
        assert {row.district for row in knowledge.find(session, ["健康证"], "410122", 10)} == {CITY}
        assert knowledge.find(session, ["健康证"], "110105", 10) == [], "another city knows nothing of this one"


HOSTILE = [
    '" OR * NEAR(', '"', '""', "'", "''; DROP TABLE knowledge_entry; --", "question_words:健康证", "健康证*", "(", ")", "*",
    "^健康证", "健康证 AND", "NOT", "NEAR(健康证 排水, 2)", "-健康证", "{a b}:c", ":*", "!", "&", "|", "<->", "\\", "\0",
    "健\0康证", "%", "_", ":word", "😀", "a" * 5000, " ", "",
]


@pytest.mark.parametrize("word", HOSTILE, ids=range(len(HOSTILE)))
def test_no_word_is_an_operator_and_none_fails(store: Store, word: str) -> None:
    fill(store, ENTRIES)
    assert isinstance(found(store, word), list)
    assert ("restaurant", 0) in found(store, word, "健康证")
    with store.reading() as session:
        assert isinstance(knowledge.count(session, [word]), dict)
        assert knowledge.size(session) == 3


def test_nothing_asked_finds_nothing_and_thousands_of_words_are_cut(store: Store) -> None:
    fill(store, ENTRIES)
    assert found(store) == []
    assert found(store, "健康证", *(f"词{number}" for number in range(5000)))


def test_processes_that_start_together_fill_it_once(store: Store) -> None:
    changes: list[int] = []
    threads = [threading.Thread(target=lambda: changes.append(fill(store, ENTRIES))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(changes) == [0, 0, 0, 3]
