"""Where the program's own data lies: fonts, icons, catalogues, places."""

from functools import cache
from pathlib import Path


@cache
def resource_folder() -> Path:
    """The folder `resources`.

    In a checkout and in a PyInstaller bundle it lies beside the package (a frozen module's `__file__`
    points into the bundle); in a wheel it lies inside the package.
    """
    package = Path(__file__).resolve().parent
    inside = package / "resources"
    return inside if inside.is_dir() else package.parent / "resources"


def resource(*parts: str) -> Path:
    """The path of one resource: `resource("fonts", "NotoSansDevanagari-Regular.ttf")`.

    The file need not exist; whoever opens it says what it means to them if it does not.
    """
    return resource_folder().joinpath(*parts)
