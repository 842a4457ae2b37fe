"""Names of the area as people spell them in several scripts, and what is not to be found with them."""

import pytest

from fieldapp.domain.fields import Name
from fieldapp.domain.records import Activity, RosterRow

ALIKE = """
सावित्री देवी | Savitri Devi | sabitri devi | Smt Savithri
रुक्मिणी कुमारी | Rukmini Kumari | rukmani kumari
द्रौपदी महतो | Draupadi Mahto | dropadi mahato
शकुंतला सोरेन | Shakuntala Soren | sakuntala soren
कौशल्या देवी | Kaushalya Devi | kausalya
चमेली मुर्मू | Chameli Murmu | chamelee murmoo
फूलो हेंब्रम | Phulo Hembram | fulo hembrom
सलमा खातून | Salma Khatoon | salma khatun
नूरजहाँ बेगम | Noorjahan Begum | nurjahan begam
मोहम्मद इरफ़ान | Md. Irfan | mohammed irfan | मो. इरफान
अब्दुल क़य्यूम | Abdul Qayyum | abdul kayyum
फ़ैयाज़ अहमद | Faiyaz Ahmad | fayaz ahmed
शहनाज़ परवीन | Shahnaz Parveen | sahnaj parvin
ज़रीना ख़ातून | Zarina Khatoon | jarina khatun
लखींद्र मांझी | Lakhindra Manjhi | lakhindar majhi
बिरसा मुंडा | Birsa Munda | birsa munda
सोमरा उराँव | Somra Oraon | somra uraon
सुकुमार मंडल | Sukumar Mandal | sukumar mondal
तपन घोष | Tapan Ghosh | tapan ghose
प्रतिमा बाउरी | Pratima Bauri | protima bauri
विश्वनाथ चटर्जी | Bishwanath Chatterjee | viswanath chaterji
लक्ष्मी बनर्जी | Laxmi Banerjee | lakshmi banerji
ज्ञानेश्वर पाटील | Dnyaneshwar Patil | gyaneshwar patil
संभाजी शिंदे | Sambhaji Shinde | sambhaji sinde
विठ्ठल जाधव | Vitthal Jadhav | vithal jadhav
राधाबाई गायकवाड | Radhabai Gaikwad | radha bai gaikwad
""".strip()

NAMES = [[one.strip() for one in line.split("|")] for line in ALIKE.splitlines()]


@pytest.fixture
def home(centre_home):
    for n, (hindi, *_) in enumerate(NAMES, 1):
        row = RosterRow(row=1, position=1, name=Name(hindi))
        made = Activity(id=f"{n:032x}", number=n, letter="A", rows=(row,), last_row=1)
        centre_home.services.activities.save(centre_home.actor, made)
    return centre_home


def found(home, typed):
    return [one.name.hi for one in home.services.search.people(home.actor, typed)]


def test_every_spelling_finds_its_name_first_and_drowns_in_no_other(home):
    missed, drowned = [], []
    for hindi, *spellings in NAMES:
        for typed in (hindi, *spellings):
            names = found(home, typed)
            if hindi not in names:
                missed.append((typed, names))
            elif len(names) > 2:
                drowned.append((typed, names))
    assert missed == []
    assert drowned == []


def test_the_roster_is_offered_no_rows_of_its_own_sheet(home):
    search, actor = home.services.search, home.actor
    assert search.people(actor, "savitri", without_activity=f"{1:032x}") == ()
    (one,) = search.people(actor, "savitri")
    assert (one.activity, one.row, one.centre) == (f"{1:032x}", 1, 1)
    assert search.receipts(actor, "701499999999") == ()
