"""Sends mail that says a document needs a person, or was given up; free of values."""

import smtplib
import ssl
import time
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from schemas.errors import Misconfigured
from schemas.messages import DocumentRead
from streams.webhook_http import Answer
from streams.webhook_messages import Delivery, Event

TIMEOUT_S = 15.0
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_PERMANENT = range(500, 600)
_SUBJECTS = {
    Event.ACCEPTED: "was accepted",
    Event.REVIEW: "needs a person",
    Event.REJECTED: "was rejected",
    Event.FAILED: "could not be read",
}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in, and under whose name."""

    scheme: str
    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def mail_server(url: str, sender: str | None) -> MailServer:
    """Return the server that ``BITAQA_SMTP_URL`` names.

    Raises:
        Misconfigured: where it names none, or nobody sends.
    """
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise Misconfigured(
            "BITAQA_SMTP_URL must be smtp://, smtps:// or smtp+starttls://[user:password@]host:port"
        )
    if not sender or "@" not in sender:
        raise Misconfigured("BITAQA_MAIL_FROM must be the address that mail comes from")
    try:
        port = parts.port or _PORTS[parts.scheme]
    except ValueError:
        raise Misconfigured("BITAQA_SMTP_URL has a port that is none") from None
    return MailServer(
        parts.scheme,
        parts.hostname,
        port,
        sender,
        unquote(parts.username) if parts.username else None,
        unquote(parts.password) if parts.password else None,
    )


def mail_of(
    delivery: Delivery, read: DocumentRead | None, recipient: str, sender: str
) -> EmailMessage:
    """Return the mail; its Message-ID is the same on every attempt, as a webhook's id is."""
    mail = EmailMessage()
    what = _SUBJECTS[Event(delivery.event)]
    mail["From"] = sender
    mail["To"] = recipient
    mail["Subject"] = f"bitaqa: a document {what}"
    mail["Message-ID"] = f"<{delivery.delivery_id}@{sender.rpartition('@')[2].rstrip('> ')}>"
    mail["Auto-Submitted"] = "auto-generated"
    lines = [f"Document {delivery.document_id}, revision {delivery.revision}, {what}.", ""]
    if read is not None:
        mail["Date"] = format_datetime(read.read_at)
        lines.append(f"Type: {read.document_type}")
        lines += [f"Finding: {one.code} ({one.severity.value})" for one in read.findings]
    if delivery.failure is not None:
        mail["Date"] = format_datetime(delivery.failure.failed_at)
        lines.append(f"Stage: {delivery.failure.stage}")
        lines.append(f"Reason: {delivery.failure.reason}")
    mail.set_content("\n".join([*lines, "", "Its values are not sent by mail.", ""]))
    return mail


def send_mail(
    server: MailServer, mail: EmailMessage, trust: ssl.SSLContext | None = None
) -> Answer:
    """Hand a mail in; never raises for what the server does."""
    began_s = time.monotonic()
    context = trust or ssl.create_default_context()
    final = False
    try:
        with _connected(server, context) as session:
            if server.user is not None:
                session.login(server.user, server.password or "")
            session.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0]
        reason, final = f"smtp.{code}", code in _PERMANENT
    except smtplib.SMTPResponseException as error:
        reason = f"smtp.{error.smtp_code}"
    except ssl.SSLError:
        reason = "tls"
    except TimeoutError:
        reason = "timeout"
    except (smtplib.SMTPException, OSError):
        reason = "connection"
    else:
        return Answer("smtp.250", time.monotonic() - began_s, delivered=True)
    return Answer(reason, time.monotonic() - began_s, final=final)


def _connected(server: MailServer, context: ssl.SSLContext) -> smtplib.SMTP:
    if server.scheme == "smtps":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_S, context=context)
    session = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)
    if server.scheme == "smtp+starttls":
        try:
            session.starttls(context=context)
        except BaseException:
            session.close()
            raise
    return session
