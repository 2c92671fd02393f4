"""Files that other tools and people rely on being as they are."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

HOST = re.compile(r"https?://|--index-url|--extra-index-url|--find-links|@ file:|git\+")
FORBIDDEN = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a script without src": re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE),
    "a handler": re.compile(r"<[^>]*\s(?:on[a-z]+|hx-on[:\w-]*)\s*=", re.IGNORECASE),
    "a script address": re.compile(r"javascript:", re.IGNORECASE),
}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("lock", LOCKS, ids=relative)
def test_no_lock_file_names_a_host(lock):
    assert not HOST.search(lock.read_text())


@pytest.mark.parametrize("lock", LOCKS, ids=relative)
def test_everything_locked_has_a_version_and_a_hash(lock):
    requirements = re.findall(r"^[A-Za-z0-9][^\n]*", lock.read_text(), re.MULTILINE)
    assert requirements
    for requirement in requirements:
        assert re.match(r"[A-Za-z0-9._-]+(?:\[[a-z0-9,_-]+\])?==[^ ]+", requirement), requirement
    hashes = lock.read_text().count("--hash=sha256:")
    assert hashes >= len(requirements)


def inline(text: str) -> list[str]:
    """What a strict content policy would refuse; Django's comments are not part of the page."""
    shown = re.sub(r"\{%\s*comment.*?endcomment\s*%\}|\{#.*?#\}", "", text, flags=re.DOTALL)
    return [name for name, pattern in FORBIDDEN.items() if pattern.search(shown)]


@pytest.mark.parametrize("template", TEMPLATES, ids=relative)
def test_no_template_holds_what_the_content_policy_refuses(template):
    assert inline(template.read_text()) == []


@pytest.mark.parametrize(
    "planted",
    [
        '<p style="color: red">', "<p\n  STYLE=x>", "<style>p{}</style>", "<script>alert(1)</script>",
        '<script type="module">', '<a onclick="x()">', '<a hx-on:click="x()">', '<a href="javascript:x">',
    ],
)  # fmt: skip
def test_what_the_content_policy_refuses_is_found(planted):
    assert inline(planted)


@pytest.mark.parametrize(
    "harmless",
    ['<script src="/static/app.js"></script>', '{{ rules|json_script:"rules" }}', "<c-icon name=x />",
     '{# <style> #}', '<p data-style="x" class="on">', '{% comment %}<p style="x">{% endcomment %}'],
)  # fmt: skip
def test_what_it_allows_is_left_alone(harmless):
    assert inline(harmless) == []


def test_there_are_files_to_look_at():
    assert len(LOCKS) >= 2
    assert len(TEMPLATES) > 40


def test_the_readme_names_the_test_command_that_ci_runs():
    assert re.search(r"^make test\b", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert "make test" in (ROOT / ".ci" / "run").read_text().splitlines()
    assert re.search(r"^test:", (ROOT / "Makefile").read_text(), re.MULTILINE)
