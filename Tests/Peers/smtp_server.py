"""An SMTP server for tests: prints its port, then one line of JSON for each mail it takes, until
its input closes. With a port, which others may hold as well, it ends with the process above it.

usage: smtp_server.py plain|starttls|auth certificate key [port]

Recipients: later@… is answered 451, gone@… 550; the subject "spam" gets 554 after the message.
With `auth`, TLS is required and only ann with the password "a b@c" is let in.
"""
import asyncio
import email.policy
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("later@"):
            return "451 4.3.0 try later"
        if address.startswith("gone@"):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if b"Subject: spam\r\n" in envelope.content:
            return "554 5.7.1 refused"
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        text = mail.get_body(("plain",))
        seen = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "content": envelope.content.decode("latin-1"),
            "subject": mail["Subject"],
            "text": text.get_content(),
            "files": [
                {"name": part.get_filename(), "bytes": len(part.get_content())}
                for part in mail.iter_attachments()
            ],
            "tls": session.ssl is not None,
            "user": session.auth_data.decode() if session.authenticated else None,
        }
        print(json.dumps(seen), flush=True)
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    right = data.login == b"ann" and data.password == b"a b@c"
    return AuthResult(success=right, handled=False, auth_data=data.login if right else None)


async def main():
    mode, certificate, key = sys.argv[1:4]
    port = int(sys.argv[4]) if len(sys.argv) > 4 else 0
    options = {}
    if mode != "plain":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        options["tls_context"] = context
    if mode == "auth":
        options.update(require_starttls=True, auth_required=True, authenticator=authenticate)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Handler(), loop=loop, hostname="mail.test", **options), "127.0.0.1", port,
        reuse_port=port != 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    if port == 0:
        await loop.run_in_executor(None, sys.stdin.read)
    parent = os.getppid()
    while port != 0 and os.getppid() == parent:
        await asyncio.sleep(0.5)


asyncio.run(main())
