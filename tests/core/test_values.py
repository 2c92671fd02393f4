"""Every value of the core is frozen: whoever holds one may trust that it stays as it was decided."""

import importlib
from dataclasses import dataclass, is_dataclass
from pathlib import Path
from types import SimpleNamespace

from campaigns.core.conversion import PaymentSeen, RefundSeen
from campaigns.core.payment_link import PaymentLinkSeen

ROOT = Path(__file__).parents[2]
FILES = [
    path
    for app in ("campaigns", "reconciliation")
    for path in sorted(ROOT.glob(f"{app}/core/[!_]*.py"))
]


def values(module):
    return [one for one in vars(module).values() if isinstance(one, type) and is_dataclass(one)]


def not_frozen(module):
    return [one.__qualname__ for one in values(module) if not one.__dataclass_params__.frozen]


def modules():
    return [
        importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for path in FILES
    ]


def test_every_value_is_frozen():
    assert [name for module in modules() for name in not_frozen(module)] == []


def test_what_the_apps_tell_each_other_is_among_them():
    found = {one for module in modules() for one in values(module)}
    assert found >= {PaymentSeen, RefundSeen, PaymentLinkSeen}


def test_a_value_that_may_change_is_found():
    @dataclass
    class Loose:
        amount: int

    @dataclass(frozen=True)
    class Firm:
        amount: int

    assert not_frozen(SimpleNamespace(one=Loose, two=Firm, three=int, four=Firm(1))) == [
        Loose.__qualname__
    ]
