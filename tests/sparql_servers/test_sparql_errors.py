"""Each thing that can go wrong with a server gives one clear message, and what the server held stays."""

import logging
from pathlib import Path

import pytest

from kgbuild.errors import ConfigurationError, GraphError, InputError, KgbuildError, RemoteError
from kgbuild.load.sparql_http import ServerSettings, settings_from
from kgbuild.load.sparql_server import load_sparql
from tests import example_graph as example
from tests.sparql_servers.conftest import Dataset, Graphs, expected
from tests.sparql_servers.proxy import Answer, LoseAnswer, Request, Rule, proxy
from tests.sparql_servers.servers import PASSWORD, free_port, oxigraph

PAGE = "<html><head><title>502 Bad &amp; Gateway</title></head><body><h1>nginx</h1></body></html>"
TOKEN = "s3cret-t0ken"


def load(settings: ServerSettings, tables: Path) -> None:
    load_sparql(tables, settings, run=example.RUN)


def through(dataset: Dataset, rule: Rule, tables: Path, **settings: object) -> None:
    """Load through a proxy with this rule."""
    base, name = dataset.url.rsplit("/", 1)
    with proxy(base, rule) as url:
        load(ServerSettings(url=f"{url}/{name}", kind="fuseki", **settings), tables)


def is_swap(request: Request) -> bool:
    return b"DROP GRAPH" in request.body


@pytest.mark.parametrize("password", ["", "wrong"])
def test_wrong_password(
    jena: str, new: Path, password: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    if password:
        monkeypatch.setenv("KGBUILD_SPARQL_USER", "reader")
        monkeypatch.setenv("KGBUILD_SPARQL_PASSWORD", password)
    settings = settings_from(f"{jena}/closed")
    with pytest.raises(RemoteError) as caught:
        load(settings, new)
    wanted = "refuses the credentials" if password else "wants credentials"
    assert f"/closed {wanted} (HTTP 401)" in caught.value.message
    assert "KGBUILD_SPARQL_PASSWORD" in caught.value.remedy
    if password:
        assert password not in str(caught.value) + caplog.text + repr(settings)


def test_right_password(
    jena: str, new: Path, new_store: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    settings = settings_from(
        f"{jena}/closed", environment={"KGBUILD_SPARQL_USER": "reader", "KGBUILD_SPARQL_PASSWORD": PASSWORD}
    )
    load(settings, new)
    assert PASSWORD not in caplog.text + repr(settings)
    monkeypatch.setenv("KGBUILD_SPARQL_USER", "reader")
    monkeypatch.setenv("KGBUILD_SPARQL_PASSWORD", PASSWORD)
    assert Dataset(f"{jena}/closed", "auto").graphs() == expected(new_store)


def test_token(memory: Dataset, new: Path, new_store: Path) -> None:
    def gate(request: Request) -> Answer | None:
        return None if request.headers["Authorization"] == f"Bearer {TOKEN}" else Answer(401)

    with pytest.raises(RemoteError, match="refuses the credentials"):
        through(memory, gate, new, token="another")
    through(memory, gate, new, token=TOKEN)
    assert memory.graphs() == expected(new_store)
    assert TOKEN not in repr(memory.settings(token=TOKEN))


def test_no_server(new: Path) -> None:
    port = free_port()
    with pytest.raises(RemoteError, match=rf"127\.0\.0\.1:{port}/kg can not be reached: .*refused"):
        load(ServerSettings(url=f"http://127.0.0.1:{port}/kg"), new)


def test_a_server_that_only_reads(jena: str, tmp_path: Path, new: Path) -> None:
    with pytest.raises(RemoteError, match=r"/readonly/update takes no updates \(HTTP 405\)") as caught:
        load(ServerSettings(url=f"{jena}/readonly"), new)
    assert "--update" in caught.value.remedy
    with oxigraph(tmp_path):
        pass
    with (
        oxigraph(tmp_path, command="serve-read-only") as url,
        pytest.raises(RemoteError, match=r"/update takes no updates"),
    ):
        load(ServerSettings(url=url), new)


def test_no_such_dataset(jena: str, new: Path) -> None:
    with pytest.raises(RemoteError, match=r"/nothing takes no queries \(HTTP 40[45]\)"):
        load(ServerSettings(url=f"{jena}/nothing"), new)


def test_an_error_page(memory: Dataset, new: Path) -> None:
    with pytest.raises(RemoteError, match=r"is not ready \(HTTP 502\): 502 Bad & Gateway\n"):
        through(memory, lambda request: Answer(502, PAGE, "text/html"), new)
    with pytest.raises(RemoteError, match="did not answer with SPARQL results: 502 Bad & Gateway"):
        through(memory, lambda request: Answer(200, PAGE, "text/html"), new)


def test_a_server_elsewhere(memory: Dataset, new: Path) -> None:
    with pytest.raises(RemoteError, match=r"sends on to https://example\.org/kg\n"):
        through(memory, lambda request: Answer(301, headers=(("Location", "https://example.org/kg?key=1"),)), new)


def test_a_body_that_is_too_large(memory: Dataset, old: Path, new: Path, old_store: Path, new_store: Path) -> None:
    load(memory.settings(), old)

    def limit(request: Request) -> Answer | None:
        return Answer(413, PAGE, "text/html") if len(request.body) > 10_000 else None

    with pytest.raises(RemoteError, match=r"takes no request of 4,194,304 bytes \(HTTP 413\)") as caught:
        through(memory, limit, new)
    assert "smaller batch" in caught.value.remedy
    assert memory.graphs() == expected(old_store)
    through(memory, limit, new, batch=5_000)
    assert memory.graphs() == expected(new_store)


@pytest.mark.parametrize("at", ["send", "swap"])
def test_a_failure_half_way_changes_nothing(memory: Dataset, old: Path, new: Path, old_store: Path, at: str) -> None:
    load(memory.settings(), old)

    def fail(request: Request) -> Answer | None:
        hit = is_swap(request) if at == "swap" else request.number == 20
        return Answer(500, "No space left on device\n\tat java.base/…") if hit else None

    with pytest.raises(RemoteError, match=r"HTTP 500: No space left on device\n"):
        through(memory, fail, new, batch=2_000)
    assert memory.graphs() == expected(old_store)


@pytest.mark.parametrize("answer", [Answer(503), LoseAnswer()], ids=["busy", "lost answer"])
def test_what_failed_for_a_moment_is_sent_again(
    memory: Dataset, old: Path, new: Path, new_store: Path, answer: Answer | LoseAnswer
) -> None:
    load(memory.settings(), old)
    seen: set[bytes] = set()

    def once(request: Request) -> Answer | LoseAnswer | None:
        chosen = request.number % 10 == 3 or is_swap(request)
        if not chosen or request.body in seen:
            return None
        seen.add(request.body)
        return answer

    through(memory, once, new, batch=10_000)
    assert len(seen) >= 3
    assert memory.graphs() == expected(new_store)


def test_of_two_loads_at_once_the_later_wins(memory: Dataset, old: Path, new: Path, new_store: Path) -> None:
    def meanwhile(request: Request) -> None:
        if request.number == 20:
            load(memory.settings(), new)

    with pytest.raises(RemoteError, match=r"holds [\d,]+ of [\d,]+ triples sent") as caught:
        through(memory, meanwhile, old, batch=2_000)
    assert "Another load" in caught.value.remedy
    assert memory.graphs() == expected(new_store)


def test_a_load_before_the_swap_wins_too(memory: Dataset, old: Path, new: Path, new_store: Path) -> None:
    started = False

    def meanwhile(request: Request) -> None:
        nonlocal started
        if is_swap(request) and not started:
            started = True
            load(memory.settings(), new)

    with pytest.raises(RemoteError, match=r"holds [\d,]+ of [\d,]+ triples sent"):
        through(memory, meanwhile, old, batch=2_000)
    assert memory.graphs() == expected(new_store)


def test_a_full_disk(tmp_path: Path, old: Path, new: Path, old_store: Path, new_store: Path) -> None:
    def held() -> Graphs:
        with oxigraph(tmp_path) as url:
            return Dataset(url, "auto").graphs()

    with oxigraph(tmp_path) as url:
        load(ServerSettings(url=url), old)
    with oxigraph(tmp_path, full=True) as url, pytest.raises(RemoteError, match=r"HTTP 500: .*File too large"):
        load(ServerSettings(url=url), new)
    assert expected(old_store).items() <= held().items()
    with oxigraph(tmp_path) as url:
        load(ServerSettings(url=url), new)
    assert held() == expected(new_store)


def test_tables_that_are_missing(memory: Dataset, tmp_path: Path, old: Path, old_store: Path) -> None:
    load(memory.settings(), old)
    with pytest.raises(GraphError, match=r"articles\.parquet"):
        load(memory.settings(), tmp_path)
    assert memory.graphs() == expected(old_store)


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"url": "ftp://example.org/kg"}, InputError),
        ({"url": "kg"}, InputError),
        ({"url": "http://example.org/kg", "kind": "virtuoso"}, InputError),
        ({"url": "http://example.org/kg", "batch": 0}, InputError),
        ({"url": "http://me:s3cret@example.org/kg"}, ConfigurationError),
        ({"url": "https://example.org/kg", "update_url": "http://me:s3cret@example.org/kg"}, ConfigurationError),
        ({"url": "http://example.org/kg", "user": "me", "password": "s3cret"}, ConfigurationError),
        ({"url": "http://example.org/kg", "token": "s3cret"}, ConfigurationError),
    ],
)
def test_settings_that_make_no_sense(settings: dict[str, object], error: type[KgbuildError]) -> None:
    with pytest.raises(error) as caught:
        ServerSettings(**settings)
    assert "s3cret" not in str(caught.value)
    assert caught.value.remedy or settings.get("batch") == 0
