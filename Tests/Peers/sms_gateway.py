"""Stands in for Twilio's Messages API: prints its port, then one line of JSON for each request,
until the process above it ends.

usage: sms_gateway.py SID TOKEN

Numbers that end in 429 and 500 are answered so at their first message, those in 400 always.
"""
import base64
import http.server
import json
import os
import sys
import threading
import time
import urllib.parse

SID, TOKEN = sys.argv[1:]
# https://www.twilio.com/docs/api/errors
ERRORS = {400: (21211, "Invalid 'To' Phone Number"), 401: (20003, "Authenticate"),
          404: (20404, "The requested resource was not found"), 429: (20429, "Too Many Requests"),
          500: (20500, "Internal Server Error")}
seen = {}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def status(self, form):
        if self.path != f"/2010-04-01/Accounts/{SID}/Messages.json":
            return 404
        expected = base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()
        if self.headers.get("Authorization") != "Basic " + expected:
            return 401
        number = dict(form).get("To", "")
        seen[number] = seen.get(number, 0) + 1
        wanted = int(number[-3:] or 0)
        if wanted == 400 or (wanted in (429, 500) and seen[number] == 1):
            return wanted
        return 201

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        form = urllib.parse.parse_qsl(body, keep_blank_values=True, strict_parsing=True)
        status = self.status(form)
        line = {"type": self.headers.get("Content-Type"), "form": dict(form),
                "fields": [name for name, _ in form], "status": status}
        print(json.dumps(line), flush=True)
        if status == 201:
            answer = {"sid": "SM" + "0" * 32, "account_sid": SID, "status": "queued",
                      "error_code": None, "error_message": None, **dict(form)}
        else:
            code, message = ERRORS[status]
            answer = {"code": code, "message": message, "status": status,
                      "more_info": f"https://www.twilio.com/docs/errors/{code}"}
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
parent = os.getppid()
while os.getppid() == parent:
    time.sleep(0.5)
