"""The vector runner says how many differ, and which."""

import json
from pathlib import Path

import pytest

from eventreg_core.vectors import main

GOLDEN = Path(__file__).parents[2] / "golden"


def test_the_golden_files_all_agree(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(path) for path in GOLDEN.glob("*.json")]) == 0
    assert capsys.readouterr().out.endswith(" vectors, 0 differ\n")


def test_a_vector_that_differs_is_named_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = json.loads((GOLDEN / "admission.json").read_text("utf-8"))
    file["vectors"] = file["vectors"][:3]
    file["vectors"][1]["expected"] = {"verdict": "refused", "reason": "blocked"}
    (tmp_path / "wrong.json").write_text(json.dumps(file), "utf-8")
    assert main([str(tmp_path / "wrong.json")]) == 1
    out = capsys.readouterr().out
    assert file["vectors"][1]["name"] in out
    assert out.endswith("3 vectors, 1 differ\n")


@pytest.mark.parametrize("content", ["", "{}", '{"rule": 1, "vectors": [{}]}', "\x00"])
def test_a_damaged_file_is_reported_not_skipped(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "damaged.json").write_text(content, "utf-8")
    assert main([str(tmp_path / "damaged.json")]) == 2
    assert "damaged.json" in capsys.readouterr().err
    assert main([str(tmp_path / "absent.json")]) == 2
