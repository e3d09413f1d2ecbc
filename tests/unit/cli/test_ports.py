"""Which ports are taken, and what is said about it."""

import os
import socket

from talknshop.cli.ports import WantedPort, free_ports, is_free, problems


def test_free_ports_are_distinct_and_can_be_listened_on():
    ports = free_ports(20)
    assert len(set(ports)) == 20
    assert all(is_free(port) for port in ports)


def test_what_was_chosen_before_is_not_chosen_again():
    earlier = free_ports(3)
    nearly_all = [*earlier, *range(10_240, 31_900)]
    assert not set(free_ports(20, besides=nearly_all)) & set(nearly_all)


def test_a_taken_port_is_named_with_its_holder_and_the_remedy():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        (sentence,) = problems([WantedPort(port, "the gateway", "choose another with --port")])
    assert f"Port {port}" in sentence
    assert "the gateway" in sentence
    assert f"process {os.getpid()}" in sentence
    assert "--port" in sentence


def test_a_port_that_all_interfaces_hold_is_taken():
    with socket.create_server(("0.0.0.0", 0)) as server:
        assert not is_free(server.getsockname()[1])


def test_a_port_is_free_right_after_its_server_closed_a_connection():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        client = socket.create_connection(("127.0.0.1", port))
        accepted, _ = server.accept()
        accepted.close()
        client.close()
    assert is_free(port)


def test_one_port_for_two_purposes_is_said_once():
    (port,) = free_ports(1)
    wanted = [WantedPort(port, "Valkey", "x"), WantedPort(port, "the sandbox", "choose --y")]
    (sentence,) = problems(wanted)
    assert "asked for twice, for Valkey and for the sandbox" in sentence
    assert "--y" in sentence


def test_free_ports_have_no_problem():
    first, second = free_ports(2)
    assert problems([WantedPort(first, "a", "b"), WantedPort(second, "c", "d")]) == []
