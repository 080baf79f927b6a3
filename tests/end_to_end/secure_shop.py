"""A small authority of the test's own, what it says of a shop on 127.0.0.1, and clients who believe nobody else."""
import hashlib
import http.client
import os
import ssl
import subprocess
from pathlib import Path

SECONDS = 60


class Authority:
    def __init__(self, folder):
        self.folder = Path(folder)
        self._openssl("-x509", "-subj", "/CN=authority of a test", "-days", "2", "-keyout", self.folder / "root.key",
                      "-out", self.folder / "root.pem")
        self.certificate, self.key = self.folder / "chain.pem", self.folder / "key.pem"
        self.issued = 0

    def _openssl(self, *words):
        subprocess.run(["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", *words],
                       check=True, capture_output=True, timeout=SECONDS)

    def issue(self, days=90):
        """The files as whoever renews them writes them: whole, one after the other."""
        self.issued += 1
        new_certificate, new_key = self.folder / "chain.new", self.folder / "key.new"
        self._openssl("-x509", "-CA", self.folder / "root.pem", "-CAkey", self.folder / "root.key", "-subj",
                      f"/CN=shop {self.issued}", "-addext", "subjectAltName=IP:127.0.0.1", "-days", str(days),
                      "-keyout", new_key, "-out", new_certificate)
        os.replace(new_certificate, self.certificate)
        os.replace(new_key, self.key)
        return self.print_of(ssl.PEM_cert_to_DER_cert(self.certificate.read_text()))

    def vouch_for(self, who, names="IP:127.0.0.1", ended=False):
        """Paths of a certificate for these names, with its root's mark, and of its key."""
        certificate, key, asked = (self.folder / f"{who}.{kind}" for kind in ("pem", "key", "csr"))
        self._openssl("-subj", f"/CN={who}", "-addext", f"subjectAltName={names}", "-keyout", key, "-out", asked)
        (self.folder / "index").write_text("")
        (self.folder / "authority.cnf").write_text(
            f"[ca]\ndefault_ca = it\n[it]\ndatabase = {self.folder}/index\nnew_certs_dir = {self.folder}\nrand_serial = yes\n"
            "default_md = sha256\npolicy = any\ncopy_extensions = copy\n[any]\ncommonName = supplied\n")
        time = ("-startdate", "20200101000000Z", "-enddate", "20200201000000Z") if ended else ("-days", "90")
        subprocess.run(["openssl", "ca", "-batch", "-notext", "-config", self.folder / "authority.cnf", "-cert", self.folder / "root.pem",
                        "-keyfile", self.folder / "root.key", *time, "-in", asked, "-out", certificate],
                       check=True, capture_output=True, timeout=SECONDS)
        return certificate, key

    @staticmethod
    def print_of(certificate):
        return hashlib.sha256(certificate).hexdigest()

    def trust(self):
        """A client's, in whose eyes only this authority counts."""
        return ssl.create_default_context(cafile=self.folder / "root.pem")

    def connection_to(self, port, context=None):
        return http.client.HTTPSConnection("127.0.0.1", port, timeout=SECONDS, context=context or self.trust())

    def shown_at(self, port):
        """Which certificate a newcomer is shown."""
        connection = self.connection_to(port)
        connection.connect()
        try:
            return self.print_of(connection.sock.getpeercert(binary_form=True))
        finally:
            connection.close()
