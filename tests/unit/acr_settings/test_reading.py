"""Settings: all problems at once, by name, without a value."""

import os
from pathlib import Path

import pytest

from acr_settings.reading import BadSettings, known_variables, read_settings, unknown_variables
from acr_settings.settings import (
    SETTINGS_CLASSES,
    ConsumerSettings,
    GatewaySettings,
    KafkaSettings,
    PostgresSettings,
    StackSettings,
)

SECRET = "p4ssw0rd"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("ACR_"):
            monkeypatch.delenv(name)


def problems() -> tuple[str, ...]:
    with pytest.raises(BadSettings) as caught:
        read_settings(KafkaSettings)
    return caught.value.problems


def test_without_an_environment_the_defaults_hold() -> None:
    assert read_settings(GatewaySettings).port == 8080
    assert read_settings(KafkaSettings).bootstrap_servers == "127.0.0.1:9092"


def test_every_known_variable_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever its name ends with: `ACR_STACK_TOPICS_FILE` is a setting, not the file of one."""
    monkeypatch.setenv("ACR_STACK_TOPICS_FILE", "topics.toml")

    assert read_settings(StackSettings).topics_file == "topics.toml"
    assert not list(unknown_variables(dict.fromkeys(known_variables(), SECRET)))


def test_a_variable_sets_its_field(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACR_GATEWAY_PORT", "9000")

    assert read_settings(GatewaySettings).port == 9000


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("ACR_KAFKA_BOOTSTRAP_SERVER", "ACR_KAFKA_BOOTSTRAP_SERVERS"),
        ("ACR_GATEWAY_PROT", "ACR_GATEWAY_PORT"),
        ("ACR_POSTGRES_DNS_FILE", "ACR_POSTGRES_DSN"),
        ("ACR_CONSUMER_BATCH", "ACR_CONSUMER_PORT"),
    ],
)
def test_an_unknown_variable_is_told_with_the_nearest_known_one(
    monkeypatch: pytest.MonkeyPatch, name: str, nearest: str
) -> None:
    monkeypatch.setenv(name, SECRET)

    assert problems() == (f"{name} is no setting; the nearest is {nearest}",)


def test_variables_of_other_services_and_of_the_tests_are_no_problem(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ACR_READER_PORT", "1")
    monkeypatch.setenv("ACR_TEST_ANYTHING", "1")
    monkeypatch.setenv("OTHER", "1")

    read_settings(KafkaSettings)


def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "dsn"
    file.write_text(f"postgresql://{SECRET}\n", encoding="utf-8")
    monkeypatch.setenv("ACR_POSTGRES_DSN_FILE", str(file))

    dsn = read_settings(PostgresSettings).dsn

    assert dsn.get_secret_value() == f"postgresql://{SECRET}"
    assert SECRET not in repr(dsn)


def test_any_setting_may_stand_in_a_file_and_is_checked_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "port").write_text(SECRET, encoding="utf-8")
    monkeypatch.setenv("ACR_GATEWAY_PORT_FILE", str(tmp_path / "port"))

    with pytest.raises(BadSettings, match="ACR_GATEWAY_PORT: ") as caught:
        read_settings(GatewaySettings)

    assert SECRET not in str(caught.value)


def test_a_value_and_a_file_together_are_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "password").write_text(SECRET, encoding="utf-8")
    monkeypatch.setenv("ACR_KAFKA_SASL_PASSWORD", SECRET)
    monkeypatch.setenv("ACR_KAFKA_SASL_PASSWORD_FILE", str(tmp_path / "password"))

    assert problems() == (
        "ACR_KAFKA_SASL_PASSWORD and ACR_KAFKA_SASL_PASSWORD_FILE are both set; keep one",
    )


def test_a_file_that_cannot_be_read_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff")
    monkeypatch.setenv("ACR_KAFKA_SASL_USERNAME_FILE", str(tmp_path / "nowhere"))
    monkeypatch.setenv("ACR_KAFKA_SASL_PASSWORD_FILE", str(tmp_path / "bytes"))

    assert problems() == (
        "ACR_KAFKA_SASL_USERNAME_FILE names a file that cannot be read: No such file or directory",
        "ACR_KAFKA_SASL_PASSWORD_FILE names a file that cannot be read: not UTF-8 text",
    )


def test_all_problems_are_told_at_once_and_without_a_value(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ACR_KAFKA_SECURITY_PROTOCOL", SECRET)
    monkeypatch.setenv("ACR_KAFKA_APPEND_TIMEOUT_SECONDS", SECRET)
    monkeypatch.setenv("ACR_KAFKA_SESSION_TIMEOUT_SECONDS", "0")
    monkeypatch.setenv("ACR_KAFKA_SASL_PASWORD", SECRET)

    told = problems()

    assert [each.split(":")[0].split(" ")[0] for each in told] == [
        "ACR_KAFKA_SASL_PASWORD",
        "ACR_KAFKA_SECURITY_PROTOCOL",
        "ACR_KAFKA_APPEND_TIMEOUT_SECONDS",
        "ACR_KAFKA_SESSION_TIMEOUT_SECONDS",
    ]
    assert SECRET not in " ".join(told)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ACR_CONSUMER_BATCH_ARRIVALS_MAX", "0"),
        ("ACR_CONSUMER_BATCH_ARRIVALS_MAX", "10001"),
        ("ACR_CONSUMER_IDLE_SECONDS", "0"),
        ("ACR_CONSUMER_PORT", "65536"),
    ],
)
def test_a_value_outside_its_bounds_is_told(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(BadSettings, match=name):
        read_settings(ConsumerSettings)


def test_every_setting_says_what_it_is_for() -> None:
    for settings_class in SETTINGS_CLASSES:
        for name, field in settings_class.model_fields.items():
            assert field.description, f"{settings_class.__name__}.{name}"


def test_no_two_classes_share_a_variable() -> None:
    assert len(known_variables()) == sum(len(each.model_fields) for each in SETTINGS_CLASSES)
