"""Every text of the window, as the code says it: what a catalogue of another language must hold."""

import ast
from collections.abc import Iterator
from pathlib import Path

import eventreg_desktop

Text = tuple[str, str]
"""Context (of `translate`, or the class of `self.tr`) and the English text."""


def texts_of_the_window() -> set[Text]:
    """All texts that are translated anywhere in the windows."""
    root = Path(eventreg_desktop.__file__).parent
    files = [file for file in root.rglob("*.py") if ELSEWHERE.isdisjoint(file.relative_to(root).parts)]
    return {text for file in files for text in _of_file(file)}


ELSEWHERE = {
    "courier.py", "door_list_command.py", "exporting.py", "headless.py", "headless_desk.py", "journal_command.py",
    "scenario.py",
}  # fmt: skip
"""What is said in a terminal."""


def _of_file(file: Path) -> Iterator[Text]:
    tree = ast.parse(file.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node) == "translate" and len(node.args) == 2:
            context, text = (_string(each) for each in node.args)
            if context and text:
                yield context, text
        if isinstance(node, ast.Call) and _name(node) in ("__init__", "Problem", "Notice") and len(node.args) >= 2:
            code, sentence = (_string(each) for each in node.args[:2])
            if code and sentence:
                yield "problem", sentence
        if isinstance(node, ast.ClassDef):
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and _name(call) == "tr" and (text := _string(call.args[0])):
                    yield node.name, text


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _string(node: ast.expr) -> str:
    """The text as it is written; of one that names something with %1 in its place."""
    if isinstance(node, ast.JoinedStr):
        return "".join(_string(each) or "%1" for each in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
