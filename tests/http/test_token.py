"""The bearer token, and what configuration makes impossible."""

import os
import socket
import time

import live

TOKEN = "correct-horse-battery-staple"


def token_file(folder, name, content):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="ascii") as file:
        file.write(content)
    return path


def test_token(start, folder):
    pistat = start("token", http__token_file=token_file(folder, "token.txt", TOKEN + "\n"), log__level="debug")
    pistat.wait_until_ready()
    assert pistat.ask("/health").status == 200
    for path in ["/", "/stats", "/json", "/metrics", "/nothing"]:
        for value in [None, "", "Bearer", "Bearer ", "Bearer wrong", "Basic " + TOKEN, "Bearer " + TOKEN + "x",
                      "Bearer " + TOKEN[:-1], TOKEN]:
            answer = pistat.ask(path, headers={} if value is None else {"Authorization": value})
            assert answer.status == 401, (path, value)
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
            assert "error" in answer.json() and TOKEN not in answer.text()
    for scheme in ["Bearer ", "bearer "]:
        assert pistat.ask("/stats", headers={"Authorization": scheme + TOKEN}).status == 200
    assert pistat.ask("/nothing", headers={"Authorization": "Bearer " + TOKEN}).status == 404
    assert "Authorization: Bearer" in pistat.ask("/", headers={"Authorization": "Bearer " + TOKEN}).text()
    assert TOKEN not in pistat.output()


def test_blanks_around_the_token_are_not_part_of_it(start, folder):
    pistat = start("blanks", http__token_file=token_file(folder, "blanks.txt", f" {TOKEN}\t\r\n"))
    pistat.wait_until_ready()
    assert pistat.ask("/stats", headers={"Authorization": "Bearer " + TOKEN}).status == 200
    assert pistat.ask("/stats", headers={"Authorization": "Bearer"}).status == 401


def test_token_from_a_systemd_credential(start, folder):
    token_file(folder, "http-token", TOKEN)
    pistat = start("credential", environment={"CREDENTIALS_DIRECTORY": folder})
    pistat.wait_until_ready()
    assert pistat.ask("/stats").status == 401
    assert pistat.ask("/stats", headers={"Authorization": "Bearer " + TOKEN}).status == 200


def refuses_to_start(pistat, *words):
    assert live.wait_for(lambda: not pistat.running()), "it runs"
    assert pistat.stop()[0] == 2
    lines = [line for line in pistat.output().splitlines() if all(word in line for word in words)]
    assert len(lines) == 1, pistat.output()


def test_empty_token_file_is_a_mistake(start, folder):
    refuses_to_start(start("empty", http__token_file=token_file(folder, "empty.txt", "\n")), "http.token_file", "no token")
    refuses_to_start(start("blank", http__token_file=token_file(folder, "blank.txt", " \n")), "http.token_file", "no token")


def test_missing_token_file_is_a_mistake(start, folder):
    missing = os.path.join(folder, "missing.txt")
    refuses_to_start(start("missing", http__token_file=missing), missing, "No such file",
                     "environment PISTAT_HTTP_TOKEN_FILE")


def test_wrong_address_is_a_mistake(start):
    refuses_to_start(start("address", http__listen="127.0.0.1,all"), "http.listen", '"all"')


def test_taken_port_is_said_once_and_tried_again(start):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        pistat = start("taken", http__port=port)
        pistat.http_port = port
        said = f"cannot listen on 127.0.0.1 port {port}: Address already in use"
        assert live.wait_for(lambda: said in pistat.output())
        time.sleep(0.5)
        assert pistat.running() and "tries again every 30 s" in pistat.output()
    assert live.wait_for(lambda: f"listening on 127.0.0.1 port {port}" in pistat.output(), 45, 0.2), pistat.output()
    assert pistat.ask("/health").status == 200
    assert pistat.output().count(said) == 1
