"""What the browser is given is data, whole, and the same that Python applies."""

import json

from campaigns.core.browser_rules import browser_rules
from campaigns.core.url_parameters import PARAMETERS


def test_the_rules_survive_json_and_hold_every_parameter():
    rules = json.loads(json.dumps(browser_rules()))
    assert [parameter["name"] for parameter in rules["parameters"]] == list(PARAMETERS)
    assert rules["reference"] == {"alphabet": "0123456789abcdefghjkmnpqrstvwxyz", "longestOwn": 188}
    assert rules["kept"] == "Stripe keeps this value."
    assert set(rules["patterns"]) == {"mergeTag", "unseen", "email", "accents"}
