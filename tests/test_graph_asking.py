"""Pacing, patience and pages: the parts of asking Graph that need no server."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.sources.graph import retry
from analyzer.sources.graph.answer import Answer
from analyzer.sources.graph.pacing import Pacer
from analyzer.sources.graph.pages import PageError, page_of
from analyzer.sources.graph.retry import BrokenError, GaveUpError, obtain, retry_after_seconds

TEXTS = st.text(max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


class Tokens:
    """Counts how often a new token was wanted."""

    where = "a test"

    def __init__(self, *, can_refresh=True):
        self.can_refresh = can_refresh
        self.refreshed = 0

    def token(self, *, refresh=False):
        self.refreshed += refresh
        return "t"


class Service:
    """Answers what it was given, one after the other; errors are raised."""

    def __init__(self, *answers, tokens=None):
        self.answers = list(answers)
        self.tokens = tokens or Tokens()
        self.pacers = {"reports": Pacer(1000, 1), "policies": Pacer(1000, 1)}
        self.held = []
        self.pacers["reports"].hold = self.held.append

    async def send(self, _url, _budget):
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def answered(status, body=b"{}", **headers):
    return Answer(status, {k.replace("_", "-"): v for k, v in headers.items()}, body)


def asked(service, give_up_seconds=5.0, take=lambda body: body, **options):
    return asyncio.run(obtain(service, "u", "reports", give_up_seconds, take, **options))


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr(retry, "_FIRST_WAIT_SECONDS", 0.001)
    monkeypatch.setattr(retry, "_LONGEST_WAIT_SECONDS", 0.002)


@pytest.mark.parametrize(
    "trouble",
    [answered(status) for status in (408, 429, 500, 502, 503, 504)]
    + [BrokenError("reset"), BrokenError("slow", is_slow=True)],
    ids=lambda trouble: str(getattr(trouble, "status", trouble)),
)
def test_what_may_pass_is_asked_again(trouble):
    service = Service(trouble, trouble, answered(200, b"good"))

    assert asked(service) == (answered(200, b"good"), b"good")


@pytest.mark.parametrize("status", [400, 403, 404, 410, 413])
def test_what_a_repeat_would_not_change_is_the_answer(status):
    assert asked(Service(answered(status))) == (answered(status), None)


def test_a_body_that_is_not_whole_is_asked_for_again():
    service = Service(answered(200, b'{"value": ['), answered(200, b'{"value": []}'))

    answer, page = asked(service, take=page_of)

    assert (answer.body, page.records) == (b'{"value": []}', ())


def test_the_service_says_how_long_to_wait():
    service = Service(answered(429, retry_after="200"), answered(200))

    asked(service)

    assert service.held == [200.0]


def test_waits_that_are_asked_for_do_not_count_but_not_for_ever():
    service = Service(answered(429, retry_after="0"))

    with pytest.raises(GaveUpError, match="status 429"):
        asked(service, give_up_seconds=0.0)


def test_giving_up_says_what_the_trouble_was_and_how_often():
    body = json.dumps({"error": {"code": "Busy", "message": "later"}}).encode()

    with pytest.raises(GaveUpError) as caught:
        asked(Service(answered(503, body)), give_up_seconds=0.0)

    assert str(caught.value) == "status 503: Busy later (asked 1 time)"


def test_too_slow_twice_is_enough_where_a_smaller_question_may_help():
    service = Service(BrokenError("no answer within 60 seconds", is_slow=True))

    with pytest.raises(GaveUpError) as caught:
        asked(service, slow_limit=2)

    assert caught.value.is_slow


@pytest.mark.parametrize(("can_refresh", "refreshed"), [(True, 2), (False, 0)])
def test_an_expired_token_is_renewed_where_it_can_be(can_refresh, refreshed):
    tokens = Tokens(can_refresh=can_refresh)

    answer, _ = asked(Service(answered(401), tokens=tokens))

    assert (answer.status, tokens.refreshed) == (401, refreshed)


def test_retry_after_as_seconds_date_or_nonsense():
    in_a_minute = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)

    assert retry_after_seconds({"retry-after": "7"}) == 7.0
    assert 50 < retry_after_seconds({"retry-after": in_a_minute}) <= 60
    assert retry_after_seconds({"retry-after": "soon"}) is None
    assert retry_after_seconds({}) is None


@given(st.lists(st.dictionaries(TEXTS, VALUES, max_size=4), max_size=5), st.booleans())
def test_records_come_out_in_the_very_bytes_they_came_in(records, has_link):
    texts = [json.dumps(record, ensure_ascii=i % 2 == 0) for i, record in enumerate(records)]
    link = '"@odata.nextLink" : "https://graph.example/next" ,\n' if has_link else ""
    spaced = " ,\r\n ".join(texts)
    body = f'\n{{ "@odata.context":"c[]{{", {link} "value" : [ {spaced} ] , "more": [1] }} '

    page = page_of(body.encode())

    assert page.records == tuple(text.encode() for text in texts)
    assert list(page.values) == records
    assert page.next_link == ("https://graph.example/next" if has_link else None)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Bad Gateway</html>",
        b"[]",
        b"{}",
        b'{"value": {}}',
        b'{"value": [{"id": 1}',
        b'{"value": [{"id": 1}]',
        b'{"value": [{"id": 1} {"id": 2}]}',
        b'{"value": []} {"value": []}',
        b'{"error": {"code": "x"}}',
        b'{"value": ["\xff"]}',
    ],
)
def test_what_is_no_whole_page_is_refused(body):
    with pytest.raises(PageError):
        page_of(body)


def test_never_more_requests_in_a_window_than_allowed():
    pacer = Pacer(5, 0.2)
    sent = []

    async def worker():
        for _ in range(4):
            await pacer.turn()
            sent.append(time.monotonic())

    async def crew():
        await asyncio.gather(*(worker() for _ in range(4)))

    asyncio.run(crew())

    assert len(sent) == pacer.taken == 16
    gaps = [later - earlier for earlier, later in zip(sent[:-5], sent[5:], strict=True)]
    assert min(gaps) >= 0.2


def test_half_a_request_a_second_is_one_in_two():
    pacer = Pacer(0.5, 1)

    assert (pacer.count, pacer.seconds) == (1, 2)
