"""Kruti Dev 010: recognised, and put into Unicode.

WORDS are written in the font by `typed`, an inverse that follows the keyboard chart and shares no table with
the program; PAIRS are spellings as they stand in old files.
"""

import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.kruti_dev import kruti_to_unicode, looks_like_kruti_dev
from fieldapp.resources import resource

NAMES = json.loads(resource("demo", "names.json").read_text("utf-8"))
PARTS = ("male", "female", "surname_any", "surname_female_only")
PAIRS_OF_NAMES = [tuple(pair) for part in PARTS for pair in NAMES[part]]


def words(text: str) -> list[str]:
    return text.split()


def table(pairs: str) -> dict[str, str]:
    """'ख [ ग X' as a dictionary."""
    return dict(zip(words(pairs)[::2], words(pairs)[1::2], strict=True))


WORDS = words("""
नाम पिता पति माता पुत्र पुत्री पत्नी गाँव ग्राम पंचायत प्रखंड जिला राज्य झारखंड बोकारो कसमार पेटरवार नावाडीह बेरमो गोमिया
चंदनकियारी चंद्रपुरा जरीडीह चास खैराचातर पोंडा कमलडीह उकरीद पुपुनकी पिंड्राजोरा कार्यालय विद्यालय महाविद्यालय विश्वविद्यालय
प्रज्ञा केंद्र प्रशिक्षण प्रशिक्षु प्रशिक्षक डिजिटल भुगतान बैंक खाता खाताधारक मोबाइल नंबर कार्ड स्वाइप पासबुक रसीद राशि रुपया रुपये
लेनदेन सफल असफल लंबित कारण नेटवर्क मशीन दुकान दुकानदार व्यापारी किसान मज़दूर महिला पुरुष छात्र छात्रा शिक्षक शिक्षित अशिक्षित
स्वयंसेवक सहायता समूह आँगनबाड़ी सहिया मुखिया वार्ड सदस्य पदाधिकारी अधिकारी कर्मचारी विभाग योजना लक्ष्य उपस्थिति हस्ताक्षर
अँगूठा निशान दिनांक समय स्थान विषय वक्ता अध्यक्ष सचिव कोषाध्यक्ष मंत्री मंत्रालय राष्ट्रीय अंतर्राष्ट्रीय आर्थिक सामाजिक धार्मिक
कृषि कृषक ऋण ऋषि ज्ञान विज्ञान यज्ञ श्री श्रीमती श्रम आश्रम क्षेत्र क्षमा शिक्षा रक्षा पक्ष त्रुटि पत्र पत्रिका मित्र रात्रि
कर्म धर्म वर्ष मार्च अप्रैल सितंबर अक्टूबर दिसंबर पूर्व उत्तर दक्षिण पश्चिम वृद्ध शुद्ध बुद्ध युद्ध उद्देश्य उद्घाटन विद्या द्वार
द्वितीय प्रथम तृतीय चतुर्थ पंचम कुर्सी बर्तन मिर्च गर्मी सर्दी निर्माण निर्देश निर्मित परिवर्तन पर्व सर्व मूर्ति कीर्ति शांति
क्रांति संस्कृति प्रकृति दृष्टि सृष्टि हृदय गृह मृत्यु स्त्री स्त्रियाँ ट्रक ट्रेन ड्राइवर राष्ट्र पुष्पा कृष्णा लक्ष्मी सरस्वती पार्वती
दुर्गा अर्जुन धर्मेंद्र जितेंद्र महेंद्र चन्द्र मुन्ना गुड्डू पप्पू छुट्टी चिट्ठी मिट्टी पक्का सच्चा बच्चा अच्छा विच्छिन्न कुत्ता पत्ता
सत्य नित्य मध्य ध्यान न्याय व्यय प्यास क्या ख्याति ग्यारह घ्राण च्यवन ज्योति ज़ैनब ख़ुशबू ग़ुलाम क़मर फ़रहान पढ़ाई सड़क लड़की बड़ा
घोड़ा ढाई डमरू ठेला ठाकुर थाना थकान झूठ झंडा छाता छः अतः ऊपर ऊन उम्र एक ऐनक ओखली औरत ईंट ईश्वर इमली आठ अनार अंगूर
हँसी मुँह चाँद
""")

SENTENCES = [
    "आपने जो कहा है वह सही है",
    "श्रीमती सुनीता देवी, पति श्री राजेश महतो, ग्राम खैराचातर",
    "दूसरे भुगतान में नेटवर्क नहीं मिला।",
    "प्रशिक्षण केंद्र (कसमार) में 35 प्रतिभागी उपस्थित थे।",
    "सभी अधिकारियों एवं कर्मचारियों की बैठक दिनांक 14-01-2017 को होगी।",
]

PAIRS = [
    ("vkius tks dgk gS og lgh gS", "आपने जो कहा है वह सही है"),
    ("fofPNUu", "विच्छिन्न"),
    ("lquhrk", "सुनीता"),
    ("xzke iapk;r Hkou] dlekj", "ग्राम पंचायत भवन, कसमार"),
    ("{ks=", "क्षेत्र"),
    ("if=dk", "पत्रिका"),
    ("iqf=k", "पुत्रि"),
    ("fo|ky;", "विद्यालय"),
    ("egRoiw.kZ", "महत्वपूर्ण"),
    ("mÙkj", "उत्तर"),
    ("mRrj", "उत्तर"),
    ("vkÆFkd", "आर्थिक"),
    ("vkfFkZd", "आर्थिक"),
    ('eaf=ifj"kn', "मंत्रिपरिषद"),
    ("M‚DVj", "डॉक्टर"),
    ("MkWDVj", "डॉक्टर"),
    ("vkWfQl", "ऑफिस"),
    ('Ñf"k', "कृषि"),
    ('d`f"k', "कृषि"),
    ("çf'k{k.k", "प्रशिक्षण"),
    ("izf'k{k.k", "प्रशिक्षण"),
    ("¶yS'k", "फ्लैश"),
    ("O;oLFkk", "व्यवस्था"),
    ("fnukad 14&01&2017", "दिनांक 14-01-2017"),
    ("¼dlekj½", "(कसमार)"),
    ("eks- 'keh valkjh", "मो. शमी अंसारी"),
    ("xka/kh th us dgkA", "गांधी जी ने कहा।"),
    ("ñƒ vçSy", "॰१ अप्रैल"),
    ("dksbZ ugÈ", "कोई नहीं"),
]

# ---------------------------------------------------------------- writing in the font, by its keyboard chart

STEMMED = table("ख [ ग X घ ? च P ज T ण . त R थ F ध / न U प I ब C भ H म E ल Y व O श ' ष \" स L क्ष {")
WHOLE = table("ग x च p ज t त r न u प i ब c म e ल y व o स l")
ROUND = table("क d छ N ट V ठ B ड M ढ < द n फ Q य ; र j ह g झ > ङ ³ ञ ¥ ळ G ज्ञ K श्र J त्र = द्य | द्ध ) द्व }")
HALVES = {**STEMMED, "क": "D", "फ": "¶", "य": "¸", "ह": "º"}
SIGNS = table("ा k ी h ु q ू w ृ ` े s ै S ो ks ौ kS ॉ ‚ ं a ँ ¡ ः %")
ALONE = table("अ v आ vk इ b ई bZ उ m ऊ Å ए , ऐ ,s ओ vks औ vkS ऋ _ ऑ v‚")
MARKS = {"।": "A", ",": "]", "-": "&", ".": "-", "(": "¼", ")": "½"}
LIGATURES = ["क्ष", "ज्ञ", "श्र", "त्र", "द्य", "द्ध", "द्व"]
AKSHARA = re.compile(
    r"(?P<reph>र्(?=[क-ह]))?(?P<cluster>(?:[क-हळ]़?्)*[क-हळ]़?)(?P<signs>[ा-ौंँः]*)"
    r"|(?P<alone>[अ-औऑ])(?P<dots>[ंँः]*)|(?P<mark>.)"
)


def typed(text: str, *, stems: bool = False) -> str:
    """The text as somebody types it in Kruti Dev 010. stems: whole letters as half ones with their stem."""
    return "".join(_akshara(found, stems) for found in AKSHARA.finditer(unicodedata.normalize("NFC", text)))


def _akshara(found: re.Match[str], stems: bool) -> str:
    if found["mark"]:
        return MARKS.get(found["mark"], found["mark"])
    if found["alone"]:
        return ALONE[found["alone"]] + "".join(SIGNS[one] for one in found["dots"])
    signs = found["signs"]
    before = "f" if "ि" in signs else ""
    vowels = "".join(SIGNS[one] for one in signs if one not in "िंँः")
    dots = "".join(SIGNS[one] for one in signs if one in "ंँः")
    return before + _cluster(found["cluster"], stems) + vowels + ("Z" if found["reph"] else "") + dots


def _cluster(letters: str, stems: bool) -> str:
    rakar = letters.endswith("्र") and letters not in ("श्र", "त्र") and not letters.endswith("्त्र")
    if rakar:
        letters = letters.removesuffix("्र")
    units = re.findall("|".join(LIGATURES) + "|[क-हळ]़?", letters)
    written = ""
    for at, unit in enumerate(units):
        letter, dot = unit.rstrip("़"), "+" if unit.endswith("़") else ""
        if at == len(units) - 1:
            whole = ROUND.get(letter) or ("" if stems else WHOLE.get(letter))
            written += whole + dot if whole else STEMMED[letter] + dot + "k"
        else:
            written += HALVES[letter] + dot if letter in HALVES else ROUND[letter] + dot + "~"
    if rakar and units[-1] in ("ट", "ड"):
        return written + "ª"
    return written + "z" * rakar


def test_the_chart_writes_what_old_files_hold():
    assert [typed(word) for word in ("सुनीता", "विच्छिन्न", "प्रशिक्षण", "राष्ट्रीय", "ग्राम", "झारखंड")] == [
        "lquhrk",
        "fofPNUu",
        "izf'k{k.k",
        'jk"Vªh;',
        "xzke",
        ">kj[kaM",
    ]


@pytest.mark.parametrize("text", [*WORDS, *SENTENCES])
def test_what_is_typed_in_the_font_comes_out_in_unicode(text: str):
    assert kruti_to_unicode(typed(text)) == unicodedata.normalize("NFC", text)
    assert kruti_to_unicode(typed(text, stems=True)) == unicodedata.normalize("NFC", text)


def test_every_common_name_comes_back():
    lost = [(hindi, typed(hindi)) for _, hindi in PAIRS_OF_NAMES]
    assert not [one for one in lost if kruti_to_unicode(one[1]) != unicodedata.normalize("NFC", one[0])]


@pytest.mark.parametrize(("kruti", "hindi"), PAIRS)
def test_spellings_of_old_files_come_out_in_unicode(kruti: str, hindi: str):
    assert kruti_to_unicode(kruti) == unicodedata.normalize("NFC", hindi)


def test_quotes_that_a_word_processor_curled_are_the_keys_that_were_typed():
    assert looks_like_kruti_dev("jkes’oj egrks")
    assert kruti_to_unicode("jkes’oj egrks") == "रामेश्वर महतो"


def test_numbers_and_what_is_devanagari_already_stay():
    assert kruti_to_unicode("lquhrk 5012345678 सुनीता") == "सुनीता 5012345678 सुनीता"


@given(st.text(max_size=40))
def test_any_text_can_be_converted(text: str):
    assert kruti_to_unicode(text) == unicodedata.normalize("NFC", kruti_to_unicode(text))


# ---------------------------------------------------------------- recognising it


@pytest.mark.parametrize(
    "text",
    [
        "vkius tks dgk gS og lgh gS",
        "fofPNUu",
        "lquhrk nsoh",
        "jes'k dqekj",
        "y{eh",
        "jkts'k flag",
        "'kkafr egrks",
        "[kSjkpkrj",
        "iapk;r Hkou] dlekj",
        "fnukad 14&01&2017",
        "eks- 'keh valkjh",
        "t;arh lksjsu",
        'iq"ik nsoh',
        ">kj[k.M",
    ],
)
def test_hindi_in_kruti_dev_is_recognised(text: str):
    assert looks_like_kruti_dev(text)


@pytest.mark.parametrize(
    "text",
    [
        "Sunita Devi",
        "sunita devi",
        "SUNITA DEVI",
        "Md. Shamim Ansari",
        "O'Brien",
        "D'Souza",
        "Common Service Centre (CSC)",
        "no network; the micro-ATM did not work",
        "Payment failed, 2nd try ok",
        "सुनीता देवी",
        "Ward 5",
        "9812345670",
        "SBI, NPCI",
        "http://example.org/a?b=c",
        "",
    ],
)
def test_english_names_and_hindi_are_no_kruti_dev(text: str):
    assert not looks_like_kruti_dev(text)


def test_a_long_text_without_blanks_is_judged_at_once():
    for text in ("da" * 20_000 + "!", "K" * 20_000 + "!", "[k" * 20_000 + "!"):
        assert not looks_like_kruti_dev(text)


def test_no_common_name_is_taken_for_kruti_dev():
    for latin, hindi in PAIRS_OF_NAMES:
        for text in (latin, latin.lower(), latin.upper(), hindi):
            assert not looks_like_kruti_dev(text), text
