"""The resources are found in each place the program can lie in."""

import shutil
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from fieldapp import resources


@pytest.mark.parametrize("beside", ["resources", "fieldapp/resources"], ids=["checkout or bundle", "wheel"])
def test_resources_are_found_beside_the_package_or_inside_it(tmp_path, beside):
    (tmp_path / "fieldapp").mkdir()
    (tmp_path / beside).mkdir()
    copy = shutil.copy(resources.__file__, tmp_path / "fieldapp" / "resources.py")
    spec = spec_from_file_location("copied_resources", copy)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.resource("fonts", "a.ttf") == tmp_path / beside / "fonts" / "a.ttf"


@pytest.mark.parametrize("name", ["NotoSansDevanagari-Regular.ttf", "NotoSansDevanagari-Bold.ttf", "OFL.txt"])
def test_the_fonts_are_there_with_their_licence(name):
    assert resources.resource("fonts", name).stat().st_size > 4000


def test_every_icon_is_drawn_in_one_colour_that_the_program_can_replace():
    # The application's own icon has colours; the arrow stands in a style sheet, which replaces none.
    others = {"fieldapp", "arrow"}
    icons = [path for path in Path(resources.resource("icons")).glob("*.svg") if path.stem not in others]
    assert {"today", "activities", "people", "plan", "adoption", "sync", "inbox", "reports", "settings"} <= {
        icon.stem for icon in icons
    }
    for icon in icons:
        assert icon.read_text("utf-8").count("#") == icon.read_text("utf-8").count('stroke="#000"') == 1
