#!/usr/bin/env python3
"""nginx on three ports that the kernel chose, with a certificate made for the occasion.

Prints "PLAIN TLS H2C DIRECTORY" on the first line - the ports of HTTP/1.1, of HTTP/1.1 and HTTP/2 over
TLS, and of HTTP/2 without TLS; the directory holds cert.pem and the site - and ends when its standard
input ends. Usage: nginx_server.py NGINX OPENSSL
"""
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time

CONFIGURATION = """
daemon off;
master_process off;
error_log {dir}/error.log;
pid {dir}/nginx.pid;
worker_rlimit_nofile 4096;
events {{ worker_connections 2048; }}
http {{
  access_log off;
  default_type text/plain;
  types {{ text/x-page html; }}
  client_body_temp_path {dir}/body;
  proxy_temp_path {dir}/proxy;
  fastcgi_temp_path {dir}/fastcgi;
  uwsgi_temp_path {dir}/uwsgi;
  scgi_temp_path {dir}/scgi;
  keepalive_requests 100000;
  gzip on;
  gzip_types text/x-page;
  gzip_min_length 100;
  root {dir}/site;
  ssl_certificate {dir}/cert.pem;
  ssl_certificate_key {dir}/key.pem;
  server {{ listen 127.0.0.1:{plain}; }}
  server {{ listen 127.0.0.1:{tls} ssl http2; }}
  server {{ listen 127.0.0.1:{h2c} http2; }}
}}
"""


def make_site(directory):
    os.mkdir(directory)
    words = [str(n) for n in range(1000)]
    page = " ".join(random.Random(7).choices(words, k=40000))
    for name, content in {"small.txt": "small\n", "page.html": page, "large.bin": "l" * (20 << 20)}.items():
        with open(os.path.join(directory, name), "w") as file:
            file.write(content)


def free_ports(count):
    """nginx can't be told to let the kernel choose: the kernel is asked first, and somebody else may be quicker."""
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in listeners]
    for one in listeners:
        one.close()
    return ports


def serves(process, port):
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return True
        except ConnectionRefusedError:
            time.sleep(0.01)
    return False


def main():
    nginx, openssl = sys.argv[1:]
    directory = tempfile.mkdtemp(prefix="weft-nginx-")
    os.chmod(directory, 0o755)
    process = None
    try:
        make_site(os.path.join(directory, "site"))
        subprocess.run(
            [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
             "-keyout", directory + "/key.pem", "-out", directory + "/cert.pem", "-days", "2",
             "-subj", "/CN=weft test", "-addext", "subjectAltName=IP:127.0.0.1"],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(5):
            ports = free_ports(3)
            with open(directory + "/nginx.conf", "w") as file:
                file.write(CONFIGURATION.format(dir=directory, plain=ports[0], tls=ports[1], h2c=ports[2]))
            process = subprocess.Popen(
                [nginx, "-p", directory, "-c", directory + "/nginx.conf", "-e", directory + "/error.log"],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if serves(process, ports[-1]):
                break
        else:
            sys.exit(open(directory + "/error.log").read())
        print(*ports, directory, flush=True)
        sys.stdin.read()
    finally:
        if process:
            process.kill()
            process.wait()
        shutil.rmtree(directory)


if __name__ == "__main__":
    main()
