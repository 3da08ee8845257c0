"""What is wrong with a log is named from its bounds."""

from acr_kafka.stretches import Bounds
from acr_rebuilding.log_defects import log_defects

WHOLE = {0: Bounds(0, 10), 1: Bounds(0, 5)}


def test_a_whole_log_has_no_defect() -> None:
    assert log_defects("t", WHOLE, {0: 10, 1: 4}, declared=2) == []


def test_each_defect_is_named_with_its_partition() -> None:
    assert log_defects("t", {}, {}) == ["there is no topic t"]
    assert log_defects("t", WHOLE, {}, declared=3) == ["t has 2 partitions, declared are 3"]
    assert log_defects("t", WHOLE, {0: 1, 7: 3}) == [
        "t has 2 partitions, but the database has settled partitions 7"
    ]
    assert log_defects("t", WHOLE, {1: 6}) == ["t/1 ends at 5, but is settled to 6"]
    assert log_defects("t", {0: Bounds(3, 9)}, {}) == [
        "t/0 begins at 3: what came before was deleted"
    ]
