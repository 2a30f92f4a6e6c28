"""An HTTP server for tests of the client: prints its port, serves until its input closes.

usage: http_server.py [certificate key]
"""
import http.server
import json
import ssl
import sys
import threading
import time


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self, status, body=b"", fields=()):
        self.send_response(status)
        for name, value in fields:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def echo(self):
        length = int(self.headers.get("Content-Length") or 0)
        seen = {
            "method": self.command,
            "path": self.path,
            "fields": [[n.lower(), v] for n, v in self.headers.items()],
            "body": self.rfile.read(length).decode("latin-1"),
            "peer": self.client_address[1],
        }
        self.answer(200, json.dumps(seen).encode(), [("X-Twice", "a"), ("X-Twice", "b")])

    def drip(self):
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        while True:
            self.wfile.write(b"x")
            time.sleep(0.05)

    def flood(self):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        while True:
            self.wfile.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")

    def do(self):
        try:
            if self.path == "/slow":
                time.sleep(30)
            elif self.path == "/drip":
                self.drip()
            elif self.path == "/flood":
                self.flood()
            elif self.path == "/large":
                self.answer(200, b"x" * 100_000)
            elif self.path == "/fields":
                self.answer(200, b"", [(f"X-{i}", "v" * 1000) for i in range(90)])
            elif self.path == "/redirect":
                self.answer(302, b"", [("Location", "/elsewhere")])
            elif self.path == "/broken":
                self.send_response(200)
                self.send_header("Content-Length", "10")
                self.end_headers()
                self.wfile.write(b"x")
                self.close_connection = True
            elif self.path.startswith("/status/"):
                self.answer(int(self.path.split("/")[2]), b"problem")
            else:
                self.echo()
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


server = Server(("127.0.0.1", 0), Handler)
if len(sys.argv) == 3:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1], sys.argv[2])
    server.socket = context.wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
