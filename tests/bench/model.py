"""Model rows: sessions of 40 people and 80 payments, 121 rows, with Hindi and English names."""

import random
from datetime import date, time

from fieldapp.domain.fields import Name, PlaceRef
from fieldapp.domain.records import ONE_RUPEE, Activity, PaymentTry, RosterRow

PEOPLE = 40
_NAMES = (("सुनीता", "Sunita"), ("राजेश", "Rajesh"), ("ज़ैनब", "Zainab"), ("लखन", "Lakhan"), ("बुधनी", "Budhni"))
_FAMILY = (("देवी", "Devi"), ("महतो", "Mahto"), ("सोरेन", "Soren"), ("अंसारी", "Ansari"), ("रविदास", "Ravidas"))


def _name(chance: random.Random) -> Name:
    (first_hi, first_en), (last_hi, last_en) = chance.choice(_NAMES), chance.choice(_FAMILY)
    return Name(f"{first_hi} {last_hi}", f"{first_en} {last_en}")


def session(seed: int, people: int = PEOPLE) -> Activity:
    """One Chai-Samosa session; the same seed gives the same session."""
    chance = random.Random(seed)
    rows = tuple(
        RosterRow(
            row=n,
            position=n * 1024,
            name=_name(chance),
            relation=_name(chance),
            gender=chance.choice("MF"),
            age=chance.randrange(15, 70),
            category=chance.choice(("OBC", "ST", "SC", "GEN")),
            village=PlaceRef(words="खैराचातर"),
            mobile=f"5{chance.randrange(10**9):09}",
            present=1,
            mark=chance.choice(("SIGNATURE", "THUMB")),
            consent="YES",
            chai=True,
            samosa=True,
            tries=tuple(
                PaymentTry(
                    slot=slot,
                    mode=chance.choice(("CARD", "AEPS", "WALLET", "UPI")),
                    amount_paise=ONE_RUPEE,
                    result="OK",
                    reference_number=f"7014{chance.randrange(10**8):08}",
                    at=time(10, chance.randrange(60)),
                )
                for slot in (1, 2)
            ),
        )
        for n in range(1, people + 1)
    )
    return Activity(
        id=f"{seed:012x}7000800000000000{seed % 65536:04x}",
        kind="CHAI_SAMOSA",
        state="HELD",
        number=seed % 9999,
        letter="A",
        title=Name("चाय-समोसा प्रशिक्षण", "Chai-Samosa training"),
        start_date=date(2017, 1, 14),
        place=PlaceRef("block:322/3069", "कसमार"),
        trainer_name=_name(chance),
        expected=people,
        last_row=people,
        rows=rows,
    )
