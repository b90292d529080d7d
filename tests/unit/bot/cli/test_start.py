"""What keeps the bot from starting is one message for every command that meets it: what, its fix, status 2, no secret."""

import importlib
import os
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import certifi
import psycopg
import pytest
from click.testing import CliRunner, Result
from cryptography.fernet import Fernet
from sqlalchemy import URL, make_url

# All are imported before a test gives up the right to read them.
import bot.app.process
import bot.cli.ask
import bot.cli.check
import bot.cli.evaluate
import bot.cli.manifest
import bot.cli.migrate
import bot.cli.verb
from bot.cli import main
from config.settings import variables
from tests.databases import FIXTURES, SqliteFiles, revisions

NOBODY = 65534
HUSH = "s3cret"
KEYS = Fernet.generate_key().decode()
Make = Callable[[Path], object]
ENOUGH = {
    "SLACK_BOT_TOKEN": "xoxb-" + "1",
    "SLACK_APP_TOKEN": "xapp-" + "1",
    "TELNYX_API_KEY": "KEY" + "1",
    "PORT": "0",
}
WITH_DATABASE = ("run", "check", "migrate")
COMMANDS = {
    "run": ["run"],
    "check": ["check"],
    "migrate": ["migrate"],
    "ask": ["ask", "How?"],
    "do": ["do", "models"],
    "evaluate": ["evaluate", "cases.jsonl"],
    "manifest": ["manifest"],
}


@pytest.fixture
def data() -> Iterator[Path]:
    """A place for DATA_DIR that any user can reach; pytest's own folders are root's alone when root runs the tests."""
    with tempfile.TemporaryDirectory(prefix="bot-start-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "data"
        for path in (Path(folder), *Path(folder).rglob("*")):
            if path.is_dir():
                path.chmod(0o700)


@pytest.fixture
def no_root() -> Iterator[None]:
    """Give up root's right to read and write everything."""
    certifi.where()  # it reads a file of its own the first time
    importlib.import_module("alembic.command")
    mine = os.geteuid()
    if mine == 0:
        os.seteuid(NOBODY)
    yield
    os.seteuid(mine)


class Refusal(BaseHTTPRequestHandler):
    """What a server says that knows none of our keys."""

    body = b'{"ok": false, "error": "invalid_auth"}'

    def do_POST(self) -> None:
        body = self.body
        self.send_response(401 if "telnyx" in self.path else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST  # noqa: N815 - as above

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def refusing() -> Iterator[str]:
    """The address of a server that is neither Slack nor Telnyx."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Refusal) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def anything(monkeypatch: pytest.MonkeyPatch, refusing: str) -> Callable[[bytes], str]:
    """Let that server answer with these bytes; its address."""

    def answering(body: bytes) -> str:
        monkeypatch.setattr(Refusal, "body", body)
        return f"{refusing}/slack/"

    return answering


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, data: Path, refusing: str) -> None:
    for name in variables():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(data.parent)
    places = {
        "DATA_DIR": str(data),
        "SLACK_API_URL": f"{refusing}/slack/",
        "TELNYX_BASE_URL": f"{refusing}/telnyx",
    }
    for name, value in (ENOUGH | places).items():
        monkeypatch.setenv(name, value)


def typed(command: str) -> Result:
    return CliRunner().invoke(main, COMMANDS[command])


def is_one_message(done: Result, *words: str) -> None:
    assert done.exit_code == 2, done.output
    assert isinstance(done.exception, SystemExit)
    for word in words:
        assert word in done.output
    assert "Traceback" not in done.output
    assert "None" not in done.output
    assert HUSH not in done.output


def sqlite_file(path: Path, *statements: str) -> None:
    path.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def garbage(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"\x00\xffnot a database" * 500)


def torn(path: Path) -> None:
    """A database of which only the first page was written."""
    sqlite_file(path, *(f"CREATE TABLE t{n} (x)" for n in range(200)))
    path.write_bytes(path.read_bytes()[:4096])


def newer(data: Path) -> None:
    sqlite_file(
        data / "bot.sqlite3",
        "CREATE TABLE alembic_version (version_num TEXT)",
        "INSERT INTO alembic_version VALUES ('9999')",
    )


def piped(path: Path) -> None:
    path.parent.mkdir()
    os.mkfifo(path)


def linked(path: Path) -> None:
    path.parent.mkdir()
    path.symlink_to("/not/there")


FILES: list[tuple[str, Make, str]] = [
    ("a corrupt file", lambda data: garbage(data / "bot.sqlite3"), "bot.sqlite3 isn't a database"),
    ("a torn file", lambda data: torn(data / "bot.sqlite3"), "bot.sqlite3 isn't a database"),
    ("a folder in its place", lambda data: (data / "bot.sqlite3").mkdir(parents=True), "bot.sqlite3 "),
    ("a newer release's", newer, "newer release"),
    ("a file as DATA_DIR", lambda data: data.write_text("x"), "DATA_DIR"),
    ("a link that leads nowhere", lambda data: linked(data / "bot.sqlite3"), "bot.sqlite3"),
    ("a lock that is no file", lambda data: (data / "bot.lock").mkdir(parents=True), "bot.lock isn't a file"),
]


@pytest.mark.parametrize("command", WITH_DATABASE)
@pytest.mark.parametrize(("make", "said"), [row[1:] for row in FILES], ids=[row[0] for row in FILES])
def test_a_file_that_cannot_be_used_is_named(data: Path, command: str, make: Make, said: str) -> None:
    make(data)

    is_one_message(typed(command), said)


@pytest.mark.parametrize("command", ["run", "check"])
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda data: garbage(data / "engine.sqlite3"), "engine.sqlite3 isn't a database"),
        (lambda data: (data / "engine.sqlite3").mkdir(parents=True), "engine.sqlite3 "),
        (
            lambda data: (data.mkdir(), (data / "encryption.key").write_text(HUSH)),
            "encryption.key doesn't hold a key",
        ),
        (
            lambda data: (data.mkdir(), (data / "encryption.key").write_bytes(b"\xff" * 44)),
            "encryption.key doesn't hold a key",
        ),
        (lambda data: (data / "encryption.key").mkdir(parents=True), "encryption.key "),
        (lambda data: piped(data / "encryption.key"), "encryption.key isn't a file"),
    ],
    ids=["garbage engine", "folder engine", "garbage key", "binary key", "folder key", "pipe as key"],
)
def test_a_file_of_the_running_bot_that_cannot_be_used_is_named(
    data: Path, command: str, make: Make, said: str
) -> None:
    make(data)

    is_one_message(typed(command), said)


def unwritable(data: Path) -> None:
    data.mkdir()
    data.chmod(0o555)


def unreadable(name: str) -> Make:
    def make(data: Path) -> None:
        data.mkdir()
        data.chmod(0o777)
        SqliteFiles(data).load(FIXTURES / revisions()[-1])
        (data / "encryption.key").write_text(KEYS)
        for path in data.iterdir():
            path.chmod(0o666)
        (data / name).chmod(0)

    return make


@pytest.mark.parametrize("command", ["run", "migrate"])
def test_tables_of_another_program_are_left_alone(data: Path, command: str) -> None:
    sqlite_file(data / "bot.sqlite3", "CREATE TABLE turns (x)", "INSERT INTO turns VALUES (1)")

    is_one_message(typed(command), "bot.sqlite3 holds other tables than mine")


@pytest.mark.parametrize("command", WITH_DATABASE)
def test_a_name_that_no_folder_can_have(monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setenv("DATA_DIR", "x" * 300)

    is_one_message(typed(command), "DATA_DIR")


@pytest.mark.parametrize("command", ["run", "check"])
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (unwritable, "DATA_DIR"),
        (lambda data: data.parent.chmod(0o555), "DATA_DIR"),
        (lambda data: (data.mkdir(), data.chmod(0)), "DATA_DIR"),
        (unreadable("bot.sqlite3"), "bot.sqlite3"),
        (unreadable("engine.sqlite3"), "engine.sqlite3"),
        (unreadable("encryption.key"), "encryption.key"),
    ],
    ids=["read-only", "not to be made", "closed", "closed database", "closed engine", "closed key"],
)
def test_what_the_bots_user_may_not_use_is_named(
    request: pytest.FixtureRequest, data: Path, command: str, make: Make, said: str
) -> None:
    make(data)
    request.getfixturevalue("no_root")

    is_one_message(typed(command), said)


def test_an_env_file_that_the_bots_user_may_not_read_is_named(request: pytest.FixtureRequest) -> None:
    Path(".env").write_text("PORT=1")
    Path(".env").chmod(0)
    request.getfixturevalue("no_root")

    is_one_message(typed("manifest"), ".env can't be read (Permission denied)")


def test_a_closed_file_of_postgres_is_not_needed(
    monkeypatch: pytest.MonkeyPatch, data: Path, postgres_url: str
) -> None:
    data.write_text("in the way")
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    monkeypatch.setenv("ENCRYPTION_KEYS", KEYS)

    assert typed("migrate").exit_code == 0


@pytest.mark.parametrize("command", WITH_DATABASE)
@pytest.mark.parametrize("wrong", ["away", "user", "name", "newer", "read-only", "option", "full"])
def test_a_server_that_cannot_be_used_is_told_without_the_password(
    monkeypatch: pytest.MonkeyPatch, postgres_url: str, command: str, wrong: str
) -> None:
    server = make_url(postgres_url)
    few = f"few_{server.database}"
    cases: dict[str, tuple[URL, str]] = {
        "away": (make_url(f"postgresql://bot:{HUSH}@127.0.0.1:9/bot"), "can't be reached"),
        "user": (server.set(username="not-there", password=HUSH), "refuses the user or the password"),
        "name": (server.set(database="password"), "isn't there"),
        "newer": (server, "newer release"),
        "read-only": (server, "can't be opened for writing"),
        "option": (server.set(query={"sslmode": "strict"}), "stands behind the ?"),
        "full": (server.set(username=few, password=HUSH), "has no connection left"),
    }
    url, said = cases[wrong]
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        if wrong == "newer":
            connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
            connection.execute("INSERT INTO alembic_version VALUES ('9999')")
        if wrong == "full":
            connection.execute(f'CREATE ROLE "{few}" LOGIN CONNECTION LIMIT 0'.encode())
        if wrong == "read-only":
            forbid = f'ALTER DATABASE "{server.database}" SET default_transaction_read_only = on'
            connection.execute(forbid.encode())
    monkeypatch.setenv("DATABASE_URL", url.render_as_string(hide_password=False))
    monkeypatch.setenv("ENCRYPTION_KEYS", KEYS)

    is_one_message(typed(command), said)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", f"postgresql+psycopg://bot:{HUSH}@localhost/x"),
        ("ENCRYPTION_KEYS", HUSH),
        ("TELNYX_API_KEY", f"KEY{HUSH}\x07KEY"),
        ("PORT", "65536"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_wrong_setting_is_one_message_for_every_command(
    monkeypatch: pytest.MonkeyPatch, command: str, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    done = typed(command)

    is_one_message(done, name)
    assert value not in done.output


def test_check_shows_each_wrong_setting_as_a_row_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "many")
    monkeypatch.setenv("ANSWERS_TOP", "0")
    monkeypatch.setenv("SLACK_APP_TOKEN", "")
    monkeypatch.setenv("COMMAND_ALIASES", "nothing")
    Path(".env").write_text("TELNYX_APIKEY=1")

    done = typed("check")

    rows = {line.split()[0]: line.split()[1] for line in done.output.splitlines()}
    assert rows["PORT"] == rows["ANSWERS_TOP"] == rows["COMMAND_ALIASES"] == rows["TELNYX_APIKEY"] == "WRONG"
    assert rows["SLACK_APP_TOKEN"] == "MISSING"
    assert rows["DATA_DIR"] == "ok"
    assert "Slack bot token" not in done.output
    assert done.exit_code == 2


@pytest.mark.parametrize(
    "address", ["http://bot.example.com", "https://", "https:///x", "bot.example.com", "https://a b"]
)
def test_an_address_that_slack_cannot_reach_is_refused_in_a_sentence(address: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["manifest", "--http", address])

    assert ended.value.code == 1


@pytest.mark.parametrize("body", [b"[1]", b'{"ok": true}', b'"ok"', b'{"ok": true, "user_id": null}'])
def test_what_answers_and_is_not_slack_is_told(
    monkeypatch: pytest.MonkeyPatch, body: bytes, anything: Callable[[bytes], str]
) -> None:
    monkeypatch.setenv("SLACK_API_URL", anything(body))

    done = typed("check")

    assert "What answers isn't Slack" in done.output
    assert done.exit_code == 1


def test_check_leaves_no_trace_in_a_folder_that_is_not_there_yet(data: Path) -> None:
    done = typed("check")

    assert done.exit_code == 1
    assert not data.exists()
    assert "Slack doesn't accept SLACK_BOT_TOKEN (invalid_auth). Slack → your app" in done.output
    assert "Telnyx doesn't accept TELNYX_API_KEY (401). portal.telnyx.com → API Keys." in done.output


def test_an_error_that_is_no_settings_fault_says_what_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_: object) -> None:
        raise OSError("the network is gone, KEY0123456789ABCDEF")

    monkeypatch.setattr(bot.app.process.Bot, "run", broken)

    done = typed("run")

    assert done.exit_code == 1
    assert "OSError: the network is gone" in done.output
    assert "DATA_DIR" not in done.output
    assert "0123456789" not in done.output
