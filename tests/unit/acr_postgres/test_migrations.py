"""Migrations are numbered files, forward only."""

from acr_postgres.migrations import read_migrations


def test_numbers_follow_on_each_other_from_1() -> None:
    assert [each.version for each in read_migrations()] == list(
        range(1, len(read_migrations()) + 1)
    )


def test_every_file_says_in_its_name_what_it_is_for() -> None:
    assert all(len(each.name.split("_", 1)[1]) > len(".sql") for each in read_migrations())
