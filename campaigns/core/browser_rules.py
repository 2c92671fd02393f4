"""The rules of URL parameters and references as data, for the script that applies them while typing.

Patterns are those of Python; the script reads them with its flag "u", and both must come to the
same words (tests/data/url-parameters.json).
"""

from campaigns.core import merge_tags, reference, spelling, url_parameters


def browser_rules() -> dict[str, object]:
    """Everything that the browser needs, ready for json.dumps."""
    return {
        "parameters": url_parameters.rules_for_browser(),
        "namedCharacters": dict(url_parameters.NAMED_CHARACTERS),
        "mostNamed": url_parameters.MOST_NAMED,
        "kept": url_parameters.KEPT,
        "dropped": url_parameters.DROPPED,
        "unknown": url_parameters.UNKNOWN,
        "foldedLetters": dict(spelling.FOLDED_LETTERS),
        "shortestGuessed": spelling.SHORTEST_GUESSED,
        "patterns": {
            "mergeTag": merge_tags.MERGE_TAG.pattern,
            "unseen": url_parameters.UNSEEN.pattern,
            "email": url_parameters.EMAIL.pattern,
            "accents": spelling.ACCENTS.pattern,
        },
        "reference": {
            "alphabet": reference.ALPHABET,
            "longestOwn": reference.LONGEST_OWN,
        },
    }
