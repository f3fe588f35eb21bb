"""The client against a real HTTP server on loopback that fails in every way that NCBI does."""

import logging
import socket
import threading
import time
import traceback
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest

from kgbuild.errors import ConfigurationError, InputError, RemoteError
from kgbuild.source.eutils import (
    NCBI,
    Eutils,
    EutilsSettings,
    RateLimiter,
    settings_from_environment,
)
from kgbuild.source.eutils_answers import History, HistoryExpiredError
from kgbuild.source.eutils_http import retry_after

PASSING = [
    "429", "429 retry-after", "500", "502", "503", "timeout", "reset", "cut", "cut connection",
    "html", "xhtml", "json", "empty", "backend", "viewer",
]  # fmt: skip


def test_search_and_fetch(server, settings):
    with Eutils(settings(email="me@example.org", api_key="k3y")) as eutils:
        found = eutils.search("rare AND microbiota", retmax=3)
        assert found.count == 450
        assert found.pmids == ("38037716", "38037632", "38037548")
        assert found.query_translation == '"rare"[All Fields] "AND"[All Fields] "microbiota"[All Fields]'
        assert eutils.fetch_from_history(found.history, 1, 2).pmids == ("38037632", "38037548")
        assert eutils.fetch(["38037716", "1"]).pmids == ("38037716",)
        assert eutils.fetch(["1"]).pmids == ()
    for _, _, sent in server.requests:
        assert (sent["db"], sent["tool"], sent["email"]) == ("pubmed", "kgbuild", "me@example.org")
        assert (sent["api_key"], sent["retmode"]) == ("k3y", "xml")
    assert server.calls("esearch")[0]["usehistory"] == "y"


def test_search_by_entry_date(server, settings):
    with Eutils(settings()) as eutils:
        found = eutils.search("gut", entered=(date(2024, 3, 15), date(2024, 3, 15)))
    assert found.count == 10_600
    assert len(found.pmids) == 9_999


def test_long_queries_fit(server, settings):
    with Eutils(settings()) as eutils:
        assert eutils.search(f"rare OR {'long' * 10_000}", retmax=1).count == 450


@pytest.mark.parametrize("fault", PASSING)
def test_passing_faults_are_overcome(server, settings, fault):
    with Eutils(settings(read_timeout=0.3)) as eutils:
        server.faults = [fault]
        found = eutils.search("rare")
        assert found.count == 450
        server.faults = [fault, fault] if fault != "429 retry-after" else [fault]
        assert len(eutils.fetch_from_history(found.history, 0, 200).pmids) == 200
    assert server.faults == []


@pytest.mark.parametrize("fault", [fault for fault in PASSING if fault not in ("429 retry-after", "timeout")])
def test_lasting_faults_end_with_the_address_the_cause_and_a_remedy(server, settings, fault):
    server.faults = [fault] * 4
    with Eutils(settings(attempts=4)) as eutils, pytest.raises(RemoteError) as caught:
        eutils.search("rare")
    assert len(server.requests) == 4
    assert caught.value.message.startswith(f"{server.url}/esearch.fcgi fails: ")
    assert "KGBUILD_EUTILS_URL" in caught.value.remedy


def test_retry_after_is_honoured(server, settings):
    server.faults = ["429 retry-after"]
    with Eutils(settings()) as eutils:
        eutils.search("rare", retmax=1)
    (first, _, _), (second, _, _) = server.requests
    assert second - first >= 0.99


def test_a_very_long_retry_after_is_reported_at_once(server, settings):
    server.faults = ["503 for an hour"]
    with Eutils(settings()) as eutils, pytest.raises(RemoteError, match="HTTP 503, and asks to wait 3600 seconds"):
        eutils.search("rare")
    assert len(server.requests) == 1


def test_retry_after_as_date_or_nonsense():
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    assert 28 < retry_after(later) <= 30
    assert retry_after("120") == 120
    assert retry_after("") == retry_after("soon") == retry_after("-5") == 0
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0


def test_attempts_are_spaced_ever_further(server, settings):
    server.faults = ["500"] * 5
    with Eutils(settings(backoff=0.02)) as eutils:
        eutils.search("rare", retmax=1)
    times = [moment for moment, _, _ in server.requests]
    gaps = [after - before for before, after in pairwise(times)]
    assert all(gap >= 0.02 * 2**number for number, gap in enumerate(gaps))


def test_expired_history_is_recognised(server, settings):
    with Eutils(settings()) as eutils:
        found = eutils.search("rare")
        server.expire_history()
        with pytest.raises(HistoryExpiredError):
            eutils.fetch_from_history(found.history, 0, 10)


def test_positions_past_the_limit_are_refused_at_once(server, settings):
    with Eutils(settings()) as eutils:
        found = eutils.search("gut")
        with pytest.raises(RemoteError, match="'retstart' cannot be larger than 9998"):
            eutils.fetch_from_history(found.history, 9_999, 1)
    assert len(server.requests) == 2


def test_rejected_query(server, settings):
    with Eutils(settings()) as eutils, pytest.raises(InputError, match="rejects the query: Empty term"):
        eutils.search(" ")
    assert len(server.requests) == 1


def test_nothing_found_is_no_error(settings):
    with Eutils(settings()) as eutils:
        found = eutils.search("abcxyz")
    assert (found.count, found.pmids) == (0, ())
    assert found.warnings == ("phrase not found: abcxyz", "No items found.")


def test_a_wrong_address(server, settings):
    elsewhere = settings(base_url=f"{server.url}/nowhere")
    with Eutils(elsewhere) as eutils, pytest.raises(RemoteError, match=r"/nowhere/esearch.fcgi fails: HTTP 404"):
        eutils.search("rare")
    assert len(server.requests) == 1


def test_nothing_answers(settings):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with Eutils(settings(base_url=url)) as eutils, pytest.raises(RemoteError) as caught:
            eutils.search("rare")
    assert caught.value.message.startswith(f"{url}/esearch.fcgi fails: ConnectError: ")
    assert "network" in caught.value.remedy
    assert "--source" in caught.value.remedy


def test_the_key_is_in_no_error_and_no_log(server, settings, caplog):
    caplog.set_level(logging.DEBUG)
    server.refused_key = "s3cret"
    secret = settings(api_key="s3cret", attempts=2)
    with Eutils(secret) as eutils:
        with pytest.raises(ConfigurationError, match="NCBI_API_KEY") as refused:
            eutils.search("rare")
        server.faults = ["503", "reset"]
        with pytest.raises(RemoteError) as failed:
            eutils.search("rare")
    texts = [repr(secret), caplog.text, *map(str, (refused.value, failed.value))]
    texts += ["".join(traceback.format_exception(caught.value)) for caught in (refused, failed)]
    assert not any("s3cret" in text for text in texts)


def test_settings_from_environment():
    assert settings_from_environment({}) == EutilsSettings(base_url=NCBI, requests_per_second=3)
    given = {
        "KGBUILD_EUTILS_URL": "http://127.0.0.1:1/e/",
        "NCBI_API_KEY": " k ",
        "NCBI_EMAIL": "me@example.org",
    }
    assert settings_from_environment(given) == EutilsSettings(
        base_url="http://127.0.0.1:1/e", api_key="k", email="me@example.org", requests_per_second=10
    )


@pytest.mark.parametrize("address", ["nonsense", "ftp://host/", "http://", "http://host:port", "file:///etc"])
def test_bad_address(address):
    with pytest.raises(ConfigurationError, match="KGBUILD_EUTILS_URL"):
        settings_from_environment({"KGBUILD_EUTILS_URL": address})


@pytest.mark.parametrize("rate", [3, 10])
def test_limiter_spaces_calls(rate):
    now, slept = 100.0, []

    def sleep(seconds: float) -> None:
        nonlocal now
        slept.append(seconds)
        now += seconds

    limiter = RateLimiter(rate, clock=lambda: now, sleep=sleep)
    moments = []
    for _ in range(20):
        limiter.wait()
        moments.append(now)
    assert moments == pytest.approx([100 + number / rate for number in range(20)])
    now += 60
    limiter.wait()
    limiter.wait()
    assert slept[-1] == pytest.approx(1 / rate), "idle time is not saved up for a burst"


def test_limiter_holds_across_threads_and_clients(server, settings):
    slow = settings(requests_per_second=40.0)

    def ask() -> None:
        with Eutils(slow) as eutils:
            for _ in range(3):
                eutils.search("lone", retmax=0)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.requests) == 12
    assert time.monotonic() - start >= 11 / 40


def test_history_is_asked_for_by_its_key(settings):
    with Eutils(settings()) as eutils, pytest.raises(HistoryExpiredError):
        eutils.fetch_from_history(History(webenv="MCID_unknown", query_key="1"), 0, 1)
