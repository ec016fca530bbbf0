# SPDX-License-Identifier: MIT
"""Certificates that the tests make for themselves, with the openssl program. No test lives here."""

import os
import subprocess

CONFIG = """
[ca]
default_ca = here
[here]
dir = .
database = ./index.txt
serial = ./serial
new_certs_dir = .
certificate = ./ca.crt
private_key = ./ca.key
default_md = sha256
policy = any
unique_subject = no
copy_extensions = copy
[any]
commonName = supplied
"""


class Authority:
    """A CA in a folder of its own; every certificate is a file NAME.crt beside NAME.key."""

    def __init__(self, folder):
        self.folder = str(folder)
        os.makedirs(self.folder, exist_ok=True)
        for name, text in (("index.txt", ""), ("serial", "1000\n"), ("ca.conf", CONFIG)):
            with open(self.path(name), "w") as f:
                f.write(text)
        self.crt, self.key = self.path("ca.crt"), self.path("ca.key")
        self.openssl("req", "-x509", *self.new_key("ca"), "-out", "ca.crt", "-days", "2", "-subj", "/CN=CA of a test")

    def path(self, name):
        return os.path.join(self.folder, name)

    def openssl(self, *words):
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True, stdin=subprocess.DEVNULL,
                       timeout=30)

    @staticmethod
    def new_key(name):
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key"]

    def issue(self, name, names="DNS:redis.test,IP:127.0.0.1,IP:::1", start="20200101000000Z", end="20400101000000Z"):
        """The options of redis-server for a certificate of this CA, valid for these names from start to end."""
        self.openssl("req", *self.new_key(name), "-out", f"{name}.csr", "-subj", f"/CN={name}",
                     "-addext", f"subjectAltName={names}")
        self.openssl("ca", "-batch", "-config", "ca.conf", "-in", f"{name}.csr", "-out", f"{name}.crt", "-notext",
                     "-startdate", start, "-enddate", end)
        return self.options(name)

    def sign_self(self, name, names="IP:127.0.0.1"):
        self.openssl("req", "-x509", *self.new_key(name), "-out", f"{name}.crt", "-days", "2", "-subj", f"/CN={name}",
                     "-addext", f"subjectAltName={names}")
        return self.options(name)

    def encrypt(self, name, password):
        """Another file with the key, which the password opens."""
        self.openssl("pkcs8", "-topk8", "-in", f"{name}.key", "-out", f"{name}.locked.key", "-passout", f"pass:{password}")
        return self.path(f"{name}.locked.key")

    def options(self, name):
        return ["--tls-cert-file", self.path(f"{name}.crt"), "--tls-key-file", self.path(f"{name}.key"),
                "--tls-ca-cert-file", self.crt]
