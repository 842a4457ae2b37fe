import re
import time
import unicodedata

import pytest

from fieldapp.domain.codes import Level
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.place_tables import search_column
from fieldapp.domain.places import Gazetteer, Place, marked, said, shown
from fieldapp.storage.gazetteer import gazetteer, offered_places, state_words

KHAIRACHATAR = "place:" + "0" * 31 + "1"
TOLA = "place:" + "0" * 31 + "2"


@pytest.fixture(scope="module")
def india() -> Gazetteer:
    return gazetteer()


@pytest.fixture(scope="module")
def home(india: Gazetteer) -> Gazetteer:
    """The gazetteer of a home that has typed a panchayat and a hamlet in it."""
    panchayat = Place(KHAIRACHATAR, Level.GP, "Khairachatar", "खैराचातर", ("Khera Chatar",), "block:322/3069")
    hamlet = Place(TOLA, Level.HAMLET, "", "ऊपर टोला", parent=KHAIRACHATAR)
    return india.with_typed([panchayat, hamlet])


def keys(places: tuple[Place, ...]) -> list[str]:
    return [place.key for place in places]


@pytest.mark.parametrize(
    ("words", "key", "language", "wanted"),
    [
        ("कसमार", "block:322/3069", "en", "Kasmar"),
        ("Kasmar", "block:322/3069", "hi", "कसमार"),
        ("पेटरवार", "block:322/3072", "hi", "पेटरवार"),
        ("Peterwar", "block:322/3072", "en", "Peterwar"),
        ("ऊपर टोला", TOLA, "en", "ऊपर टोला (HI)"),
        ("ऊपर टोला", TOLA, "hi", "ऊपर टोला"),
        ("सरना चौक", "", "en", "सरना चौक"),
        ("", "block:322/3069", "en", ""),
    ],
)
def test_a_place_is_said_in_the_language_or_says_that_it_is_not(home, words, key, language, wanted):
    assert said(words, home.get(key), language) == wanted


# ---------------------------------------------------------------- what is there


def test_the_whole_directory_is_there(india: Gazetteer):
    assert len(india) == 36 + 763 + 4814 + 7233 + 6921
    assert len(india.children("")) == 36
    assert len(india.children("state:20", Level.DISTRICT)) == 24


def test_every_place_lies_in_one_that_is_there(india: Gazetteer):
    for state in india.children(""):
        assert state.level is Level.STATE
        for below in india.children(state.key):
            assert below.level in (Level.DISTRICT, Level.ULB)
            assert india.ancestors(below.key)[-1] == state
            for deeper in india.children(below.key):
                assert india.ancestors(deeper.key)[:2] == (below, state)


def test_bokaro_has_its_nine_blocks_and_two_towns(india: Gazetteer):
    blocks = {place.name_en: place.name_hi for place in india.children("district:322", Level.BLOCK)}
    assert blocks == {
        "Bermo": "बेरमो",
        "Chandankiyari": "चंदनकियारी",
        "Chandrapura": "चंद्रपुरा",
        "Chas": "चास",
        "Gomia": "गोमिया",
        "Jaridih": "जरीडीह",
        "Kasmar": "कसमार",
        "Nawadih": "नावाडीह",
        "Peterwar": "पेटरवार",
    }
    assert [town.name_hi for town in india.children("district:322", Level.ULB)] == ["चास", "फुसरो"]


def test_a_block_is_known_by_district_and_code(india: Gazetteer):
    both = [india["block:612/2504"], india["block:281/2504"]]
    assert [place.lgd_code for place in both] == [2504, 2504]
    assert [india.ancestors(place.key)[0].name_en for place in both] == ["Chirang", "Bongaigaon"]


@pytest.mark.parametrize(
    ("key", "hindi", "english", "district"),
    [
        ("ulb:251471", "ठाणे", "Thane", "district:497"),
        ("ulb:251483", "कल्याण-डोंबिवली", "Kalyan-Dombivli", "district:497"),
        ("ulb:251273", "सिलवासा", "Silvassa", "district:465"),
        ("ulb:251442", "नाशिक", "Nashik", "district:487"),
        ("ulb:251271", "दीव", "Diu", "district:464"),
        ("ulb:251530", "पुणे", "Pune", "district:490"),
        ("ulb:251577", "सोलापुर", "Solapur", "district:496"),
        ("ulb:251528", "पिंपरी-चिंचवड", "Pimpri-Chinchwad", "district:490"),
    ],
)
def test_the_cities_of_the_seed_have_their_official_names_and_districts(india, key, hindi, english, district):
    place = india[key]
    assert (place.name_hi, place.name_en, place.parent) == (hindi, english, district)
    assert place.hindi_source


def test_the_seed_calls_two_places_union_territories_and_they_lie_in_one(india: Gazetteer):
    assert {india.ancestors(key)[-1].key for key in ("ulb:251273", "ulb:251271")} == {"state:38"}


def test_states_districts_of_jharkhand_and_blocks_of_bokaro_all_have_hindi_names(india: Gazetteer):
    districts = india.children("state:20", Level.DISTRICT)
    for place in (*india.children(""), *districts, *india.children("district:322")):
        assert place.name_hi, place.key
        assert place.hindi_source, place.key


def test_hindi_names_are_devanagari_in_nfc_and_english_ones_are_not_in_capitals(india: Gazetteer):
    for state in india.children(""):
        for place in (state, *india.children(state.key)):
            assert place.name_hi == unicodedata.normalize("NFC", place.name_hi)
            assert all("ऀ" <= c <= "ॿ" or c in " -" for c in place.name_hi), place.name_hi
            assert place.name_en
            assert not re.search("[A-Z]{5}", place.name_en), place.name_en


def test_a_name_in_the_language_of_the_state_is_never_shown_as_hindi(india: Gazetteer):
    for local, english in (("ஆரணி", "Arani"), ("તળાજા", "Talaja"), ("भानुप्रतापपुर", "Bhanupratappur")):
        place = next(one for one in india.find(local) if local in one.aliases)
        assert (place.name_en, place.name_hi) == (english, "")
        assert shown(place, "hi") == (english, True)


def test_an_unknown_key_is_said_to_be_unknown(india: Gazetteer):
    assert india.get("block:322/9999") is None
    assert "block:3069" not in india
    assert india.ancestors("nowhere") == ()
    with pytest.raises(KeyError):
        india["state:99"]


# ---------------------------------------------------------------- finding


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Petarwar", "block:322/3071"),
        ("Peterwar", "block:322/3071"),
        ("Peterbar", "block:322/3071"),
        ("PETERWAR", "block:322/3071"),
        ("पेटरवार", "block:322/3071"),
        ("petar", "block:322/3071"),
        ("Gomia", "block:322/3067"),
        ("Gumia", "block:322/3067"),
        ("गोमिया", "block:322/3067"),
        ("Chandankiari", "block:322/3065"),
        ("चन्दनकियारी", "block:322/3065"),
        ("Kasmar", "block:322/3069"),
        ("थाइन", "ulb:251471"),
        ("ठाणे", "district:497"),
        ("कल्याण", "ulb:251483"),
        ("Kalyan Dombivali", "ulb:251483"),
        ("सिलवासा (यू/टी)", "ulb:251273"),
        ("Silvasa", "ulb:251273"),
        ("नासिक", "district:487"),
        ("दीव (यू/टी)", "ulb:251271"),
        ("पिंपरी-चिंचवड़", "ulb:251528"),
        ("Pimpri", "ulb:251528"),
        ("सोलापुर", "district:496"),
        ("Sholapur", "district:496"),
        ("पुणे", "district:490"),
        ("Jharkhand", "state:20"),
        ("झारखण्ड", "state:20"),
        ("Orissa", "state:21"),
        ("राँची", "district:339"),
        ("Hazaribag", "district:332"),
        ("singhbhum east", "district:327"),
        ("खूँटी", "district:606"),
    ],
)
def test_a_place_is_found_by_every_spelling_in_either_script(india: Gazetteer, text: str, key: str):
    assert keys(india.find(text))[0] == key


def test_levels_and_a_place_around_narrow_the_search(india: Gazetteer):
    assert keys(india.find("thane", levels=[Level.ULB]))[0] == "ulb:251471"
    assert keys(india.find("नाशिक", levels=[Level.ULB]))[0] == "ulb:251442"
    nawadih = india.find("nawadih", levels=[Level.BLOCK], within="district:322")
    assert keys(nawadih) == ["block:322/3070"]
    for place in india.find("rampur", within="state:9", limit=50):
        assert india.lies_in(place.key, "state:9")
    assert india.find("petarwar", within="state:27") == ()


def test_a_whole_name_comes_before_longer_ones_and_words_inside(india: Gazetteer):
    names = [place.name_en for place in india.find("chas", limit=50)]
    assert names[:3] == ["Chas", "Chas", "Chas"]
    assert all(name != "Chas" for name in names[3:])


def test_nothing_typed_or_nothing_like_it_finds_nothing(india: Gazetteer):
    assert india.find("") == ()
    assert india.find("   ") == ()
    assert india.find("qwertyuiopasdf") == ()


def test_every_town_block_and_district_of_jharkhand_finds_itself(india: Gazetteer):
    for district in india.children("state:20", Level.DISTRICT):
        for place in (district, *india.children(district.key)):
            for name in filter(None, (place.name_en, place.name_hi, *place.aliases)):
                assert place in india.find(name, levels=[place.level], within="state:20"), name


def test_the_shipped_search_tokens_are_those_of_the_names_as_they_are_now(india: Gazetteer):
    for row in india._rows:
        place = india[row.key]
        names = (place.name_en, place.name_hi, *place.aliases)
        missing = set(search_column(filter(None, names)).split()) - set(row.tokens.split())
        assert not missing, f"{place.key}: run installer.build_places"


def test_finding_is_quick(india: Gazetteer):
    india.find("warm", within="state:20")
    for text in ("s", "ka", "m", "petarwar", "थाइन", "ramgarh cantonment"):
        for narrowed in ({}, {"within": "state:20"}, {"levels": [Level.BLOCK]}):
            took = []
            for _ in range(5):
                start = time.process_time()  # others may be at work on this machine
                india.find(text, **narrowed)
                took.append(time.process_time() - start)
            assert min(took) < 0.015, text  # 5 ms on a machine that does nothing else


# ---------------------------------------------------------------- places typed at home


def test_a_typed_place_is_found_at_once_in_either_script_and_knows_where_it_lies(home: Gazetteer):
    for text in ("Khairachatar", "खैराचातर", "khaira", "खैरा", "khera chatar"):
        assert keys(home.find(text, within="block:322/3069")) == [KHAIRACHATAR], text
    assert keys(home.find("खैराचातर"))[0] == KHAIRACHATAR
    assert [place.name_en for place in home.ancestors(TOLA)] == [
        "Khairachatar",
        "Kasmar",
        "Bokaro",
        "Jharkhand",
    ]
    assert keys(home.children("block:322/3069")) == [KHAIRACHATAR]
    assert keys(home.find("upar tola", within="district:322")) == [TOLA]


def test_typed_places_do_not_change_the_gazetteer_they_came_to(home: Gazetteer, india: Gazetteer):
    assert KHAIRACHATAR in home
    assert KHAIRACHATAR not in india
    again = home.with_typed([home[TOLA]._replace(name_en="Upper Hamlet")])
    assert again[TOLA].name_en == "Upper Hamlet"
    assert len(again) == len(home) == len(india) + 2


def test_a_typed_place_may_lie_in_an_unknown_place_or_in_itself(india: Gazetteer):
    odd = india.with_typed(
        [
            Place(KHAIRACHATAR, Level.VILLAGE, "Nowhere", parent="block:1/999999"),
            Place(TOLA, Level.VILLAGE, "Circle", parent=TOLA),
        ]
    )
    assert odd.ancestors(KHAIRACHATAR) == odd.ancestors(TOLA) == ()
    assert keys(odd.find("circle", within=TOLA)) == [TOLA]


def test_places_that_lie_in_each_other_in_a_ring_end_where_they_began(india: Gazetteer):
    ring = [f"place:{n:032x}" for n in (1, 2, 3)]
    odd = india.with_typed(
        Place(key, Level.VILLAGE, f"Ring {n}", parent=ring[n - 1]) for n, key in enumerate(ring)
    )
    assert [one.key for one in odd.ancestors(ring[0])] == [ring[2], ring[1]]
    assert odd.state_of(ring[0]) == ""
    assert odd.lies_in(ring[0], ring[1])
    assert not odd.lies_in(ring[0], "state:20")
    assert set(keys(odd.find("ring", within=ring[0], near=ring[1]))) == set(ring)


def test_a_missing_name_shows_the_other_one_marked(home: Gazetteer):
    assert shown(home[KHAIRACHATAR], "hi") == ("खैराचातर", False)
    assert shown(home[KHAIRACHATAR], "en") == ("Khairachatar", False)
    assert shown(home[TOLA], "en") == ("ऊपर टोला", True)
    assert shown(home["block:326/3098"], "hi") == ("Dumka", True)
    assert marked(home["block:326/3098"], "hi") == "Dumka (EN)"
    assert marked(home[TOLA], "en") == "ऊपर टोला (HI)"
    assert marked(home[KHAIRACHATAR], "hi") == "खैराचातर"


# ---------------------------------------------------------------- what is near


def test_of_names_alike_the_nearest_comes_first(india: Gazetteer):
    found = india.find("Rampur", levels=(Level.BLOCK,), limit=20)
    anywhere = [place.parent for place in found if place.name_en == "Rampur"]
    assert len(anywhere) > 2
    for parent in anywhere:
        assert india.find("Rampur", levels=(Level.BLOCK,), limit=3, near=parent)[0].parent == parent


def test_a_near_name_that_begins_so_comes_before_a_far_one(india: Gazetteer):
    assert keys(india.find("Chand", limit=3, near="block:322/3065")) == [
        "block:322/3065",  # Chandankiyari, the home's own block, before Chandrapura
        "block:322/6626",
        "subdistrict:2589",
    ]


def test_what_is_near_is_found_even_where_much_begins_so(home: Gazetteer):
    assert KHAIRACHATAR in keys(home.find("kh", limit=6, near="block:322/3069"))


@pytest.mark.parametrize("text", ["खैराचातर", "Khairachatar", "khera chatar", "KHAIRACHATAR", "खैरा चातर"])
def test_a_village_typed_again_in_another_script_or_spelling_is_a_namesake(home: Gazetteer, text: str):
    assert keys(home.namesakes(text, "block:322/3069")) == [KHAIRACHATAR]
    assert home.namesakes(text, "block:322/3066") == ()
    assert home.namesakes(text[:5], "block:322/3069") == ()


@pytest.mark.parametrize(
    ("text", "near", "key"),
    [
        ("Kasmar", "", "block:322/3069"),
        ("कसमार", "block:322/3066", "block:322/3069"),
        ("पेटरवार", "block:322/3066", "block:322/3071"),
        ("Petarwar", "district:322", "block:322/3071"),
        ("Thane", "ulb:251471", "ulb:251471"),
        ("Panaji", "block:322/3066", "ulb:252071"),
        ("Kas", "block:322/3066", ""),
        ("Rampur", "", ""),
        ("", "", ""),
    ],
)
def test_a_name_means_the_nearest_place_or_none(india: Gazetteer, text: str, near: str, key: str):
    meant = india.meant(text, near)
    assert (meant.key if meant else "") == key


def test_a_village_of_the_name_of_a_far_block_is_not_that_block(india: Gazetteer):
    assert india.meant("Achabal", "block:322/3069") is None


# ---------------------------------------------------------------- codes on the command line


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("block:322/3069", "block:322/3069"),
        ("322/3069", "block:322/3069"),
        ("block 3069", "block:322/3069"),
        ("Block: 3069", "block:322/3069"),
        ("३२२/३०६९", "block:322/3069"),
        ("district 322", "district:322"),
        ("state:20", "state:20"),
        ("ulb 251471", "ulb:251471"),
        ("251471", "ulb:251471"),
        ("tehsil 2593", "subdistrict:2593"),
        (KHAIRACHATAR, KHAIRACHATAR),
    ],
)
def test_a_code_on_the_command_line_is_understood(india: Gazetteer, text: str, key: str):
    assert india.parse_lgd(text) == key


@pytest.mark.parametrize("text", ["block 2504", "322", "२०"])
def test_a_code_that_stands_for_several_places_is_refused_with_their_keys(india: Gazetteer, text: str):
    with pytest.raises(InvalidInput) as refused:
        india.parse_lgd(text)
    offered = str(refused.value.title.args["keys"]).split(", ")
    assert len(offered) > 1
    assert all(key in india for key in offered)


@pytest.mark.parametrize(
    "text", ["", "Kasmar", "322/9999", "block:322/3069/1", "place:12", "district", "ward 5"]
)
def test_what_is_no_code_is_refused(india: Gazetteer, text: str):
    with pytest.raises(InvalidInput):
        india.parse_lgd(text)


# ---------------------------------------------------------------- the smaller tables


def test_the_places_of_bokaro_are_offered_block_by_block(india: Gazetteer):
    offered = offered_places()
    assert sum(map(len, offered.values())) == 87
    assert set(offered) == {block.key for block in india.children("district:322", Level.BLOCK)}
    assert ("Khairachatar", "खैराचातर") in [(p.name_en, p.name_hi) for p in offered["block:322/3069"]]
    everything = [(block, place) for block, places in offered.items() for place in places]
    assert len({block for block, place in everything if place.name_en == "Narayanpur"}) == 2
    assert all(place.source and place.level in (Level.GP, Level.VILLAGE) for _, place in everything)


def test_each_state_has_its_own_words_and_the_rest_the_common_ones(india: Gazetteer):
    words = state_words()
    assert words.words("block", "state:20", "hi") == "प्रखंड"
    assert words.words("block", "state:27", "hi") == "तालुका"
    assert words.words("block", "state:9", "hi") == "विकास खंड"
    assert words.words("centre", "state:20", "hi") == "प्रज्ञा केंद्र"
    assert words.words("centre", "state:30", "en") == "Common Service Centre"
    assert words.words("district_head", "state:20", "hi") == "उपायुक्त"
    assert {state for _, state in words._words} - {"*"} <= {place.key for place in india.children("")}
    with pytest.raises(KeyError):
        words.words("planet", "state:20", "hi")


def test_a_search_column_marks_whole_names_and_holds_the_words():
    assert search_column(["Kasmar", "कसमार"]) == "=ksmr"
    assert search_column(["North Goa"]) == "=nurtgu nurt gu"
