"""Mail through a real SMTP server in this process."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

from schemas.documents import Status
from schemas.errors import Misconfigured
from streams.embedded.ports import LOOPBACK, free_port
from streams.mail import MailServer, mail_server, send_mail
from streams.migrate import migrate
from tests.streams.test_webhooks import land
from tests.support.certificates import Authority
from tests.support.passes import document_id, failed, read, uploaded
from tests.support.sinks import Rows
from tests.support.webhooks import RunningWorker, new_endpoint

SENDER = "bitaqa@example.test"
REVIEWER = "mailto:reviewers@example.test"


class Inbox:
    """Keeps what was handed in; refuses whom it does not know, or for a while."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.busy = 0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any
    ) -> str:
        """Take a recipient."""
        if address.startswith("nobody"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Envelope
    ) -> str:
        """Take a mail."""
        if self.busy:
            self.busy -= 1
            return "451 come again"
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.recipients.append(envelope.rcpt_tos)
        return "250 OK"


@contextmanager
def smtp(inbox: Inbox, **options: Any) -> Iterator[int]:
    """Run a server; give its port."""
    controller = Controller(inbox, hostname=LOOPBACK, port=free_port(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@pytest.fixture
def rows(dsn: str) -> Rows:
    """Return a database with all tables and no rows."""
    migrate(dsn)
    return Rows(dsn)


@pytest.mark.postgres
def test_a_document_that_needs_a_person_is_told_by_mail(dsn: str, rows: Rows) -> None:
    """Rejected ones and failures too; accepted ones are not; no value is in a mail."""
    inbox = Inbox()
    events = ("document.review", "document.rejected", "document.failed")
    new_endpoint(dsn, REVIEWER, events=events)
    reviewed = read(1, status=Status.REVIEW)
    land(
        dsn,
        *(uploaded(number) for number in (1, 2, 3, 4)),
        reviewed,
        read(2, status=Status.REJECTED),
        read(3),
        failed(4),
    )

    with smtp(inbox) as port, RunningWorker(dsn, mail=mail_server(_url(port), SENDER)):
        rows.wait("SELECT count(*) FROM webhook_deliveries WHERE state = 'delivered'", 3)

    assert inbox.recipients == [["reviewers@example.test"]] * 3
    told = {mail["Subject"] for mail in inbox.mails}
    assert told == {
        "bitaqa: a document needs a person",
        "bitaqa: a document was rejected",
        "bitaqa: a document could not be read",
    }
    texts = [mail.get_content() for mail in inbox.mails]
    assert any(document_id(1) in text for text in texts)
    for value in (one.value for one in reviewed.fields.values() if len(one.value) > 3):
        assert not any(value in text for text in texts)


@pytest.mark.postgres
def test_a_mail_that_comes_twice_can_be_told(dsn: str, rows: Rows) -> None:
    """A server that is busy is tried again; the Message-ID is that of the delivery."""
    inbox = Inbox()
    inbox.busy = 2
    new_endpoint(dsn, REVIEWER)
    land(dsn, uploaded(1), read(1, status=Status.REVIEW))

    with smtp(inbox) as port, RunningWorker(dsn, mail=mail_server(_url(port), SENDER)):
        rows.wait("SELECT state FROM webhook_deliveries", "delivered")

    assert rows.all("SELECT outcome, reason FROM webhook_attempts ORDER BY number") == [
        ("retried", "smtp.451"),
        ("retried", "smtp.451"),
        ("delivered", "smtp.250"),
    ]
    delivery_id = rows.one("SELECT delivery_id FROM webhook_deliveries")
    assert inbox.mails[0]["Message-ID"] == f"<{delivery_id}@example.test>"


@pytest.mark.postgres
def test_a_mailbox_that_does_not_exist_is_given_up(dsn: str, rows: Rows) -> None:
    """Trying again would not help."""
    new_endpoint(dsn, "mailto:nobody@example.test")
    land(dsn, uploaded(1), read(1, status=Status.REVIEW))

    with smtp(Inbox()) as port, RunningWorker(dsn, mail=mail_server(_url(port), SENDER)):
        rows.wait("SELECT state FROM webhook_deliveries", "failed")

    assert rows.all("SELECT outcome, reason FROM webhook_attempts") == [("failed", "smtp.550")]


@pytest.mark.postgres
def test_mail_without_a_server_waits_for_one(dsn: str, rows: Rows) -> None:
    """Where no server is set, the log says so."""
    new_endpoint(dsn, REVIEWER)
    land(dsn, uploaded(1), read(1, status=Status.REVIEW))

    with RunningWorker(dsn, schedule_s=(60,)):
        rows.wait("SELECT count(*) FROM webhook_attempts", 1)

    assert rows.one("SELECT reason FROM webhook_attempts") == "mail.off"


def _url(port: int) -> str:
    return f"smtp://{LOOPBACK}:{port}"


def _mail() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = SENDER, "a@example.test", "a test"
    mail.set_content("text")
    return mail


def test_the_server_is_asked_with_name_and_password_behind_tls(tmp_path: Path) -> None:
    """STARTTLS, the certificate of the server's name, then the login."""
    authority = Authority(tmp_path)
    inbox = Inbox()

    def known(*arguments: Any) -> AuthResult:
        data = arguments[-1]
        assert isinstance(data, LoginPassword)
        return AuthResult(success=data == LoginPassword(b"bitaqa", b"pass word"), handled=False)

    options = {
        "tls_context": authority.server("localhost"),
        "require_starttls": True,
        "auth_required": True,
        "authenticator": known,
    }
    with smtp(inbox, **options) as port:
        place = f"localhost:{port}"
        server = mail_server(f"smtp+starttls://bitaqa:pass%20word@{place}", SENDER)
        wrong = mail_server(f"smtp+starttls://bitaqa:else@{place}", SENDER)

        good = send_mail(server, _mail(), authority.trust())
        refused = send_mail(wrong, _mail(), authority.trust())
        untrusted = send_mail(server, _mail())

    assert (good.reason, refused.reason, untrusted.reason) == ("smtp.250", "smtp.535", "tls")
    assert len(inbox.mails) == 1


def test_a_server_that_is_away_is_an_answer_too() -> None:
    """Nothing is raised."""
    with socket.create_server((LOOPBACK, 0)) as closed:
        port = closed.getsockname()[1]

    assert send_mail(mail_server(_url(port), SENDER), _mail()).reason == "connection"


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "mail.example", "smtp://a:x"])
def test_a_setting_that_names_no_server_stops_the_start(url: str) -> None:
    """And its password is in no message."""
    with pytest.raises(Misconfigured):
        mail_server(url, SENDER)


def test_mail_needs_a_sender_and_a_password_is_never_shown() -> None:
    """Servers refuse mail from nobody."""
    with pytest.raises(Misconfigured):
        mail_server("smtp://mail.example", None)

    assert "hidden" not in repr(mail_server("smtps://a:hidden@mail.example", SENDER))
    assert mail_server("smtps://mail.example", SENDER) == MailServer(
        "smtps", "mail.example", 465, SENDER
    )
