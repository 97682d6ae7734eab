"""What F14 and F22 look with: flat is flat, steep is steep; the large files differ and stay large."""

import io

from tests.fault.faults.f14 import growth, steep
from tests.fault.faults.f22 import Varied
from tests.uploads.corpus import MIB, padded


def test_what_grows_is_seen_and_what_is_flat_is_not() -> None:
    seen = {"flat": [50, 90, *[100] * 38], "leak": list(range(100, 140)), "short": [1, 9], "few": [24] * 30 + [27] * 10}
    assert growth(seen) == {"flat": 1.0, "leak": round(137.5 / 119.5, 2), "few": 1.12}
    assert steep(seen) == ["leak"], "three more of twenty-four are no leak"


def test_every_large_file_is_another_one_of_the_same_size() -> None:
    base = padded(MIB)
    contents = set()
    for number in range(3):
        file, read = Varied(base, number), io.BytesIO()
        while piece := file.read(65_536):
            read.write(piece)
        assert (file.seek(0, io.SEEK_END), len(read.getvalue())) == (MIB, MIB)
        file.seek(0)
        assert file.read() == read.getvalue()
        contents.add(read.getvalue())
    assert len(contents) == 3
    assert {content[:MIB // 2] for content in contents} == {base[:MIB // 2]}
