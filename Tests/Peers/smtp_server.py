"""An SMTP server for tests of the client: prints its port, then one line of JSON for each mail it
takes, until its input closes.

usage: smtp_server.py plain|starttls|auth certificate key

Recipients: later@… is answered 451, gone@… 550; the subject "spam" gets 554 after the message.
With `auth`, TLS is required and only ann with the password "a b@c" is let in.
"""
import asyncio
import json
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
        seen = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "content": envelope.content.decode("latin-1"),
            "tls": session.ssl is not None,
            "user": session.auth_data.decode() if session.authenticated else None,
        }
        print(json.dumps(seen), flush=True)
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    right = data.login == b"ann" and data.password == b"a b@c"
    return AuthResult(success=right, handled=False, auth_data=data.login if right else None)


async def main():
    mode, certificate, key = sys.argv[1:]
    options = {}
    if mode != "plain":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        options["tls_context"] = context
    if mode == "auth":
        options.update(require_starttls=True, auth_required=True, authenticator=authenticate)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Handler(), loop=loop, hostname="mail.test", **options), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
