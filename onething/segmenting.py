"""Chinese text cut into words to search by; the only home of rjieba. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterator, Mapping, Sequence
from functools import lru_cache
from types import ModuleType

import rjieba

from onething.numerals import number_of

LETTERS = re.compile(r"[^\W_]+")
NUMERALS = re.compile("(?:[一二三四五六七八九]百零?)?(?:[一二三四五六七八九]?十)?[一二三四五六七八九]?")
LONGEST = 6  # parts of an everyday expression
TERM_FREQUENCY = 100_000  # high enough that the dictionary's smaller words never win
TERMS = (
    "网约车", "公租房", "个体户", "个体工商户", "公积金", "失业金", "退役金", "水电气", "二手房", "新生儿", "环评", "市本级",
    "食品经营许可", "排水许可", "取水许可", "卫生许可", "养殖证", "烟草证", "健康证明", "未成年人", "三孩",
    "灵活就业", "执业药师", "什么时候",
)
# Words that say nothing of what is asked; how long, how much, where and who do say something and stay.
SAYING_NOTHING = """
的 了 吗 呢 吧 啊 呀 么 嘛 哦 是 在 和 与 或 或者 及 以及 也 都 就 还 又 再 才 很 太 真 把 被 给 让 向 从 对 对于 关于
为 以 于 而 但 但是 如果 因为 所以 然后 之 其 其中 这 那 这个 那个 这些 那些 这样 那样 这里 那里 我 你 您 他 她 它
我们 你们 他们 自己 咱 俺 人家 一个 一下 一些 个 些 件 请 请问 问 问问 想 想要 想问 想办 想开 打算 准备 帮 帮我 麻烦
谢谢 你好 您好 知道 觉得 说 需要 需 要 能 可以 可 能够 能不能 可不可以 要不要 用不用 是不是 有没有 行 行不行 行吗 不行
会 得 应 应当 应该 必须 一定 有 没 没有 还没 不 不用 不能 不会 不要 还要 也要 办 办理 办事 去办 怎么 怎样 怎么样
怎么办 咋 咋办 咋弄 怎么弄 如何 什么 啥 哪 哪些 哪个 哪种 为什么 到 去 来 里 上 下 中 时 时候 后 前 以后 之后 现在
已经 正在 一般 比如 例如 等 等等 并 并且 只 只要 只有 多 少 够 着 过 所 将 由 按 按照 如 则 即 使 人 找 每个 好几 最 非
离 下来 起来 出来 出去 过来 回来 事 事情 东西 情况 问题 手续 相关 有关 规定 好 做 搞 弄 店 爸 妈 爸爸 妈妈 父亲 母亲 我爸
我妈 老家 家里 朋友 亲戚 别人
"""
STOP_WORDS = frozenset(SAYING_NOTHING.split())
ASKING = frozenset(("谁", "哪里", "哪儿", "多久", "多大", "多少", "几天", "几年", "几个", "几次", "什么时候", "先"))


def words(text: str) -> list[str]:
    """Every word worth searching by, once, in order: whole words, each followed by the shorter words in it."""
    return list(dict.fromkeys(word for concept in concepts(text) for word in concept))


def concepts(text: str, said_for: Mapping[str, Sequence[str]] | None = None) -> list[tuple[str, ...]]:
    """Each whole word with the words that may stand in for it: shorter ones in it, or those that it is `said_for`."""
    table = said_for or {}
    found: dict[tuple[str, ...], None] = {}
    for run in LETTERS.findall(plain(text)):
        for word in _joined(_jieba().cut(run, hmm=False), table):
            if word in table:
                meant = [(one, part) for one in table[word] for part in (one, *words(one))]
                others = [part for one, part in meant if len(part) > 1 or part == one]
            elif _tells(word):
                others = [piece for piece in _jieba().cut_for_search(word, hmm=False) if _tells(piece)]
            else:
                continue
            figures = [figure for part in (word, *others) for figure in in_figures(part)]
            found[tuple(dict.fromkeys((word, *others, *figures)))] = None
    return list(found)


def in_figures(word: str) -> list[str]:
    """The number that a word of Chinese numerals from ten to 999 stands for: laws write 二十, people write 20."""
    if not NUMERALS.fullmatch(word) or not ("十" in word or "百" in word):
        return []
    return [str(number_of(word))]


def plain(text: str) -> str:
    """Full-width letters and figures as ordinary ones, small letters, one space."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def _tells(word: str) -> bool:
    return word not in STOP_WORDS


def _joined(parts: Sequence[str], table: Container[str]) -> Iterator[str]:
    """Words that follow each other and are one expression of the table become one; the longest wins."""
    start = 0
    while start < len(parts):
        ends = range(min(len(parts), start + LONGEST), start + 1, -1)
        end = next((end for end in ends if "".join(parts[start:end]) in table), start + 1)
        yield "".join(parts[start:end])
        start = end


@lru_cache
def _jieba() -> ModuleType:
    """The one that comes with the import: another would hold the dictionary's 25 MiB a second time."""
    for term in TERMS:
        rjieba.add_word(term, TERM_FREQUENCY, "n")
    return rjieba
