"""The `anru` command: its words, its exit codes, and what it leaves behind. Each call is a real process."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.databases import ROOT, TestDatabase

from anru.ops.lease import Lease
from anru.ops.postgres.account import server_account
from anru.ops.postgres.cluster import Cluster
from anru.ops.postgres.place import locate

SECRET = "q7Zr-3kfUw9TeYb2LmXs8VdNh4PgJc6RaEo1Ki5Bt0QzMuWxSvHy"
PRODUCTION = {
    "ANRU_PRODUCTION": "1",
    "ANRU_SECRET_KEY": SECRET,
    "ANRU_ALLOWED_HOSTS": "anru.example",
    "ANRU_TRUSTED_ORIGINS": "https://anru.example",
}


def anru(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end; of our own variables it sees only the given ones."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANRU_")}
    environment = {**kept, "PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "utf-8", **variables}
    return subprocess.run(
        [sys.executable, "-m", "anru", *words], env=environment, capture_output=True, text=True, timeout=180
    )


@pytest.fixture
def named(fresh_database: TestDatabase, data_dir: Path) -> dict[str, str]:
    """The variables of a set-up whose database is named."""
    return {"ANRU_DATABASE_URL": fresh_database.url, "ANRU_DATA_DIR": str(data_dir)}


@pytest.fixture(scope="module")
def installed() -> Iterator[Path]:
    """A data folder with a prepared database of its own, as after a first `anru run`; no process belongs to it."""
    folder = Path(tempfile.mkdtemp(prefix="anru-cli-"))
    folder.chmod(0o711)
    try:
        done = anru("prepare", "--no-demo", "--lang", "en", ANRU_DATA_DIR=str(folder))
        assert (done.returncode, done.stdout) == (0, "The database is ready.\n"), done.stderr
        yield folder
    finally:
        shutil.rmtree(locate(folder, server_account()).socket, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def stopped(folder: Path) -> bool:
    """Return whether neither a server nor a lease is left for a data folder."""
    lease = Lease(folder)
    free = lease.take()
    lease.release()
    return free and Cluster.at(folder).left_over_pid() is None


def test_no_command_shows_what_there_is() -> None:
    done = anru()
    assert done.returncode == 0
    for name in ("run", "prepare", "doctor", "check-production", "web", "worker", "pg"):
        assert re.search(rf"^    {name}\s", done.stdout, re.MULTILINE), name


def test_an_unknown_command_is_refused_by_name(named: dict[str, str]) -> None:
    done = anru("runn", **named)
    assert done.returncode == 1
    assert "runn" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_name_of_django_runs_djangos_command(named: dict[str, str]) -> None:
    done = anru("showmigrations", "inbox", **named)
    assert done.returncode == 0
    assert "[X] 0001_initial" in done.stdout


def test_an_unknown_option_is_a_usage_error() -> None:
    assert anru("doctor", "--loud").returncode == 2


@pytest.mark.parametrize("command", ["web", "worker"])
@pytest.mark.parametrize(
    ("lang", "words"), [("zh", "请先设置 ANRU_DATABASE_URL"), ("en", "Set ANRU_DATABASE_URL first")]
)
def test_a_process_on_its_own_asks_for_its_database(command: str, lang: str, words: str, tmp_path: Path) -> None:
    done = anru(command, "--lang", lang, ANRU_DATA_DIR=str(tmp_path))
    assert done.returncode == 1
    assert words in done.stderr


@pytest.mark.parametrize(("lang", "words"), [("zh", "数据库结构是最新的"), ("en", "The schema is up to date")])
def test_the_doctor_speaks_both_languages(lang: str, words: str, named: dict[str, str]) -> None:
    done = anru("doctor", "--lang", lang, **named)
    assert f" ✓ {words}" in done.stdout, done.stderr
    assert done.returncode == (1 if " ✗ " in done.stdout else 0)


def test_the_doctor_takes_its_language_from_the_terminal(named: dict[str, str]) -> None:
    assert "The schema is up to date" in anru("doctor", **named, LC_ALL="en_GB.UTF-8").stdout
    assert "数据库结构是最新的" in anru("doctor", **named, LC_ALL="en_GB.UTF-8", ANRU_LANG="zh").stdout
    assert "数据库结构是最新的" in anru("doctor", **named, LC_ALL="C.UTF-8").stdout


def test_the_doctor_of_a_fresh_clone_says_how_to_start_and_starts_nothing() -> None:
    folder = Path(tempfile.mkdtemp(prefix="anru-cli-"))
    folder.chmod(0o711)
    try:
        done = anru("doctor", "--lang", "en", ANRU_DATA_DIR=str(folder))
        assert "Run `make run`." in done.stdout, done.stderr
        assert not (folder / "postgres" / "data").exists()
    finally:
        shutil.rmtree(locate(folder, server_account()).socket, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def test_the_doctor_ends_with_1_when_the_database_is_away(data_dir: Path) -> None:
    address = f"postgres://anru_app@/anru?host={data_dir}"
    done = anru("doctor", "--lang", "en", ANRU_DATABASE_URL=address, ANRU_DATA_DIR=str(data_dir))
    assert done.returncode == 1
    assert " ✗ The database does not answer" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("value", ["maybe", "0x"])
def test_a_setting_that_cannot_be_read_is_said_in_words(value: str, named: dict[str, str]) -> None:
    done = anru("prepare", "--lang", "en", **named, ANRU_HSTS_SECONDS=value)
    assert done.returncode == 1
    assert "The settings cannot be read" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("lang", "refused"), [("zh", "拒绝生产启动："), ("en", "A production start is refused:")])
def test_an_unsafe_production_start_is_refused_with_every_reason(
    lang: str, refused: str, named: dict[str, str]
) -> None:
    done = anru("check-production", "--lang", lang, **named, ANRU_DEBUG="1", ANRU_ALLOWED_HOSTS="*")
    assert done.returncode == 1, done.stderr
    for code in ("debug.on", "production.off", "hosts.any", "cookie.session", "fsync.off"):
        (line,) = [line for line in done.stdout.splitlines() if line.endswith(f"[{code}]")]
        assert line.startswith(refused)


def test_a_safe_production_start_is_let_through_and_the_own_database_is_stopped_again(installed: Path) -> None:
    done = anru("check-production", "--lang", "en", **PRODUCTION, ANRU_DATA_DIR=str(installed))
    assert "Fit for production." in done.stdout, done.stdout + done.stderr
    assert "refused" not in done.stdout
    assert done.returncode == 0
    assert stopped(installed)


def test_a_production_run_starts_nothing_that_is_unsafe(installed: Path) -> None:
    unsafe = {**PRODUCTION, "ANRU_SECRET_KEY": "changeme"}
    done = anru("run", "--lang", "en", "--port", "0", **unsafe, ANRU_DATA_DIR=str(installed))
    assert done.returncode == 1
    assert "[secret.weak]" in done.stdout
    assert "A production start is refused" in done.stderr
    assert "Anru runs at" not in done.stdout
    assert stopped(installed)


def test_a_second_start_on_the_same_data_names_the_first(installed: Path) -> None:
    holder = Lease(installed)
    assert holder.take()
    holder.note(address="http://localhost:8123/")
    try:
        done = anru("run", "--lang", "en", ANRU_DATA_DIR=str(installed))
    finally:
        holder.release()
    assert done.returncode == 1
    assert f"process {os.getpid()} (http://localhost:8123/)" in done.stderr


def test_a_postgresql_program_runs_as_the_owner(installed: Path) -> None:
    done = anru("pg", "psql", "-Atc", "SELECT current_user", ANRU_DATA_DIR=str(installed))
    assert (done.returncode, done.stdout) == (0, "anru_owner\n"), done.stderr
    assert stopped(installed)


def test_the_ledger_is_exported_and_verified_from_the_command_line(installed: Path, tmp_path: Path) -> None:
    target = tmp_path / "ledger.jsonl"
    exported = anru("ledger_export", str(target), ANRU_DATA_DIR=str(installed))
    verified = anru("ledger_verify", ANRU_DATA_DIR=str(installed))
    assert (exported.returncode, verified.returncode) == (0, 0), exported.stderr + verified.stderr
    assert exported.stdout.strip() == str(len(target.read_text().splitlines()))
    assert verified.stdout.strip().startswith(f"{exported.stdout.strip()}:")
    wrong = anru("ledger_verify", "--head", f"999:{'0' * 64}", ANRU_DATA_DIR=str(installed))
    assert wrong.returncode == 1
