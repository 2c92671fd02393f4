"""Every case of abuse that we have an answer to is a test that says its number."""

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
WEBHOOK = [*range(1, 15), *range(20, 32), *range(40, 50)]
CASES = [
    *(f"WH-{number:02}" for number in WEBHOOK),
    *(f"RT-{number:02}" for number in range(1, 13)),
    "RD-05", "RD-08", "IE-04",
]  # fmt: skip


def named() -> set[str]:
    """The numbers in the first words of all tests."""
    found: set[str] = set()
    for file in (TESTS / "web").rglob("test_*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found |= set(re.findall(r"\b[A-Z]{2}-\d{2}\b", ast.get_docstring(node) or ""))
    return found


@pytest.mark.parametrize("case", CASES)
def test_each_case_has_a_test(case):
    assert case in named()


def test_a_case_that_nobody_wrote_is_missed():
    assert "WH-15" not in named()
