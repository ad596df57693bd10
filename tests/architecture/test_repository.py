"""What holds for the repository as a whole: nothing of one machine in it, locked dependencies, small files, fresh lists."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from gateway.engine import ROLES, Role

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")
NODE_LOCKS = ("tests/perf/node/package-lock.json", "tests/second_opinion/package-lock.json")
COMPOSITIONS = ("docker/compose.yaml", "docker/compose.demo.yaml")
LONGEST = {"tests": 500, "": 400}  # lines of a Python file, by top folder

# Written apart, so that this file names none of them.
REGISTRIES = (
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("anaconda", "org"),
    ("npmjs", "org"),
    ("npmjs", "com"),
    ("yarnpkg", "com"),
    ("jsr", "io"),
    ("crates", "io"),
    ("rubygems", "org"),
    ("proxy", "golang", "org"),
    ("repo1", "maven", "org"),
)


@cache
def files() -> tuple[Path, ...]:
    """All files of the repository, those that are new and not ignored among them."""
    git = shutil.which("git")
    if not git or not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout: nobody knows which files belong to it")
    listed = subprocess.run(
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return tuple(path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file())


def naming(words: list[str]) -> list[str]:
    """Return the files that have one of the words, each with the words it has."""
    found = []
    for path in files():
        text = path.read_text(errors="replace")
        found += [f"{path.relative_to(ROOT)}: {word}" for word in words if word in text]
    return found


def requirements(lock: str) -> Iterator[str]:
    """Yield each requirement of a lock file on one line."""
    text = (ROOT / lock).read_text().replace("\\\n", " ")
    yield from (line for line in text.splitlines() if line.strip() and not line.startswith("#"))


def versions(lock: str) -> dict[str, str]:
    return {name: version for line in requirements(lock) for name, version in re.findall(r"^([\w.-]+)==(\S+)", line)}


def commands(composition: str) -> list[list[str]]:
    """Return what the services of a compose file run."""
    return [json.loads(found) for found in re.findall(r"^    command: (\[.*\])$", (ROOT / composition).read_text(), re.MULTILINE)]


def test_no_file_names_a_package_registry() -> None:
    assert not naming([".".join(parts) for parts in REGISTRIES])


def test_no_file_knows_where_it_was_written() -> None:
    places = [str(place) for place in (ROOT, Path.home()) if len(place.parts) > 2]

    assert not naming(places)


@pytest.mark.parametrize("lock", [*LOCKS, *NODE_LOCKS])
def test_a_lock_file_says_what_and_never_from_where(lock: str) -> None:
    text = (ROOT / lock).read_text()

    assert not [word for word in ("://", "--index-url", "--extra-index-url", "--find-links", " @ ") if word in text]


@pytest.mark.parametrize("lock", LOCKS)
def test_each_requirement_is_one_version_with_its_hashes(lock: str) -> None:
    loose = [line for line in requirements(lock) if not re.fullmatch(r"[\w.-]+==\S+( ; [^#]+?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*", line)]

    assert not loose


def test_both_lock_files_choose_the_same_versions() -> None:
    runtime, development = (versions(lock) for lock in LOCKS)

    assert runtime == {name: version for name, version in development.items() if name in runtime}


@pytest.mark.parametrize("lock", LOCKS)
def test_the_project_can_be_installed_with_what_is_locked(lock: str) -> None:
    assert "hatchling" in versions(lock)


def test_the_help_of_make_lists_all_that_a_person_may_ask_for() -> None:
    make = shutil.which("make")
    if not make:
        pytest.skip("make is not installed")
    shown = subprocess.run([make, "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    targets = re.findall(r"^([a-z]+):(?!=)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    asked = {"help", "install", "demo", "serve", "test", "opinion", "live", "check", "chaos", "fuzz", "bench", "schema", "lock", "clean"}

    assert asked == set(targets) - {"runtime", "development"}
    assert asked == set(re.findall(r"^  make ([a-z]+)", shown, re.MULTILINE))


def test_the_build_script_can_be_run() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_no_file_is_too_long() -> None:
    long = []
    for path in files():
        name = path.relative_to(ROOT)
        lines = path.read_text(errors="replace").count("\n") if path.suffix == ".py" else 0
        if lines > LONGEST.get(name.parts[0], LONGEST[""]):
            long.append(f"{name}: {lines}")

    assert not long


@pytest.mark.parametrize("role", ["state", "fast"])
def test_the_composition_runs_each_role_with_the_settings_that_the_engine_wants(role: Role) -> None:
    wanted = [part for key, value in ROLES[role].items() for part in (f"--{key}", value)]

    assert ["valkey-server", *wanted] in commands("docker/compose.yaml")


@pytest.mark.parametrize("composition", COMPOSITIONS)
def test_a_composition_is_well_formed(composition: str) -> None:
    docker = shutil.which("docker")
    if not docker or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("the docker client with compose is not installed")

    found = subprocess.run([docker, "compose", "-f", ROOT / composition, "config", "-q"], capture_output=True, text=True, check=False)

    assert (found.returncode, found.stderr) == (0, "")


@pytest.mark.parametrize("composition", COMPOSITIONS)
def test_a_composition_is_indented_by_two_and_builds_our_image(composition: str) -> None:
    lines = (ROOT / composition).read_text().splitlines()
    odd = [line for line in lines if "\t" in line or (len(line) - len(line.lstrip())) % 2 or line != line.rstrip()]

    assert not odd
    assert "      dockerfile: docker/Dockerfile" in lines
    assert "      context: .." in lines


def test_the_image_copies_only_what_its_build_may_see() -> None:
    seen = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "docker" / "Dockerfile").read_text(), re.MULTILINE)

    assert seen == {name for line in copied for name in line.split()}


def test_the_image_does_not_run_as_root_and_can_be_asked_for_its_health() -> None:
    text = (ROOT / "docker" / "Dockerfile").read_text()

    assert re.search(r"^USER (?!root)\w+$", text, re.MULTILINE)
    assert "/health/ready" in text
