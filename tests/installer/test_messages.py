"""Gathering the program's sentences, and finding what is wrong with their Hindi."""

import pytest

from installer.messages import gather, problems, read, translations, written


@pytest.fixture
def catalogue(tmp_path):
    """The catalogue with this text after the header."""

    def made(body: str):
        path = tmp_path / "hi.po"
        path.write_text(written({}) + "\n" + body, "utf-8")
        return read(path)

    return made


def found(catalogue, *wanted: str) -> list[str]:
    return list(problems(catalogue, set(wanted), whole=True))


def test_sentences_come_from_texts_fields_and_code_labels(tmp_path):
    (tmp_path / "page.py").write_text(
        'a = Text("One " "sentence", n=1)\n'
        'b = text.Text("Yes" if a else "No")\n'
        'c: Annotated[str, Field("Mobile number", "Mobile", codes=X)]\n'
        'd = Field("Age (years)", short="Age", name="age")\n'
        "class Gender(Code):\n"
        '    """The docstring is none."""\n'
        '    F = "F", "Female", "Fem.", "K"\n'
        '    N = "N", ""\n'
        'e = print("not this")\n'
    )
    assert gather(tmp_path) == {
        "One sentence", "Yes", "No", "Mobile number", "Mobile", "Age (years)", "Age", "Female", "Fem.",
    }  # fmt: skip


def test_a_catalogue_that_holds_everything_has_no_problem(catalogue):
    assert found(catalogue('msgid "Save {n}"\nmsgstr "{n} सहेजें"\n'), "Save {n}") == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "not in the catalogue: 'Save {n}'"),
        ('msgid "Save {n}"\nmsgstr ""\n', "without Hindi: 'Save {n}'"),
        ('#, fuzzy\nmsgid "Save {n}"\nmsgstr "{n} सहेजें"\n', "marked fuzzy: 'Save {n}'"),
        ('msgid "Save {n}"\nmsgstr "{m} सहेजें"\n', "other placeholders in the Hindi: 'Save {n}'"),
        ('msgid "Save {n}"\nmsgstr "{n} \u095eाइल"\n', "Hindi not in NFC: 'Save {n}'"),
    ],
)
def test_each_thing_that_can_be_wrong_with_a_translation_is_found(catalogue, body, said):
    assert found(catalogue(body), "Save {n}") == [said]


def test_what_the_program_no_longer_says_is_found(catalogue):
    assert found(catalogue('msgid "Old"\nmsgstr "पुराना"\n')) == ["not used by the program: 'Old'"]
    assert found(catalogue('#~ msgid "Older"\n#~ msgstr "पुराना"\n')) == ["obsolete: 'Older'"]


def test_an_overlay_need_not_hold_everything(catalogue):
    assert list(problems(catalogue(""), {"Save"}, whole=False)) == []


def test_a_catalogue_is_the_same_text_whenever_it_is_written(tmp_path):
    hindi = {"B": "ब", "A\nline {x}": "पंक्ति\n{x}", "C": ""}
    text = written(hindi)
    (tmp_path / "hi.po").write_text(text, "utf-8")
    again = {str(message.id): str(message.string) for message in read(tmp_path / "hi.po") if message.id}
    assert again == hindi
    assert written(dict(sorted(hindi.items()))) == text


def test_translations_are_the_last_two_columns_and_the_first_offer_wins(tmp_path, capsys):
    (tmp_path / "a.tsv").write_text("group\tSave\tसहेजें\nTwo\\nlines\tदो\\nपंक्तियाँ\n", "utf-8")
    (tmp_path / "b.tsv").write_text("Save\tबचाएँ\n", "utf-8")
    assert translations([tmp_path]) == {"Save": "सहेजें", "Two\nlines": "दो\nपंक्तियाँ"}
    assert "बचाएँ" in capsys.readouterr().err
