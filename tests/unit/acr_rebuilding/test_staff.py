"""How many processes a rebuild starts beside itself."""

import pytest

from acr_postgres.beside import REBUILT, Beside
from acr_rebuilding import processes
from acr_rebuilding.messages import Start
from acr_rebuilding.processes import RECORDS_EACH_MIN, Staff
from acr_settings.settings import KafkaSettings, PostgresSettings

START = Start(
    "acr_registries.cdsr", Beside("cdsr", REBUILT), KafkaSettings(), PostgresSettings(), True, False
)
CORES = 4


@pytest.mark.parametrize(
    ("count", "partitions", "records", "others"),
    [
        (None, 12, 100 * RECORDS_EACH_MIN, CORES - 1),
        (None, 2, 100 * RECORDS_EACH_MIN, 1),
        (None, 12, 2 * RECORDS_EACH_MIN, 1),
        (None, 12, 2 * RECORDS_EACH_MIN - 1, 0),
        (None, 0, 0, 0),
        (1, 12, 100 * RECORDS_EACH_MIN, 0),
        (3, 12, 10, 2),
        (20, 12, 10, 11),
    ],
)
def test_there_is_one_a_core_and_fewer_where_there_is_little_to_do(
    monkeypatch: pytest.MonkeyPatch,
    count: int | None,
    partitions: int,
    records: int,
    others: int,
) -> None:
    monkeypatch.setattr(processes, "count_cores", lambda: CORES)

    assert Staff(START, count).others(partitions, records) == others
