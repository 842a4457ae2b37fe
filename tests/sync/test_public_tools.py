"""No lock-in: with age, zstd, jq and openssl alone one can read a sync file and check who signed it."""

import json
import shlex
import struct
import subprocess

import pytest

from tests.sync.samples import CENTRE, GOLDEN, HQ, KEYS, ROSTER, STRANGER, record_line, sealed, write

PUBLIC_KEY_START = "302a300506032b6570032100"  # DER of an Ed25519 public key up to the key itself (RFC 8410)


def shell(command, folder, check=True):
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command], cwd=folder, capture_output=True, text=True, check=check
    )


def keep_key(folder, name):
    (folder / "key.txt").write_text(KEYS[name]["age_identity"] + "\n")


def header_length(source):
    return struct.unpack(">I", source[28:32])[0]


def content(folder, path, *, encrypted=True):
    """The lines of a file by public tools, as jq prints them."""
    start = 137 + header_length(path.read_bytes())
    opened = "age -d -i key.txt |" if encrypted else ""
    done = shell(f"tail -c +{start} {shlex.quote(str(path))} | {opened} zstd -dc | jq -c .", folder)
    return done.stdout.splitlines()


def verified(folder, path, owner):
    """Whether openssl finds the signature good: over the kind in words, bytes 0..72 and the header."""
    source = path.read_bytes()
    (folder / "public.der").write_bytes(bytes.fromhex(PUBLIC_KEY_START + owner.public.sign))
    file, header = shlex.quote(str(path)), header_length(source)
    done = shell(
        f"""
        head -c 136 {file} | tail -c 64 > signature
        {{ printf 'fieldapp-sync 1 kind={source[8]}\\0'
           head -c 72 {file}
           head -c {136 + header} {file} | tail -c {header}; }} > message
        openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey public.der -sigfile signature -in message
        """,
        folder,
        check=False,
    )
    return done.returncode == 0 and "Signature Verified Successfully" in done.stdout


def test_age_zstd_and_jq_open_a_batch(tmp_path):
    placed = write(tmp_path, [record_line(1), record_line(2)])
    keep_key(tmp_path, "head_office")
    manifest, one, two = map(json.loads, content(tmp_path, placed.path))
    assert manifest["count"] == 2
    columns = manifest["columns"]["roster"]
    assert [json.loads(record_line(n)) for n in (1, 2)] == [one, two]
    names = [row[columns.index("name")]["hi"] for row in one["f"]["roster"]]
    assert names == [row["name"]["hi"] for row in ROSTER]


def test_jq_prints_the_lines_byte_for_byte(tmp_path):
    """Canonical lines are plain JSON that no tool has a reason to spell in another way."""
    keep_key(tmp_path, "head_office")
    lines = content(tmp_path, write(tmp_path, [record_line(1)]).path)
    assert lines[1].encode() == record_line(1)


def test_a_revision_can_be_recomputed_by_sha256sum(tmp_path):
    body, rev = sealed()
    (tmp_path / "body").write_bytes(body)
    done = shell("{ printf 'fieldapp-rev-1\\0'; jq -cSj . body; } | sha256sum | head -c 32", tmp_path)
    assert done.stdout == rev


def test_openssl_verifies_the_signature_and_notices_a_changed_header(tmp_path):
    placed = write(tmp_path, [record_line()])
    assert verified(tmp_path, placed.path, CENTRE)
    assert not verified(tmp_path, placed.path, HQ)
    changed = tmp_path / "changed.fieldsync"
    changed.write_bytes(placed.path.read_bytes().replace(b'"batch":42', b'"batch":43'))
    assert not verified(tmp_path, changed, CENTRE)


def test_sha256sum_agrees_with_the_cover(tmp_path):
    path = write(tmp_path, [record_line()]).path
    source = path.read_bytes()
    done = shell(f"tail -c +{137 + header_length(source)} {path.name} | sha256sum", tmp_path)
    assert done.stdout.split()[0] == source[40:72].hex()


@pytest.mark.parametrize(
    ("name", "reader", "owner"),
    [
        ("batch", "head_office", CENTRE),
        ("batch", "reserve", CENTRE),
        ("receipt", "centre", HQ),
        ("request", None, STRANGER),
        ("pack", None, HQ),
        ("give_back", "centre", HQ),
    ],
)
def test_the_golden_files_open_with_public_tools(tmp_path, name, reader, owner):
    path = GOLDEN / "sync_file_v1" / f"{name}.fieldsync"
    expected = json.loads(path.with_suffix(".json").read_text("utf-8"))
    if reader:
        keep_key(tmp_path, reader)
    manifest, *lines = content(tmp_path, path, encrypted=bool(reader))
    assert json.loads(manifest) == expected["manifest"]
    assert len(lines) == len(expected["lines"])
    assert verified(tmp_path, path, owner)
