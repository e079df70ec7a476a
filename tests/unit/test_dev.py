"""dev.py: what it decides before it starts anything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import dev

ADMITTED = {
    "scan": 1,
    "expected": "admitted",
    "expected_reason": None,
    "verdict": "admitted",
    "reason": None,
    "decode_ms": 3.25,
    "commit_ms": 0.8,
}


def load_only(*present: str) -> Any:
    def load(library: str) -> str:
        if library not in present:
            raise OSError(f"{library}: cannot open shared object file")
        return library

    return load


def test_help_names_every_command() -> None:
    told = subprocess.run([sys.executable, dev.__file__, "--help"], capture_output=True, text=True, check=True)
    assert [name for name in dev.COMMANDS if f"dev.py {name}" not in told.stdout] == []


def test_an_unknown_word_prints_the_help_and_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(["fly"]) == 2
    assert "python3 dev.py run" in capsys.readouterr().out


def test_an_old_python_is_told_which_one_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "OLDEST_PYTHON", (9, 0))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer; this is 3"):
        dev.prepare()


def test_a_library_that_does_not_load_is_named_as_its_package() -> None:
    assert dev.missing_packages("libA.so.1=a1 libB.so.0=libb0", load_only("libA.so.1")) == ["libb0"]
    assert dev.missing_packages("libA.so.1=a1", load_only("libA.so.1")) == []


def test_every_library_has_a_package() -> None:
    pairs = [pair.split("=") for pair in (dev.ALWAYS + " " + dev.WITH_A_WINDOW).split()]
    assert [pair for pair in pairs if len(pair) != 2 or ".so." not in pair[0]] == []
    assert len({package for _, package in pairs}) == 21


def test_who_may_not_install_is_shown_the_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    dev.apt_install(["libegl1", "libzbar0"], "two libraries")
    assert "sudo apt-get install libegl1 libzbar0" in capsys.readouterr().err


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there always is a desktop")
def test_without_a_display_qt_draws_offscreen() -> None:
    assert dev.child_env({})["QT_QPA_PLATFORM"] == "offscreen"
    assert "QT_QPA_PLATFORM" not in dev.child_env({"DISPLAY": ":0"})
    assert "QT_QPA_PLATFORM" not in dev.child_env({"WAYLAND_DISPLAY": "wayland-0"})


def test_what_we_start_sees_our_packages_alone() -> None:
    env = dev.child_env({"PATH": "here", "PYTHONPATH": "elsewhere", "PYTHONDONTWRITEBYTECODE": "1"})
    assert env["PATH"] == "here"
    assert not env.keys() & {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE"}


def test_the_exit_code_of_a_command_is_handed_on() -> None:
    assert dev.call([sys.executable, "-c", "raise SystemExit(7)"]) == 7


def test_a_command_that_does_not_exist_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.call(["no-such-program-anywhere"]) == 127
    assert "no-such-program-anywhere does not start" in capsys.readouterr().err


def test_another_python_or_another_folder_needs_another_venv(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    here = dev.stamp()
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    (tmp_path / "pyproject.toml").touch()
    elsewhere = dev.stamp()
    assert here[0] != elsewhere[0]
    assert here[1] == elsewhere[1] == sys.version.split()[0]


def test_new_versions_in_the_lock_are_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    monkeypatch.setattr(dev, "LOCK", lock)
    lock.write_text("fastapi==1")
    before = dev.stamp()
    lock.write_text("fastapi==2")
    assert dev.stamp() != before


@pytest.mark.parametrize(
    ("written", "kept"),
    [("whole", True), ("cut", False), (None, False)],
    ids=["whole", "cut short", "missing"],
)
def test_a_package_that_was_installed_in_part_is_installed_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, written: str | None, kept: bool
) -> None:
    site = tmp_path / "lib" / "python3.11" / "site-packages"
    record = site / "thing-1.0.dist-info"
    record.mkdir(parents=True)
    (record / "METADATA").write_text("Name: thing\nVersion: 1.0\n")
    (record / "RECORD").write_text(
        "thing.py,sha256=abc,5\n__pycache__/thing.pyc,sha256=abc,9\nthing-1.0.dist-info/RECORD,,\n"
    )
    if written is not None:
        (site / "thing.py").write_text(written)
    monkeypatch.setattr(dev, "VENV", tmp_path)
    dev.forget_half_installed()
    assert record.exists() == kept


@pytest.mark.parametrize(
    ("scan", "right"),
    [
        pytest.param(ADMITTED, True, id="admitted as it should be"),
        pytest.param({**ADMITTED, "verdict": "refused", "reason": "unpaid"}, False, id="refused instead of admitted"),
        pytest.param(
            {**ADMITTED, "verdict": "refused", "reason": "revoked", "expected": "refused", "expected_reason": "unpaid"},
            False,
            id="refused for another reason",
        ),
    ],
)
def test_a_verdict_of_the_demo_is_right_only_with_its_reason(
    scan: dict[str, Any], right: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dev.is_right(scan) == right
    assert dev.show(scan) is scan
    assert capsys.readouterr().out.startswith("ok" if right else "WRONG")


def test_no_tests_at_all_is_a_failure(tmp_path: Path) -> None:
    assert dev.test([str(tmp_path), "-q", "-p", "no:cacheprovider"]) == 5
