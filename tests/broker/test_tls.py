"""TLS: what is accepted, what is refused, and that nothing ever goes in the clear."""
import subprocess
import time

import pytest

import rig


def openssl(*arguments, cwd):
    subprocess.run(["openssl", *arguments], cwd=cwd, check=True, capture_output=True)


def make_ca(directory, name):
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", f"/CN={name}", "-addext", "basicConstraints=critical,CA:TRUE",
            "-keyout", f"{name}.key", "-out", f"{name}.pem", cwd=directory)


def make_certificate(directory, name, ca, alternative, days="2"):
    extensions = directory / f"{name}.ext"
    extensions.write_text(f"subjectAltName={alternative}\n")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={name}",
            "-keyout", f"{name}.key", "-out", f"{name}.csr", cwd=directory)
    openssl("x509", "-req", "-in", f"{name}.csr", "-CA", f"{ca}.pem", "-CAkey", f"{ca}.key", "-CAcreateserial",
            "-days", days, "-extfile", extensions.name, "-out", f"{name}.pem", cwd=directory)


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    directory = tmp_path_factory.mktemp("papers")
    make_ca(directory, "authority")
    make_ca(directory, "stranger")
    make_certificate(directory, "good", "authority", "DNS:localhost,IP:127.0.0.1")
    make_certificate(directory, "elsewhere", "authority", "DNS:elsewhere.example")
    make_certificate(directory, "agent", "authority", "DNS:agent")
    make_certificate(directory, "impostor", "stranger", "DNS:agent")
    for file in directory.iterdir():
        file.chmod(0o644)
    directory.chmod(0o755)
    return directory


def tls_broker(stage, papers, server, more=""):
    """One TLS port, and a plain one through which the tests look."""
    plain = rig.free_port()
    broker = stage.broker(extra=(
        f"allow_anonymous true\ncertfile {papers}/{server}.pem\nkeyfile {papers}/{server}.key\n"
        f"cafile {papers}/authority.pem\n{more}listener {plain} 127.0.0.1\nallow_anonymous true\n"))
    broker.plain = plain
    return broker.start()


def tls_agent(stage, broker, papers, ca="authority", **options):
    options = {"mqtt__host": "localhost", "mqtt__tls__enabled": "true", "mqtt__tls__ca_file": f"{papers}/{ca}.pem",
               "sampling__deadbands": "*=0", **options}
    return stage.agent(broker.port, **options).start()


@pytest.mark.parametrize("version", ["3.1.1", "5"])
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_good(stage, papers, version, host):
    broker = tls_broker(stage, papers, "good")
    agent = tls_agent(stage, broker, papers, mqtt__version=version, mqtt__host=host)
    agent.said(f"connected \\(MQTT {version}, TLS\\)")
    rig.complete(broker.plain, agent.base)
    broker.end(rig.signal.SIGKILL)
    agent.said("connection lost")
    broker.start()
    rig.complete(broker.plain, agent.base)
    assert agent.end() == 0
    assert rig.retained(broker.plain)[f"{agent.base}/status"] == "offline"


def refused(stage, broker, agent, pattern):
    agent.said(pattern)
    before = agent.ticks()
    time.sleep(4)
    assert agent.ticks() - before < 100, "it spins"
    assert "connected" not in agent.log()
    assert not [topic for topic in rig.retained(broker.plain) if topic.startswith("pistat/")]


def test_stranger_signed_it(stage, papers):
    broker = tls_broker(stage, papers, "good")
    agent = tls_agent(stage, broker, papers, ca="stranger")
    refused(stage, broker, agent, "TLS: .*certificate verify failed.*; next try in")


def test_system_store_does_not_know_it(stage, papers):
    broker = tls_broker(stage, papers, "good")
    agent = tls_agent(stage, broker, papers, mqtt__tls__ca_file="")
    refused(stage, broker, agent, "TLS: .*certificate verify failed.*; next try in")


def test_wrong_host_name(stage, papers):
    broker = tls_broker(stage, papers, "elsewhere")
    agent = tls_agent(stage, broker, papers)
    refused(stage, broker, agent, "TLS: .*host name verification failed.*; next try in")


def test_no_tls_there(stage, papers):
    """The broker's port speaks plain MQTT: no downgrade."""
    broker = stage.broker().start()
    broker.plain = broker.port
    agent = tls_agent(stage, broker, papers)
    refused(stage, broker, agent, "broker localhost:.*; next try in")


def test_ca_file_that_is_not_there(stage, papers, tmp_path):
    broker = tls_broker(stage, papers, "good")
    late = tmp_path / "late.pem"
    agent = tls_agent(stage, broker, papers, mqtt__tls__ca_file=str(late))
    refused(stage, broker, agent, r'mqtt\.tls\.ca_file = ".*late\.pem": No such file or directory; next try in')
    late.write_text((papers / "authority.pem").read_text())
    rig.complete(broker.plain, agent.base)


def test_ca_file_that_is_none(stage, papers, tmp_path):
    broker = tls_broker(stage, papers, "good")
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("this is no certificate\n")
    agent = tls_agent(stage, broker, papers, mqtt__tls__ca_file=str(wrong))
    refused(stage, broker, agent, "TLS: .*; next try in")


def test_client_certificate(stage, papers):
    broker = tls_broker(stage, papers, "good", "require_certificate true\n")
    agent = tls_agent(stage, broker, papers, mqtt__tls__cert_file=f"{papers}/agent.pem",
                      mqtt__tls__key_file=f"{papers}/agent.key")
    rig.complete(broker.plain, agent.base)


def test_client_certificate_missing(stage, papers):
    broker = tls_broker(stage, papers, "good", "require_certificate true\n")
    agent = tls_agent(stage, broker, papers)
    refused(stage, broker, agent, "broker localhost:.*; next try in")


def test_client_certificate_of_a_stranger(stage, papers):
    broker = tls_broker(stage, papers, "good", "require_certificate true\n")
    agent = tls_agent(stage, broker, papers, mqtt__tls__cert_file=f"{papers}/impostor.pem",
                      mqtt__tls__key_file=f"{papers}/impostor.key")
    refused(stage, broker, agent, "broker localhost:.*; next try in")


def test_certificate_without_key(stage, papers):
    broker = tls_broker(stage, papers, "good")
    agent = tls_agent(stage, broker, papers, mqtt__tls__cert_file=f"{papers}/agent.pem")
    refused(stage, broker, agent, "cert_file and .*key_file belong together; next try in")
