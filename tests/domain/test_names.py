import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fieldapp.domain.names import (
    matches,
    order_key,
    search_key,
    search_query,
    skeleton,
)
from fieldapp.resources import resource

# Each line: ways in which one name is written; every one must find every other.
VARIANTS = """
sunita|सुनीता|suneeta|Smt. Sunita Devi|Sunitha|सुनिता|श्रीमती सुनीता देवी|SUNITA DEVI|सुनी\u200dता
ज़ैनब|\u095bैनब|जैनब|Zainab|Jainab|Zenab|Zainab Khatoon|ज़ैनब खातून
मांझी|माँझी|मान्झी|Manjhi|Manji
पंडा|पण्डा|Panda
अनंत|अनन्त|अनन्\u200dत|Anant|Ananth
लक्ष्मी|Laxmi|Lakshmi|Lakshmee|Laksmi
मो. शमीम अंसारी|Md. Shamim Ansari|Mohd Shameem Ansari|Mohammad Shamim Ansari|मोहम्मद शमीम अंसारी|मो० शमीम अंसारी
Muhammed Samim Ansaree|Shamim Ansari|Md.Shamim Ansari|शमीम अंसारी
फूलमनी|फूल मनी|Phulmani|Fulmani|Phool Mani|Foolmani|श्रीमती फूलमनी
राजेश|Rajesh|Raajesh|Rajes
लकड़ा|लक\u0921\u093cा|लकडा|Lakra
गोराईं|Gorain
उरांव|उराँव|Oraon|Uraon
सिंह|Singh|Sinh|Sing
महतो|Mahato|Mahto|Mahatho
संतोष|सन्तोष|Santosh|Santos|Shantosh
विजय|Vijay|Bijay|Vijai|बिजय
वैद्यनाथ|बैद्यनाथ|Baidyanath|Vaidyanath
छोटेलाल|छोटे लाल|Chhotelal|Chotelal|Chote Lal
चांदमुनी|चाँदमुनी|Chandmuni|Chand Muni
आफ़ताब|आफताब|Aftab|Aaftab
ख़ुशबू|खुशबू|Khushbu|Khushboo|Kushboo
ग़ुलाम|गुलाम|Gulam|Ghulam
तिर्की|Tirkey|Tirki|Tirky
गोप|Gope|Gop
कृष्ण|Krishna|Krisna|कृष्णा
चौधरी|Chaudhary|Choudhary|Chowdhury|Chaudhari|Choudhury
योगेश्वर|जोगेश्वर|Jogeshwar|Yogeshwar|Yogeswar
यादव|Yadav|Yadaw|Jadav
विश्वनाथ|Vishwanath|Bishwanath|Biswanath
ज्ञान|Gyan|Jnan|Gian
क़मर|कमर|Qamar|Kamar
आरती|Aarti|Arti|Arati|Ārtī
ज्योति|Jyoti|Joti|Jyothi
रुख़साना|Rukhsana|Ruksana|Rukhsaana|रुखसाना
हांसदा|Hansda|Hansdah|हाँसदा
हेम्ब्रम|हेंब्रम|Hembram|Hembrom
पाण्डेय|पांडेय|Pandey|पांडे|Pande
अब्दुल्ला|अब्दुल्लाह|Abdulla|Abdullah
कुशवाहा|Kushwaha|Kushwah
स्वर्णकार|Swarnkar|Swarnakar|Svarnkar
राय|Rai|Ray|Roy
फ़रहान|फरहान|Farhan|Farahan|Pharhan
जायसवाल|Jaiswal|Jayaswal
ओम प्रकाश|Om Prakash|Omprakash|ओमप्रकाश
सरस्वती|Saraswati|Sarasvati|Saraswathi
डॉ. मिश्रा|Dr. Mishra|Misra jee|मिश्रा जी
शेख़ रियाज़ुद्दीन|Sk. Riyazuddin|Sheikh Reyajuddin|शेख रियाजुद्दीन|Shaikh Riazuddin
जगदीश प्रसाद|Jagdish Prasad|Jagdeesh Pd.|जगदीश प्र०
उपेंद्र पासवान|Upendra Paswan|Upender Paswan
महादेव|Mahadev|Mahadeo
सुरेखा जाधव|Surekha Jadhav|Surekha Jadhao
प्रह्लाद|Prahlad|Pralhad|प्रल्हाद
ऋषिकेश|Rishikesh|Hrishikesh|हृषिकेश
परवीन|Parveen|Perween
राम किशोर साव|Ramkishore Saw|Ram Kishor Sao|रामकिशोर साव
एस. के. सिन्हा|S. K. Sinha|S K Sinha|एस के सिन्हा
शुभंकर|Subhankar|Shubhankar
""".strip().splitlines()

NAMES = json.loads(resource("demo", "names.json").read_text("utf-8"))
PARTS = ("male", "female", "surname_any", "surname_female_only")
PAIRS = [tuple(pair) for part in PARTS for pair in NAMES[part]]


def finds(query: str, *names: str) -> bool:
    return matches(search_query(query), search_key(*names)) is not None


@pytest.mark.parametrize("line", VARIANTS, ids=lambda line: line.split("|")[-1])
def test_every_way_to_write_a_name_finds_every_other(line: str):
    names = line.split("|")
    missed = [(query, name) for query in names for name in names if not finds(query, name)]
    assert not missed


@pytest.mark.parametrize(("latin", "hindi"), PAIRS)
def test_the_two_scripts_of_a_name_find_each_other(latin: str, hindi: str):
    assert finds(latin, hindi)
    assert finds(hindi, latin)


def test_different_names_of_the_list_do_not_share_a_key():
    keys = {search_key(latin) for latin, _ in PAIRS}
    assert len(keys) == len(PAIRS)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("Anita", "Sunita"),
        ("Sunita", "Anita"),
        ("Sunita Devi", "Savita Devi"),
        ("Mahesh", "Mishra"),
        ("Mohan", "Mona"),
        ("Rajesh", "Ramesh"),
        ("Dinesh", "Danish"),
        ("Nita", "Anita"),
        ("सुनीता महतो", "सुनीता सोरेन"),
        ("Lakhan", "Lalan"),
    ],
)
def test_a_different_name_is_not_found(query: str, name: str):
    assert not finds(query, name)


def test_a_name_is_found_while_it_is_being_typed():
    for typed in ("s", "su", "sun", "suni", "sunit", "सु", "सुनी", "sunita d", "sunita de", "सुनीता दे"):
        assert finds(typed, "सुनीता देवी"), typed
    for typed in ("m", "mo", "moh", "md", "md s", "md sham"):
        assert finds(typed, "Md. Shamim Ansari"), typed
    assert finds("mo", "Mohan Turi")
    assert finds("shri", "Shrikant Das")


def test_words_may_come_in_any_order_and_the_strictest_match_ranks_first():
    query = search_query("Devi Sunita")
    assert matches(query, search_key("Sunita Devi")) == 0
    assert matches(query, search_key("Sunita Soren")) == 2
    assert matches(query, search_key("Anita Devi")) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sukhmoti", "सुखमति"),
        ("Mousumi", "मौसमी"),
        ("Chakraborty", "चक्रवर्ती"),
        ("Somenath", "सोमनाथ"),
        ("Augustin", "अगस्टिन"),
        ("Churka", "Chudka"),
    ],
)
def test_two_spellings_that_differ_in_vowels_have_one_skeleton(one: str, other: str):
    bones = [{skeleton(token) for token in search_key(name).split()} - {""} for name in (one, other)]
    assert bones[0] & bones[1]


def test_a_skeleton_of_less_than_three_letters_is_none():
    assert [skeleton(token) for token in ("divi", "nit", "24", "ಬೆಂಗಳೂರು", "sunit")] == ["", "", "", "", "snt"]


def test_a_title_alone_is_looked_for_as_it_stands():
    assert search_query("Smt.")
    assert search_query("मो०") == search_query("मो.")


def test_nothing_typed_is_no_query():
    assert search_query("") == search_query(" - ") == ()
    assert search_key("", "") == ""


def test_a_key_holds_both_scripts_of_a_name_once():
    assert search_key("सुनीता देवी", "Sunita Devi") == "sunit divi sunitdivi"


def test_a_husbands_name_after_w_o_does_not_hide_the_wife():
    assert finds("sunita ramesh", "Sunita Devi w/o Ramesh Mahato")
    assert "v" not in search_key("Sunita W/O Ramesh").split()


def test_numbers_and_other_scripts_can_be_looked_for():
    assert finds("24", "24 Paraganas North")
    assert finds("वार्ड ५", "Ward 5")
    assert finds("ಬೆಂಗಳೂರು", "ಬೆಂಗಳೂರು")


@example("ऀ")
@example("\ufe70")
@given(st.text(max_size=40))
def test_any_text_has_a_key_and_finds_itself(text: str):
    query = search_query(text)
    assert query == () or matches(query, search_key(text)) is not None


def test_names_are_in_the_order_of_a_dictionary():
    ordered = ["", "Anita", "bina", "Zakir", "अंजू", "अनीता", "क़मर", "कमला", "किरण", "कृष्ण", "क्षमा", "गीता"]
    assert sorted(set(ordered), key=order_key) == ordered
    assert order_key(" माँझी  सोरेन") == order_key("मांझी सोरेन")
    assert order_key("ज़ैनब") == order_key("\u095bैनब") == order_key("जैनब")
    assert len(order_key("लक्ष्मी " * 20)) == 40
    assert all(ord(letter) < 0x100 for letter in order_key("लक्ष्मी Devi ५"))
