"""The servers that the crawler is tested on: nginx, apache2 and lighttpd, each with a configuration made here, and the
Python servers of this folder. Each runs in a folder of its own, on a port that the kernel found free, and is ended by its
process id."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

# A shell starts what runs in the background with SIGINT ignored, and that is inherited; what is caught here is not.
signal.signal(signal.SIGINT, signal.default_int_handler)

HERE = os.path.dirname(os.path.abspath(__file__))
AS_ROOT = os.geteuid() == 0


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def tool(name):
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if not found:
        sys.exit(f"{name} is not installed; scripts/install-packages.sh test installs it")
    return found


def certificate(folder):
    """A certificate for 127.0.0.1 that signs itself: file names of certificate and key."""
    cert, key = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
    if not os.path.exists(cert):
        subprocess.run([tool("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                        "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert],
                       check=True, capture_output=True)
    return cert, key


class Running:
    """A server that runs. `requests()` needs it stopped: some servers write their log at the end only."""

    def __init__(self, url, process, log, stop_signal=signal.SIGTERM):
        self.url, self.process, self.log, self.stop_signal = url, process, log, stop_signal

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.stop()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def requests(self):
        """What was asked for, as (method, path, status, protocol), in the log's order."""
        self.stop()
        result = []
        with open(self.log, encoding="latin-1") as file:
            for line in file:
                match = re.search(r'(?:^|")([A-Z]+) (\S+) (HTTP/[^\s"]+)"? (\d+)', line)
                if match and match.group(1) != "PRI":  # lighttpd logs HTTP/2's preface too
                    result.append((match.group(1), match.group(2), int(match.group(4)), match.group(3)))
        return result


def start_python(script, folder, *arguments):
    log = os.path.join(folder, "access.log")
    process = subprocess.Popen([sys.executable, "-B", os.path.join(HERE, script), "--log", log, *arguments],
                               stdout=subprocess.PIPE, text=True)
    return Running(process.stdout.readline().strip(), process, log)


def start_weft(program, folder, root):
    """weft's own server, which is built beside the crawler."""
    log = os.path.join(folder, "access.log")
    process = subprocess.Popen([os.path.join(os.path.dirname(program), "example_serve_site"), root, "0",
                                "--access-log", log], stdout=subprocess.PIPE, text=True)
    return Running(process.stdout.readline().strip().rstrip("/"), process, log)


def rules_of(file_name):
    if not file_name:
        return {"redirects": {}, "status": {}, "not_found_body": None}
    with open(file_name, encoding="utf-8") as file:
        return json.load(file)["rules"]


def nginx(folder, root, port, gzip, tls, chunked, rules):
    listen = f"listen 127.0.0.1:{port}" + (" ssl http2" if tls else "") + ";"
    lines = [listen]
    if tls:
        cert, key = certificate(folder)
        lines += [f"ssl_certificate {cert};", f"ssl_certificate_key {key};"]
    if gzip:
        lines += ["gzip on;", "gzip_comp_level 1;", "gzip_min_length 1;"]
    if chunked:
        lines.append("ssi on;")  # What may hold includes has no length that is known before.
    lines += [f"location = {a} {{ return 302 {b}; }}" for a, b in rules["redirects"].items()]
    lines += [f"location = {a} {{ return {s}; }}" for a, s in rules["status"].items()]
    if rules["not_found_body"]:
        lines.append(f"error_page 404 {rules['not_found_body']};")
    text = f"""
{"user root;" if AS_ROOT else ""}
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  charset utf-8;
  log_format short '$request $status';
  access_log {folder}/access.log short;
  log_format connection '$connection';
  log_format referrer '$request_uri $http_referer';
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ access_log {folder}/access.log short; access_log {folder}/connections.log connection;
           access_log {folder}/referrers.log referrer; root {root}; index index.html; {" ".join(lines)} }}
}}
"""
    conf = os.path.join(folder, "nginx.conf")
    return text, conf, [tool("nginx"), "-c", conf, "-e", f"{folder}/error.log"], signal.SIGTERM


def apache2(folder, root, port, gzip, tls, _chunked, rules):
    modules = ["mpm_event", "authz_core", "dir", "mime", "alias"]
    lines = []
    if gzip:
        modules += ["filter", "deflate"]
        lines += ["SetOutputFilter DEFLATE", "DeflateCompressionLevel 1"]
    if tls:
        modules += ["ssl", "http2", "socache_shmcb"]
        cert, key = certificate(folder)
        lines += ["SSLEngine on", f"SSLCertificateFile {cert}", f"SSLCertificateKeyFile {key}", "Protocols h2 http/1.1"]
    lines += [f"Redirect 302 {a} {b}" for a, b in rules["redirects"].items()]
    lines += [f"Redirect {s} {a}" for a, s in rules["status"].items()]
    if rules["not_found_body"]:
        lines.append(f"ErrorDocument 404 {rules['not_found_body']}")
    load = "\n".join(f"LoadModule {m}_module /usr/lib/apache2/modules/mod_{m}.so" for m in modules)
    # Apache refuses to be root; www-data then has to be able to read the folders.
    user = "User www-data\nGroup www-data" if AS_ROOT else ""
    newline = "\n"
    text = f"""
{load}
{user}
ServerRoot {folder}
DefaultRuntimeDir {folder}
PidFile {folder}/apache.pid
ErrorLog {folder}/error.log
Listen 127.0.0.1:{port}
ServerName 127.0.0.1
TypesConfig /etc/mime.types
DocumentRoot {root}
DirectoryIndex index.html
LogFormat "%r %>s" short
CustomLog {folder}/access.log short
<Directory />
  Require all granted
  Options FollowSymLinks
</Directory>
{newline.join(lines)}
"""
    conf = os.path.join(folder, "apache.conf")
    return text, conf, [tool("apache2"), "-f", conf, "-DFOREGROUND"], signal.SIGTERM


def lighttpd(folder, root, port, gzip, tls, _chunked, rules):
    modules = ["mod_accesslog", "mod_indexfile", "mod_redirect"]
    lines = []
    if gzip:
        modules.append("mod_deflate")
        lines += ['deflate.mimetypes = ("text/")', 'deflate.allowed-encodings = ("gzip")', "deflate.compression-level = 1"]
    if tls:
        modules.append("mod_openssl")
        cert, key = certificate(folder)
        lines += ['ssl.engine = "enable"', f'ssl.pemfile = "{cert}"', f'ssl.privkey = "{key}"']
    if rules["redirects"]:
        pairs = ", ".join(f'"^{re.escape(a)}$" => "{b}"' for a, b in rules["redirects"].items())
        lines += [f"url.redirect = ({pairs})", "url.redirect-code = 302"]
    if rules["not_found_body"]:
        shutil.copyfile(root + rules["not_found_body"], f"{folder}/errors-404.html")
        lines.append(f'server.errorfile-prefix = "{folder}/errors-"')
    # It knows no way to say 500 for a path: the planted 500s are 404s here, and just as broken.
    text = f"""
server.modules = ({", ".join(f'"{m}"' for m in modules)})
server.bind = "127.0.0.1"
server.port = {port}
server.document-root = "{root}"
server.errorlog = "{folder}/error.log"
server.pid-file = "{folder}/lighttpd.pid"
server.upload-dirs = ("{folder}")
index-file.names = ("index.html")
mimetype.assign = (".html" => "text/html; charset=utf-8", ".css" => "text/css", ".js" => "text/javascript",
                   ".png" => "image/png", ".py" => "text/x-python", ".txt" => "text/plain",
                   "" => "application/octet-stream")
accesslog.filename = "{folder}/access.log"
accesslog.format = "%r %>s"
{chr(10).join(lines)}
"""
    conf = os.path.join(folder, "lighttpd.conf")
    return text, conf, [tool("lighttpd"), "-D", "-f", conf], signal.SIGINT


KINDS = {"nginx": nginx, "apache2": apache2, "lighttpd": lighttpd}


def start(kind, folder, root, gzip=False, tls=False, chunked=False, rules=None):
    """Starts one of the big three on `root`; `rules` is plant_faults.py's JSON file. `chunked` (nginx only) sends bodies
    in chunks without compressing them; compressed ones are made on the fly and chunked everywhere."""
    os.makedirs(folder, exist_ok=True)
    for _attempt in range(5):
        port = free_port()
        text, conf, command, stop_signal = KINDS[kind](folder, root, port, gzip, tls, chunked, rules_of(rules))
        with open(conf, "w", encoding="utf-8") as file:
            file.write(text)
        output = open(os.path.join(folder, "output.log"), "w", encoding="utf-8")
        process = subprocess.Popen(command, stdout=output, stderr=output)
        end = time.monotonic() + 30
        while process.poll() is None and time.monotonic() < end:
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", port)) == 0:
                    scheme = "https" if tls else "http"
                    return Running(f"{scheme}://127.0.0.1:{port}", process, os.path.join(folder, "access.log"), stop_signal)
            time.sleep(0.02)
        process.kill()
        process.wait()  # Somebody else took the port in the meantime, or the configuration is bad.
    for name in ("output.log", "error.log"):
        if os.path.exists(os.path.join(folder, name)):
            with open(os.path.join(folder, name), encoding="latin-1") as file:
                sys.stderr.write(file.read())
    sys.exit(f"{kind} does not start")
