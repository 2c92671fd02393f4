"""Who buys: invented people with names from several countries, some of them outside ASCII."""

import unicodedata
from dataclasses import dataclass

from linktracker.simulator.chance import Chance

FIRST_NAMES = (
    *("Anna", "Zoë", "Björn", "Chloé", "Daan", "Emma", "Farid", "Giulia", "Hannah", "Ingrid"),
    *("Jonas", "Katarzyna", "Liam", "Mehmet", "Noor", "Olga", "Pieter", "Sanne", "Tomás", "Yuki"),
)
LAST_NAMES = (
    *("Bakker", "García", "Müller", "Nowak", "Okafor", "Rossi", "Smith", "Tanaka", "Visser"),
    *("de Vries", "Dubois", "Hansen", "Janssen", "Kaya", "Lindqvist", "O'Brien", "Şahin", "Weber"),
)
# Country, a postal code there, and how many of a hundred buyers live there.
HOMES = (
    (("NL", "1012 JS"), 34.0),
    (("DE", "10115"), 22.0),
    (("BE", "1000"), 12.0),
    (("FR", "75011"), 10.0),
    (("GB", "EC1A 1BB"), 10.0),
    (("US", "94103"), 9.0),
    (("JP", "150-0001"), 3.0),
)


@dataclass(frozen=True, slots=True)
class Buyer:
    """What a buyer types on Stripe's page; the address is an ISO country and a postal code."""

    name: str
    email: str
    country: str
    postal_code: str


def meet_buyer(chance: Chance) -> Buyer:
    """Mail addresses end in example.com: nobody can ever be written to by mistake."""
    first, last = chance.pick("first name", FIRST_NAMES), chance.pick("last name", LAST_NAMES)
    country, postal_code = chance.weigh("home", HOMES)
    number = chance.between("number", 1, 999)
    email = f"{_plain(first)}.{_plain(last)}{number}@example.com"
    return Buyer(f"{first} {last}", email, country, postal_code)


def _plain(name: str) -> str:
    """The ASCII letters of a name, in lower case, accents gone."""
    decomposed = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "".join(letter for letter in decomposed.lower() if letter.isalpha())
