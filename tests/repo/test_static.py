"""The real build of static files: every file that a stylesheet names exists, and small is small."""

import brotli
import pytest
from django.core.management import call_command
from django.test import override_settings

LARGEST = 8 * 1024  # bytes after Brotli


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("static")
    storage = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    with override_settings(
        STATIC_ROOT=folder,
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": storage},
        },
    ):
        call_command("collectstatic", interactive=False, verbosity=0)
    return folder


def compressed(files) -> int:
    return sum(len(brotli.compress(file.read_bytes())) for file in files)


def test_the_build_gives_every_file_a_hashed_name(built):
    assert (built / "staticfiles.json").exists()
    assert list((built / "linktracker").glob("app.????????????.css"))


@pytest.mark.parametrize(
    "names",
    [["app.{}.css"], ["app.{}.js"], ["builder.{}.js", "builder_rows.{}.js", "link_rules.{}.js"]],
    ids=["stylesheet", "script of every page", "script of the link builder"],
)
def test_what_a_page_loads_of_ours_stays_small(built, names):
    files = [
        file for name in names for file in (built / "linktracker").glob(name.format("????????????"))
    ]
    assert len(files) == len(names)
    assert 0 < compressed(files) < LARGEST
