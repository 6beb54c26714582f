"""A server of few words: a calendar in memory whose answers a test can bend."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote


class FakeServer:
    """Keeps objects with a version each; ``bend`` may answer in its place: (status, headers, body) or None."""

    def __init__(self, *, etag_on=("PROPFIND", "GET"), rewrite=lambda data: data):
        self.objects, self.versions, self.requests, self.collections = {}, 0, [], set()
        self.etag_on, self.rewrite = etag_on, rewrite
        self.bend = lambda method, path: None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # each answer would wait 40 ms

            def log_message(self, *_):
                pass

            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                path = unquote(self.path)
                outer.requests.append((self.command, path, dict(self.headers)))
                answer = outer.bend(self.command, path)
                if answer == "hang up":
                    outer.answer(self.command, path, self.headers, body)
                    self.close_connection = True
                    self.connection.close()
                    return
                status, headers, data = answer or outer.answer(self.command, path, self.headers, body)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_PUT = do_DELETE = do_PROPFIND = do_MKCALENDAR = handle_any  # noqa: N815

        self.httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.httpd.daemon_threads = True
        self.httpd.handle_error = lambda *_: None  # a client that goes away is part of the tests
        self.thread = threading.Thread(target=self.httpd.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.httpd.server_port}/cal/"

    def stop(self):
        self.httpd.shutdown()
        self.httpd.server_close()
        self.thread.join()

    def answer(self, method, path, headers, body):
        etag, data = self.objects.get(path, (None, b""))
        told = {"ETag": etag} if etag and method in self.etag_on else {}
        match method:
            case "MKCALENDAR":
                self.collections.add(path)
                return 201, {}, b""
            case "PROPFIND" if path.endswith("/"):
                if path not in self.collections:
                    return 404, {}, b""
                found = {href: tag for href, (tag, _) in self.objects.items() if href.startswith(path)}
                return 207, {}, self.multistatus({path: "", **found})
            case "PROPFIND":
                return (207, {}, self.multistatus({path: etag})) if etag else (404, {}, b"")
            case "GET":
                return (200, told, data) if etag else (404, {}, b"")
            case "PUT":
                if self.is_barred(headers, etag):
                    return 412, {}, b""
                self.versions += 1
                tag = f'"v{self.versions}"'
                self.objects[path] = tag, self.rewrite(body)
                return 201, {"ETag": tag} if "PUT" in self.etag_on else {}, b""
            case _:
                if self.is_barred(headers, etag):
                    return 412, {}, b""
                del self.objects[path]
                return 204, {}, b""

    @staticmethod
    def is_barred(headers, etag):
        assert headers.get("If-Match") != "*", "never overwrite whatever is there"
        return (headers.get("If-None-Match") == "*" and etag) or headers.get("If-Match", etag) != etag

    def multistatus(self, found):
        rows = "".join(
            f"<D:response><D:href>https://elsewhere{href.replace('@', '%40')}</D:href><D:propstat><D:prop>"
            + (f"<D:getetag>{escaped(tag)}</D:getetag>" if tag and "PROPFIND" in self.etag_on else "")
            + "</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
            for href, tag in found.items()
        )
        return f'<?xml version="1.0"?><D:multistatus xmlns:D="DAV:">{rows}</D:multistatus>'.encode()


def escaped(text):
    return text.replace('"', "&quot;")
