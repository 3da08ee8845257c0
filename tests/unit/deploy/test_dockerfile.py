"""deploy/Dockerfile without an engine: read instruction by instruction, and by hadolint if there."""

import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

from acr_settings.reading import known_variables
from acr_settings.settings import ConsumerSettings, GatewaySettings, ReaderSettings, StackSettings

ROOT = Path(__file__).parents[3]
DOCKERFILE = ROOT / "deploy" / "Dockerfile"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
CONTINUATION = re.compile(r"\\\n\s*")


def instructions(text: str) -> list[tuple[str, str]]:
    """Read the instructions, each as its word and the rest; comments and line ends are gone."""
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    joined = CONTINUATION.sub(" ", lines)
    pairs = [line.split(maxsplit=1) for line in joined.splitlines() if line.strip()]
    return [(word.upper(), rest) for word, rest in pairs]


ALL = instructions(DOCKERFILE.read_text(encoding="utf-8"))
LAST_FROM = max(place for place, (word, _) in enumerate(ALL) if word == "FROM")
FINAL = ALL[LAST_FROM:]


def the_one(word: str) -> str:
    """The only instruction of a kind in the image that is shipped."""
    (rest,) = (rest for name, rest in FINAL if name == word)
    return rest


def environment() -> dict[str, str]:
    return dict(part.split("=", 1) for part in shlex.split(the_one("ENV")))


def labels() -> dict[str, str]:
    return dict(part.split("=", 1) for part in shlex.split(the_one("LABEL")))


def test_the_base_is_one_exact_version_for_all_stages() -> None:
    (argument,) = (rest for word, rest in ALL if word == "ARG" and rest.startswith("PYTHON_IMAGE"))

    assert re.fullmatch(r"PYTHON_IMAGE=python:3\.\d+\.\d+-slim-[a-z]+", argument)
    bases = {rest.split()[0] for word, rest in ALL if word == "FROM"}
    assert bases == {"${PYTHON_IMAGE}"}
    assert ":latest" not in DOCKERFILE.read_text()


def test_it_runs_as_a_numbered_user_without_rights() -> None:
    user, group = the_one("USER").split(":")

    assert int(user) >= 10_000
    assert int(group) >= 10_000
    ran = " ".join(rest for word, rest in FINAL if word == "RUN")
    assert f"--uid {user}" in ran
    assert f"--gid {group}" in ran


def test_it_ends_on_sigterm() -> None:
    assert the_one("STOPSIGNAL") == "SIGTERM"


def test_the_health_check_is_python_that_compiles_and_asks_livez() -> None:
    options, command = the_one("HEALTHCHECK").split(" CMD ")
    program, flag, code = json.loads(command)

    assert "--timeout=" in options
    assert (program, flag) == ("python", "-c")
    compile(code, "healthcheck", "exec")
    assert environment()["HEALTH_URL"] == f"http://127.0.0.1:{GatewaySettings().port}/livez"


def test_the_health_check_fails_where_nobody_answers() -> None:
    _, _, code = json.loads(the_one("HEALTHCHECK").split(" CMD ")[1])
    nobody = {"HEALTH_URL": "http://127.0.0.1:9/livez"}

    done = subprocess.run(
        [sys.executable, "-c", code], env=nobody, stderr=subprocess.PIPE, check=False
    )

    assert done.returncode == 1


def test_the_labels_tell_what_it_is() -> None:
    prefix = "org.opencontainers.image."

    assert set(labels()) == {
        prefix + name for name in ("title", "description", "licenses", "version", "revision")
    }
    assert labels()[f"{prefix}licenses"] == PROJECT["license"]
    assert ("ARG", f"VERSION={PROJECT['version']}") in FINAL


def test_every_file_that_is_copied_exists_and_reaches_the_builder() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    let_through = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    assert "*" in ignored

    copies = [shlex.split(rest) for word, rest in ALL if word == "COPY"]
    sources = [each for copy in copies if not copy[0].startswith("--from") for each in copy[:-1]]

    assert [each for each in sources if not (ROOT / each).exists()] == []
    assert set(sources) == let_through


def test_dependencies_are_locked_by_hash_and_ours_comes_without_any() -> None:
    ran = [rest for word, rest in ALL if word == "RUN"]
    installs = [part for rest in ran for part in rest.split("&&") if "pip install" in part]

    assert len(installs) == 3
    for install in installs:
        locked = "--require-hashes" in install and "--requirement requirements/" in install
        assert locked or ("--no-deps" in install and "wheels/*.whl" in install)


def test_nothing_is_built_or_installed_in_the_image_that_is_shipped() -> None:
    ran = " ".join(rest for word, rest in FINAL if word == "RUN")

    assert not re.search(r"apt|apk|gcc|pip install|pip wheel", ran)
    assert "pip uninstall" in ran


def test_its_settings_are_known_and_its_ports_the_usual_ones() -> None:
    settings = {name for name in environment() if name.startswith("ACR_")}

    assert settings <= known_variables()
    ports = {GatewaySettings().port, ReaderSettings().port, ConsumerSettings().port}
    assert set(map(int, the_one("EXPOSE").split())) == ports


def test_the_topics_file_is_where_the_command_looks_for_it() -> None:
    file = Path(StackSettings().topics_file)

    assert ("COPY", f"{file.parent} {file.parent}") in FINAL
    assert (ROOT / file).is_file()


def test_hadolint_has_nothing_to_say() -> None:
    hadolint = Path(sys.executable).parent / "hadolint"

    done = subprocess.run([hadolint, DOCKERFILE], capture_output=True, text=True, check=False)

    assert done.stdout + done.stderr == ""
    assert done.returncode == 0
