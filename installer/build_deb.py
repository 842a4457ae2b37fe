"""Build dist/fieldapp_<version>_<architecture>.deb: the program with its own Python and Qt.

python -m installer.build_deb
"""

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from fieldapp import __version__

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
DIST = ROOT / "dist"
TREE = BUILD / "deb"
PROGRAM = TREE / "usr" / "lib" / "fieldapp"
SHARE = TREE / "usr" / "share"
ICON_SIZES = (48, 128, 256)


def main() -> None:
    """Bundle, lay out the tree of the package, and pack it."""
    shutil.rmtree(TREE, ignore_errors=True)
    bundle()
    add_desktop_files()
    add_control()
    DIST.mkdir(exist_ok=True)
    package = DIST / f"fieldapp_{__version__}_{architecture()}.deb"
    ours("dpkg-deb", "--root-owner-group", "--build", TREE, package)
    size = package.stat().st_size / 1e6
    print(f"{package.relative_to(ROOT)}: {size:.1f} MB, {installed_kib() / 1024:.0f} MB installed")


def ours(*command: str | Path) -> str:
    """What a program prints; raises CalledProcessError when it fails."""
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def bundle() -> None:
    """The program in one folder, and /usr/bin/fieldapp that leads to it."""
    ours(
        *(sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"),
        *("--distpath", PROGRAM.parent, "--workpath", BUILD / "pyinstaller", "installer/fieldapp.spec"),
    )
    launcher = TREE / "usr" / "bin" / "fieldapp"
    launcher.parent.mkdir(parents=True)
    launcher.symlink_to("../lib/fieldapp/fieldapp")


def add_desktop_files() -> None:
    """The menu entry, the kind of file, the icon in its sizes, and the licences."""
    here = Path(__file__).resolve().parent / "linux"
    copy(here / "fieldapp.desktop", SHARE / "applications" / "fieldapp.desktop")
    copy(here / "fieldapp-mime.xml", SHARE / "mime" / "packages" / "fieldapp.xml")
    drawing = ROOT / "resources" / "icons" / "fieldapp.svg"
    icons = SHARE / "icons" / "hicolor"
    copy(drawing, icons / "scalable" / "apps" / "fieldapp.svg")
    for size in ICON_SIZES:
        draw(drawing, size, icons / f"{size}x{size}" / "apps" / "fieldapp.png")


def copy(source: Path, target: Path) -> None:
    """A copy in a folder that is made for it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def draw(drawing: Path, size: int, target: Path) -> None:
    """An SVG as a square PNG of `size` pixels."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(drawing)).render(painter)
    painter.end()
    target.parent.mkdir(parents=True, exist_ok=True)
    image.save(str(target))


# ---------------------------------------------------------------- what the package says of itself


def add_control() -> None:
    """The control file. Packages it depends on are found out, not listed by hand."""
    control = TREE / "DEBIAN" / "control"
    control.parent.mkdir()
    control.write_text(
        f"""Package: fieldapp
Version: {__version__}
Architecture: {architecture()}
Maintainer: The fieldapp project
Section: misc
Priority: optional
Installed-Size: {installed_kib()}
Depends: {", ".join(dependencies())}
Description: offline recording of digital-payment workshops and melas
 Records workshops, digital-payment melas and Chai-Samosa sessions at a Common
 Service Centre, prints their papers, and exchanges signed and encrypted sync
 files with head office. It needs no network.
""",
        "utf-8",
    )


def architecture() -> str:
    """Debian's name for this machine, e.g. 'amd64'."""
    return ours("dpkg", "--print-architecture").strip()


def installed_kib() -> int:
    """What the package takes on the disk, in KiB."""
    return sum(path.stat().st_size for path in TREE.rglob("*") if not path.is_symlink()) // 1024


def dependencies() -> list[str]:
    """The packages with the libraries that the bundle asks for and does not bring, the C library first."""
    programs = [path for path in PROGRAM.rglob("*") if is_program(path)]
    brought = {path.name for path in programs}
    asked = {name for path in programs for name in libraries_asked(path)} - brought
    packages = {package_of(name) for name in asked} - {"libc6"}
    _, c_library = platform.libc_ver()
    return [f"libc6 (>= {c_library})", *sorted(packages)]


def is_program(path: Path) -> bool:
    """Whether this is an ELF program or library."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def libraries_asked(path: Path) -> Iterator[str]:
    """The file names of the shared libraries that a program is linked with."""
    yield from re.findall(r"NEEDED +(\S+)", ours("objdump", "-p", path))


def package_of(library: str) -> str:
    """The installed package that a shared library comes from."""
    try:
        return ours("dpkg-query", "--search", f"*/{library}").splitlines()[0].split(":")[0]
    except subprocess.CalledProcessError:
        sys.exit(f"The program asks for {library}, and no installed package has it.")


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    main()
