#!/usr/bin/env python3
"""A site that is made of what real HTML does to crawlers: URLs, markup, entities, encodings, bases, redirects, types.

Each trap is a piece of a page and the URLs that a browser finds in it, by WHATWG's standards; a piece with none is a ghost,
text that only looks like a link. The server knows the URLs that are expected and gives 404 for any other. Prints its URL on
the first line; writes each request to the log as "GET /path HTTP/1.1 200", those to its second port with "other:" before
the path.
"""

import argparse
import asyncio
import gzip
import sys
import zlib

sys.dont_write_bytecode = True

# What names this server, {here}, and the second, {other}, is put in when the ports are known.
URLS = [
    (b"<a href=unquoted.html>", "/unquoted.html"),
    (b"<a href='single.html'>", "/single.html"),
    (b"<A HREF=\"upper-tag.html\">", "/upper-tag.html"),
    (b"<a href=twice.html#a><a href=twice.html#b><a href='twice.html#c?d/../e'>", "/twice.html"),
    (b"<a href=#only><a href=''><a href>", None),
    (b"<a href='?q=1'>", "/urls.html?q=1"),
    (b"<a href='/?q=1'>", "/?q=1"),
    (b"<a href=?>", "/urls.html?"),
    (b"<a href=//{here}/no-scheme.html>", "/no-scheme.html"),
    (b"<a href=HTTP://{here}/Upper-Scheme.html>", "/Upper-Scheme.html"),
    (b"<a href=http:relative.html>", "/relative.html"),
    (b"<a href=http:///{here}/three-slashes.html>", "/three-slashes.html"),
    (b"<a href=http:\\\\{here}\\back-slashes.html>", "/back-slashes.html"),
    (b"<a href=http://127.1:{port}/short-address.html>", "/short-address.html"),
    (b"<a href=http://0x7f000001:{port}/hex-address.html>", "/hex-address.html"),
    (b"<a href=http://127.0.0.1:0{port}/zero-port.html>", "/zero-port.html"),
    (b"<a href=/a//b.html>", "/a//b.html"),
    (b"<a href=/b/%2e%2e/dots-1.html>", "/dots-1.html"),
    (b"<a href=/b/.%2E/dots-2.html>", "/dots-2.html"),
    (b"<a href=/b/../../dots-3.html>", "/dots-3.html"),
    (b"<a href=./b/./dots-4.html>", "/b/dots-4.html"),
    (b"<a href=/b/c/..>", "/b/"),
    (b"<a href=/b/.../dots-5.html>", "/b/.../dots-5.html"),
    (b"<a href=\\back\\slash.html>", "/back/slash.html"),
    (b"<a href='/tab\tbed.html'>", "/tabbed.html"),
    (b"<a href='/new\nline\r\n.html'>", "/newline.html"),
    (b"<a href=' \n /around.html \t'>", "/around.html"),
    (b"<a href='/in side.html'>", "/in%20side.html"),
    (b"<a href='/q?a=b c'>", "/q?a=b%20c"),
    (b"<a href=\"/q?a='x'\">", "/q?a=%27x%27"),
    (b"<a href='/quote\"{{}}`.html'>", "/quote%22%7B%7D%60.html"),
    (b"<a href='/|pipe;a=1,b.html'>", "/|pipe;a=1,b.html"),
    (b"<a href=/umlaut-\xc3\xa4.html>", "/umlaut-%C3%A4.html"),
    (b"<a href=/q?umlaut=\xc3\xa4>", "/q?umlaut=%C3%A4"),
    (b"<a href=/%7Etilde.html><a href=/~tilde.html>", "/%7Etilde.html", "/~tilde.html"),
    (b"<a href=/equals%3D.html><a href=/equals=.html>", "/equals%3D.html", "/equals=.html"),
    (b"<a href=/percent%zz%.html>", "/percent%zz%.html"),
    (b"<a href=/%C3%A4-lower.html><a href=/%c3%a4-lower.html>", "/%C3%A4-lower.html", "/%c3%a4-lower.html"),
    (b"<a href=/Case.html><a href=/case.html>", "/Case.html", "/case.html"),
    (b"<a href=/sub><a href=/sub/><a href=/sub/index.html>", "/sub", "/sub/", "/sub/index.html"),
    (b"<a href=/q?a=1&b=2><a href=/q?b=2&a=1>", "/q?a=1&b=2", "/q?b=2&a=1"),
    (b"<a href=http://{other}/ghost/other-port.html>", None),
    (b"<a href=javascript:location='/ghost/script-url'>", None),
    (b"<a href=mailto:ghost@ghost><a href=tel:+1><a href='data:text/html,<a href=/ghost/data>'>", None),
    (b"<a href=file:///ghost/file><a href=ftp://{here}/ghost/ftp>", None),
    (b"<a href='http://a b/ghost'><a href=http://{here}x/ghost><a href='http://[::1/ghost'>", None),
]

ENTITIES = [
    (b"<a href='/e?a=1&amp;b=2'>", "/e?a=1&b=2"),
    (b"<a href='/e?a=1&copy=2'>", "/e?a=1&copy=2"),
    (b"<a href='/e?a=1&copy;=2'>", "/e?a=1%C2%A9=2"),
    (b"<a href='/e?a=1&copyright=2'>", "/e?a=1&copyright=2"),
    (b"<a href='/e?end&lt'>", "/e?end%3C"),
    (b"<a href='/e?not=&notit;'>", "/e?not=&notit;"),
    (b"<a href='&#47;decimal.html'>", "/decimal.html"),
    (b"<a href='&#x2F;hex.html'>", "/hex.html"),
    (b"<a href='/no-semicolon&#46html'>", "/no-semicolon.html"),
    (b"<a href='/caf&eacute;.html'>", "/caf%C3%A9.html"),
    (b"<a href='/win&#150;dash.html'>", "/win%E2%80%93dash.html"),
    (b"<a href='/fragment&#35;ghost.html'>", "/fragment"),
]

MARKUP = [
    (b"<title>Text <a href=/ghost/title></title>", None),
    (b"<script>'<a href=/ghost/script>'</script><style><a href=/ghost/style></style>", None),
    (b"<link rel=canonical href=/ghost/canonical><link rel=stylesheet href=/ghost/style.css>", None),
    (b"<meta http-equiv=refresh content=\"0; URL='/refresh-1.html'\">", "/refresh-1.html"),
    (b"<meta http-equiv=Refresh content='5;/refresh-2.html'>", "/refresh-2.html"),
    (b"<meta http-equiv=refresh content=' 7 , url = \"/refresh-3.html\" x'>", "/refresh-3.html"),
    (b"<meta http-equiv=refresh content='url=/ghost/refresh'>", None),
    (b"<body><!-- <a href=/ghost/comment> -->", None),
    (b"<!--><a href=/empty-comment.html>", "/empty-comment.html"),
    (b"<!---><a href=/dash-comment.html>", "/dash-comment.html"),
    (b"<!-- x --!><a href=/bang-comment.html>", "/bang-comment.html"),
    (b"<!-- <!-- --><a href=/nested-comment.html> -->", "/nested-comment.html"),
    (b"<![CDATA[ <a href=/ghost/cdata>]]>", None),
    (b"<?php <a href=/ghost/php>?>", None),
    (b"<textarea><a href=/ghost/textarea></textarea><xmp><a href=/ghost/xmp></xmp>", None),
    (b"<noembed><a href=/ghost/noembed></noembed><iframe><a href=/ghost/iframe></iframe>", None),
    (b"<template><a href=/ghost/template></template>", None),
    (b"<noscript><a href=/noscript.html></noscript>", "/noscript.html"),
    (b"<a/href=/slash.html>", "/slash.html"),
    (b"<a href=/first.html href=/ghost/second>", "/first.html"),
    (b"<a title='>' href=/greater.html>", "/greater.html"),
    (b"<a\nhref\n=\n'/lines.html'\n>", "/lines.html"),
    (b"<a href=\"/close.html\"class=x>", "/close.html"),
    (b"<b><a href=/misnested.html><p></b></a>", "/misnested.html"),
    (b"<a href=/outer.html><a href=/inner.html></a></a>", "/outer.html", "/inner.html"),
    (b"<table><a href=/foster.html><tr><td>x</table>", "/foster.html"),
    (b"<map><area href=/area.html></map>", "/area.html"),
    (b"<iframe src=/iframe.html></iframe>", "/iframe.html"),
    (b"<svg><a href=/svg.html><a xlink:href=/xlink.html></a></svg>", "/svg.html", "/xlink.html"),
    (b"<p data-href=/ghost/data-href><a hrefs=/ghost/hrefs><b href=/ghost/b>", None),
    (b"<img src=/ghost/img><form action=/ghost/form><button formaction=/ghost/button></form>", None),
    (b"<a href=/ghost/never-closed title='", None),
]

# A page: its path, its Content-Type (None: none is sent), its bytes, and the URLs in it.
HTML = "text/html; charset=utf-8"
PAGES = [
    ("/frames.html", HTML, b"<frameset><frame src=/frame.html><noframes><a href=/ghost/noframes></noframes></frameset>",
     "/frame.html"),
    ("/base.html", HTML, b"<a href=early.html><base target=x><base href=/base/dir/><base href=/ghost/><a href=?q><a href=''>",
     "/base/dir/early.html", "/base/dir/?q", "/base/dir/"),
    ("/base/relative.html", HTML, b"<base href=../up/x.html><a href=y.html>", "/up/y.html"),
    ("/base/other.html", HTML, b"<base href=http://{other}/><a href=ghost/base>", None),
    ("/deep/dir/page.html", HTML, b"<a href=next.html>", "/deep/dir/next.html"),  # /moved leads here
    ("/noext", HTML, b"<a href=from-noext.html>", "/from-noext.html"),
    ("/wrong.png", "TEXT/HTML;Charset=\"UTF-8\"", b"<a href=from-png.html>", "/from-png.html"),
    ("/page.xhtml", "application/xhtml+xml", b"<html xmlns='http://www.w3.org/1999/xhtml'><a href='/from-xhtml.html'/></html>",
     "/from-xhtml.html"),
    ("/untyped", None, b"<!doctype html><a href=from-untyped.html>", "/from-untyped.html"),
    ("/plain.html", "text/plain", b"<a href=/ghost/plain>", None),
    ("/image.html", "image/png", b"<a href=/ghost/image>", None),
    ("/latin1.html", "text/html; charset=iso-8859-1", b"<a href=/l-\xe9.html?l=\xe9>", "/l-%C3%A9.html?l=%E9"),
    ("/euro.html", "text/html", b"<a href=/euro?\x80>", "/euro?%80"),
    ("/lost.html", "text/html; charset=latin1", b"<a href='/lost?&#x4e2d;'>", "/lost?%26%2320013%3B"),
    ("/meta.html", "text/html", b"<meta charset=windows-1251><a href=/\xe6?\xe6>", "/%D0%B6?%E6"),
    ("/pragma.html", "text/html", b"<meta http-equiv=content-type content='text/html;charset=koi8-r'><a href=/\xd6?\xd6>",
     "/%D0%B6?%D6"),
    ("/header-wins.html", HTML, b"<meta charset=latin1><a href=/h-\xc3\xa9.html>", "/h-%C3%A9.html"),
    ("/mark-wins.html", "text/html; charset=latin1", b"\xef\xbb\xbf<a href=/m-\xc3\xa9.html>", "/m-%C3%A9.html"),
    ("/sjis.html", "text/html; charset=Shift_JIS", b"<a href=/\x82\xa0?\x82\xa0>", "/%E3%81%82?%82%A0"),
    ("/utf16le.html", "text/html", "\ufeff<a href=/16le-ä.html?ä>".encode("utf-16-le"), "/16le-%C3%A4.html?%C3%A4"),
    ("/utf16be.html", "text/html; charset=utf-16be", "<a href=/16be.html>".encode("utf-16-be"), "/16be.html"),
    ("/big.html", HTML, b"<p>" + b"long text " * 150_000 + b"<a href=/after-big.html>", "/after-big.html"),
    ("/gzip.html", HTML, b"<a href=/from-gzip.html>", "/from-gzip.html"),
    ("/deflate.html", HTML, b"<a href=/from-deflate.html>", "/from-deflate.html"),
    ("/chunked.html", HTML, b"<a href=/from-chunked.html>", "/from-chunked.html"),
    ("/missing-page.html", HTML, b"<a href=/ghost/on-a-404>", None),
]

# From, status, Location; the target counts as expected too.
REDIRECTS = [
    ("/sub", 301, "/sub/", "/sub/"),
    ("/moved", 302, "/deep/dir/page.html", "/deep/dir/page.html"),
    ("/chain-1", 301, "chain-2", "/chain-2"),
    ("/chain-2", 303, "//{here}/chain-3", "/chain-3"),
    ("/chain-3", 307, "?end#fragment", "/chain-3?end"),
    ("/loop-1", 302, "/loop-2", "/loop-2"),
    ("/loop-2", 308, "/loop-1", "/loop-1"),
    ("/to-nothing", 301, "/missing-1", "/missing-1"),
    ("/to-bytes", 301, "/l\xc3\xb6c.html", "/l%C3%B6c.html"),
    ("/to-other", 301, "http://{other}/landed", "other:/landed"),
    ("/not-modified", 304, "/ghost/304", None),
]
NOT_REACHED_BY_A_LINK = {"/sub", "/chain-2", "/chain-3", "/loop-2"}
MISSING = {"/missing-1", "/missing-page.html"}
BROKEN = {"/loop-1", "/to-nothing", "/missing-page.html"}  # of those that links lead to; beside what is no URL
LISTS = [("/urls.html", URLS), ("/entities.html", ENTITIES), ("/markup.html", MARKUP)]


def expected():
    """Every URL that has to be asked for."""
    result = {"/"}
    for path, traps in LISTS:
        result.add(path)
        result.update(url for _html, *urls in traps for url in urls)
    for path, _type, _body, *urls in PAGES:
        result.update((path, *urls))
    for path, _status, _location, target in REDIRECTS:
        result.update((path, target))
    result.discard(None)
    return result


class Site:
    def __init__(self, port, other_port):
        self.names = {b"{here}": b"127.0.0.1:%d" % port, b"{other}": b"127.0.0.1:%d" % other_port,
                      b"{port}": b"%d" % port, b"{{}}": b"{}"}
        self.known = expected()
        self.pages = {path: (HTML, b"\n".join(html for html, *_urls in traps)) for path, traps in LISTS}
        self.pages.update((path, (kind, body)) for path, kind, body, *_urls in PAGES)
        self.redirects = {path: (status, location) for path, status, location, _target in REDIRECTS}
        starts = [p for p in (*self.pages, *self.redirects) if p not in NOT_REACHED_BY_A_LINK and p != "/deep/dir/page.html"]
        self.pages["/"] = (HTML, "".join(f"<a href={path}>{path}</a>\n" for path in starts).encode())

    def named(self, data):
        for name, value in self.names.items():
            data = data.replace(name, value)
        return data

    def answer(self, target):
        """Status, header fields and body."""
        if target in self.redirects:
            status, location = self.redirects[target]
            return status, [b"Location: " + self.named(location.encode("latin-1"))], b""
        status = 404 if target in MISSING or target not in self.known else 200
        kind, body = self.pages.get(target, ("text/html", b"<p>An end.</p>"))
        body = self.named(body)
        fields = [f"Content-Type: {kind}".encode()] if kind else []
        if target == "/gzip.html":
            fields.append(b"Content-Encoding: gzip")
            body = gzip.compress(body)
        if target == "/deflate.html":
            fields.append(b"Content-Encoding: deflate")
            body = zlib.compress(body)
        return status, fields, body


async def serve(reader, writer, site, mark, log):
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            method, target, protocol = head.split(b"\r\n")[0].decode("latin-1").split(" ")
            status, fields, body = site.answer(mark + target)
            if mark:
                body = b"<a href=http://" + site.names[b"{here}"] + b"/ghost/from-other>"
            log.write(f"{method} {mark}{target} {protocol} {status}\n")
            if target == "/chunked.html":
                fields.append(b"Transfer-Encoding: chunked")
                body = b"".join(b"1\r\n%c\r\n" % byte for byte in body) + b"0\r\n\r\n"
            elif status != 304:
                fields.append(b"Content-Length: %d" % len(body))
            writer.write(b"\r\n".join([b"HTTP/1.1 %d Answer" % status, *fields, b"", body]))
            await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def main():
    options = argparse.ArgumentParser(description=__doc__.split(":")[0])
    options.add_argument("--log", required=True)
    chosen = options.parse_args()
    with open(chosen.log, "w", encoding="latin-1", buffering=1) as log:
        servers, sites = [], []
        for mark in ("", "other:"):
            servers.append(await asyncio.start_server(lambda r, w, m=mark: serve(r, w, sites[0], m, log), "127.0.0.1", 0))
        ports = [server.sockets[0].getsockname()[1] for server in servers]
        sites.append(Site(*ports))
        print(f"http://127.0.0.1:{ports[0]}", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        pass
