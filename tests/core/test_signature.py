"""Who sent these bytes: the signature scheme, its limits, and the secrets of both modes."""

import hmac
import json
from pathlib import Path

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.core.signature import BadSecret, Secret, check, parse_secrets, sign

CASES = Path(__file__).parent.parent / "data" / "signature-cases.jsonl"
BODY = b'{"id":"evt_1","object":"event"}'
AT = 1_700_000_000
SECRET = Secret("whsec_test_secret")
GOOD = "0c8670ed117751cc551a20e35839447075c42800ea3cf3e8a2fbda99cd1e6edd"


def cause(header, *, body=BODY, secrets=(SECRET,), at=AT):
    return check(header, body, secrets, at).cause


@pytest.mark.parametrize("line", CASES.read_text().splitlines())
def test_check_agrees_with_the_published_cases(line):
    case = json.loads(line)
    verdict = check(case["header"], case["payload"].encode(), [Secret(case["secret"])], case["now"])
    assert verdict.ok is case["valid"]


@pytest.mark.parametrize(
    ("secret", "body", "signature"),
    [
        ("whsec_test_secret", BODY, GOOD),
        (
            "whsec_test_secret",
            b'{"id": "evt_1", "object": "event"}',
            "86d195bdf7fa8d2a41b621d0367baa5f34b0c4861d35227c2012edbaf25cf1a2",
        ),
        ("whsec_old", BODY, "9119b75c4afa8bb5f71433cb34179a57aa261c58b80b417f1f537251b0cd38a8"),
        (
            "whsec_test_secret",
            '{"id":"evt_1","object":"event","x":"é"}'.encode(),
            "d7705df1017b0566ecf1aa3225a743153fd234d29cc0572e019de72cdf9d2060",
        ),
    ],
)
def test_sign_writes_the_signature_that_stripes_library_makes(secret, body, signature):
    assert sign(body, secret, AT) == f"t={AT},v1={signature}"


def test_check_tells_the_secret_the_moment_and_the_skew():
    verdict = check(f"t={AT},v1={GOOD}".encode(), BODY, [Secret("whsec_new"), SECRET], AT + 20)
    assert (verdict.ok, verdict.secret, verdict.signed_at, verdict.skew) == (True, SECRET, AT, 20)


@pytest.mark.parametrize("skew", [-300, -240, 0, 240, 300])
def test_check_accepts_five_minutes_either_way(skew):
    assert cause(sign(BODY, SECRET.value, AT), at=AT + skew) is None


@pytest.mark.parametrize("skew", [-31_536_000, -3600, -301, 301, 86_400])
def test_check_refuses_what_is_older_or_newer(skew):
    assert cause(sign(BODY, SECRET.value, AT), at=AT + skew) == "timestamp"


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        b"\x00",
        "junk",
        '{"t":1}',
        "Bearer abc",
        f"v1={GOOD}",
        f"t=,v1={GOOD}",
        f"t={AT},t={AT},v1={GOOD}",
        f"t=1_700_000_000,v1={GOOD}",
        f"t=+{AT},v1={GOOD}",
        f"t=-{AT},v1={GOOD}",
        f"t= {AT},v1={GOOD}",
        f"t={AT}.0,v1={GOOD}",
        f"t=0x6553f100,v1={GOOD}",
        f"t={'1' * 13},v1={GOOD}",
        f"t={'1' * 5000},v1={GOOD}",
        "t=\uff11\uff17\uff10\uff10\uff10\uff10\uff10\uff10\uff10\uff10,v1=" + GOOD,
        f"t={AT},v1={GOOD}\u00e9",
        f"t={AT},v1={GOOD}\ud800",
        f"t={AT},v1={GOOD}\n",
        f"t={AT},v1={GOOD}\x7f",
        f"t={AT},v1={GOOD}".encode() + b"\xff",
        f"t={AT}" + f",v1={GOOD}" * 21,
        f"t={AT},v1={GOOD},v0=" + "0" * 4096,
    ],
)
def test_check_refuses_a_header_that_stripe_never_writes(header):
    verdict = check(header, BODY, [SECRET], AT)
    assert (verdict.cause, verdict.secret, verdict.signed_at) == ("header", None, None)


@pytest.mark.parametrize(
    "header",
    [
        f"t={AT}",
        f"t={AT},v0={GOOD}",
        f"t={AT},v2={GOOD}",
        f"t={AT},V1={GOOD}",
        f"t={AT}, v1={GOOD}",
        f"t={AT},v1=",
        f"t={AT},v1={GOOD[:-1]}",
        f"t={AT},v1={GOOD}=",
        f"t={AT},v1={GOOD} ",
        f"t={AT},v1={GOOD.upper()}",
        f"t={AT},v1={'0' * 64}",
        f"t={AT + 1},v1={GOOD}",
        f"t=0{AT},v1={GOOD}",
    ],
)
def test_check_refuses_a_signature_that_nobody_made(header):
    assert cause(header) == "signature"


@pytest.mark.parametrize("body", [BODY + b" ", BODY[:-1], b"", BODY.replace(b"1", b"2")])
def test_check_refuses_a_body_that_was_changed(body):
    assert cause(f"t={AT},v1={GOOD}", body=body) == "signature"


@pytest.mark.parametrize(
    "secret", ["whsec_test_secre", "whsec_test_secret ", "terces_tset_cesw", ""]
)
def test_check_refuses_a_secret_that_is_not_ours(secret):
    assert cause(sign(BODY, secret, AT)) == "signature"


def test_check_refuses_everything_where_no_secret_is_configured():
    assert cause(f"t={AT},v1={GOOD}", secrets=()) == "signature"


@pytest.mark.parametrize("place", range(20))
def test_check_finds_one_good_signature_among_twenty(place):
    signatures = ["0" * 64] * 20
    signatures[place] = GOOD
    assert cause(f"t={AT}," + ",".join(f"v1={one}" for one in signatures)) is None


def test_check_compares_every_secret_with_every_signature(monkeypatch):
    compared = []
    real = hmac.compare_digest

    def counting(one, other):
        compared.append((one, other))
        return real(one, other)

    monkeypatch.setattr(hmac, "compare_digest", counting)
    secrets = [SECRET, Secret("whsec_b"), Secret("whsec_c")]
    assert cause(f"t={AT},v1={GOOD},v1=x,v1={GOOD}", secrets=secrets) is None
    assert len(compared) == 9
    assert all(isinstance(one, bytes) and isinstance(other, bytes) for one, other in compared)


def test_check_follows_a_secret_that_is_replaced():
    old, new = Secret("whsec_old"), Secret("whsec_new")
    by_old, by_new = sign(BODY, old.value, AT), sign(BODY, new.value, AT)
    both = f"{by_new},{by_old.partition(',')[2]}"
    assert check(by_old, BODY, [new, old], AT).secret == old
    assert check(both, BODY, [new, old], AT).secret == new
    assert check(by_old, BODY, [new], AT).cause == "signature"


signatures = st.one_of(
    st.just("right"), st.text("0123456789abcdef", max_size=64), st.just("wrong secret")
)


@given(
    body=st.text(max_size=40),
    moment=st.integers(1, 10**12 - 1),  # Stripe writes no leading zero, and its library drops one
    given_signatures=st.lists(st.tuples(st.sampled_from(["v0", "v1"]), signatures), max_size=8),
)
def test_check_agrees_with_stripes_library(body, moment, given_signatures):
    raw = body.encode("utf-8", "replace")
    made = {
        "right": sign(raw, SECRET.value, moment).partition("v1=")[2],
        "wrong secret": sign(raw, "whsec_other", moment).partition("v1=")[2],
    }
    pairs = [f"{scheme}={made.get(one, one)}" for scheme, one in given_signatures]
    header = ",".join([f"t={moment}", *pairs])
    try:
        stripe.WebhookSignature.verify_header(raw, header, SECRET.value)
        accepted = True
    except stripe.SignatureVerificationError:
        accepted = False
    assert check(header, raw, [SECRET], moment).ok is accepted


def test_parse_secrets_reads_both_modes_and_one():
    written = " whsec_both , test=whsec_t=1,live=whsec_l, "
    assert parse_secrets(written) == (
        Secret("whsec_both", None),
        Secret("whsec_t=1", False),
        Secret("whsec_l", True),
    )


def test_parse_secrets_finds_none_in_nothing():
    assert parse_secrets(" ") == ()


@pytest.mark.parametrize(
    "written",
    [
        "whsec_",
        "sk_live_51Habcdefghijklmnop",
        "Live=whsec_abcdefghijkl",
        "live = whsec_abcdefghijkl",
        "live=sk_live_abcdefgh",
        "whsec_abc def_and_some_more",
        "WHSEC_abcdefghijkl",
        "whsec_é",
        "short",
    ],
)
def test_parse_secrets_refuses_what_is_none_and_never_shows_it(written):
    with pytest.raises(BadSecret, match="Entry 2 of STRIPE_WEBHOOK_SECRETS") as refusal:
        parse_secrets(f"whsec_fine,{written}")
    assert written not in str(refusal.value).replace("whsec_…", "")


def test_a_secret_never_prints_itself():
    assert "test_secret" not in repr(SECRET)
    assert "test_secret" not in repr(check(f"t={AT},v1={GOOD}", BODY, [SECRET], AT))


@pytest.mark.parametrize(
    ("livemode", "test", "live"), [(None, True, True), (False, True, False), (True, False, True)]
)
def test_a_secret_serves_its_own_mode(livemode, test, live):
    secret = Secret("whsec_x", livemode)
    assert (secret.serves(False), secret.serves(True)) == (test, live)
