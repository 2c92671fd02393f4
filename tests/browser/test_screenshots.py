"""The README's pictures, made from the demo's data: SCREENSHOTS=true keeps them in docs/images."""

import os
from pathlib import Path

import pytest
from django.conf import settings

from tests import demo_world

SCREEN = {"width": 1280, "height": 860}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_campaigns_page_shows_the_demos_quarter(page, live_server, sign_in, tmp_path, scheme):
    keep = os.environ.get("SCREENSHOTS") == "true"
    folder = Path(settings.BASE_DIR) / "docs" / "images" if keep else tmp_path
    folder.mkdir(exist_ok=True)
    staff, _ = demo_world.load(tmp_path, visits=1520 if keep else 40, all_orders=keep)
    sign_in(page, staff["Marketing"])
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(SCREEN)
    page.goto(f"{live_server.url}/campaigns/?period=30d")
    assert page.get_by_role("heading", name="Campaigns", level=1).is_visible()
    page.screenshot(path=folder / f"campaigns-{scheme}.png")
    assert (folder / f"campaigns-{scheme}.png").stat().st_size > 20_000
