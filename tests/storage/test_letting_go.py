"""Names are found where they stand for themselves, in whatever form a text is kept."""

import pytest

from fieldapp.storage.letting_go import spoken, without


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("सीता, सीतामढ़ी, गीतासीता, सीताः", "–, सीतामढ़ी, गीतासीता, सीताः"),
        ("Sita's, Sitamarhi, Sita Devi.", "–'s, Sitamarhi, –."),
        (r'{"notes":"came\nसीता\tSita"}', r'{"notes":"came\n–\t–"}'),
        ("+915000012321", "+91–"),
        ("सीता।", "–।"),
    ],
)
def test_a_name_is_taken_out_where_it_is_a_word(text, left):
    assert without(text, spoken(["सीता", "Sita", "Sita Devi", "5000012321"])) == left


def test_nothing_is_found_where_nobody_is_called_anything():
    assert without("सीता", spoken([])) == "सीता"
