"""The commands about exports, as an operator meets them."""

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from acr_cli.main import app
from acr_settings.settings import KafkaSettings

ROOT = Path(__file__).parents[3]


def invoke(kafka: KafkaSettings, *words: str) -> tuple[int, Any, str]:
    env = {
        "ACR_KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
        "ACR_STACK_TOPICS_FILE": str(ROOT / "deploy" / "kafka" / "topics.toml"),
    }
    done = CliRunner().invoke(app, ["topics", *words, "--json"], env=env)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    try:
        return done.exit_code, json.loads(done.stdout), done.stderr
    except ValueError:
        return done.exit_code, None, done.stderr


def test_export_verify_and_import(
    prepared: None, kafka_settings: KafkaSettings, tmp_path: Path
) -> None:
    folder = str(tmp_path / "export")
    code, told, error = invoke(kafka_settings, "export", folder, "--registry", "grid")
    assert code == 0, error
    assert [each["topic"] for each in told["topics"]] == [
        "acr.grid.amendments.v1",
        "acr.grid.submissions.v1",
    ]

    assert invoke(kafka_settings, "verify", folder)[0] == 0
    again = invoke(kafka_settings, "import", folder, "--registry", "grid", "--few-brokers")
    assert again[0] == 0, again[2]
    assert [each["records"] for each in again[1]["topics"]] == [0, 0]
    code, _, error = invoke(kafka_settings, "import", folder, "--registry", "cdsr")
    assert code == 1
    assert "holds no export of acr.cdsr.amendments.v1" in error


def test_a_damaged_export_ends_with_1(
    prepared: None, kafka_settings: KafkaSettings, tmp_path: Path
) -> None:
    folder = tmp_path / "export"
    assert invoke(kafka_settings, "export", str(folder), "--registry", "grid")[0] == 0
    (folder / "acr.grid.submissions.v1" / "topic.json").write_text("{}")

    code, told, _ = invoke(kafka_settings, "verify", str(folder))

    assert code == 1
    assert "another format or topic" in told["topics"][1]["problems"][0]
    code, _, error = invoke(kafka_settings, "verify", str(tmp_path / "none"))
    assert code == 1
    assert "there is no folder" in error
