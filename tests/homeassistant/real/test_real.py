"""Home Assistant's own MQTT integration takes what pistat says, without a complaint, and loses nothing."""

import json
import logging

import conftest
import pytest
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.helpers import device_registry, entity_registry
from pytest_homeassistant_custom_component.common import async_fire_mqtt_message

ATTRIBUTES = {"dev_cla": "device_class", "stat_cla": "state_class", "unit_of_meas": "unit_of_measurement", "ic": "icon"}


async def say(hass, messages):
    for topic, payload in messages:
        async_fire_mqtt_message(hass, topic, payload)
        await hass.async_block_till_done()


def components(messages):
    """[(platform, its configuration)] of the discovery messages."""
    for topic, payload in messages:
        config = json.loads(payload)
        if "cmps" in config:
            yield from ((one["p"], one) for one in config["cmps"].values())
        else:
            yield topic.split("/")[1], config


def complaints(caplog):
    return [record.getMessage() for record in caplog.records
            if record.levelno >= logging.WARNING and record.name.startswith("homeassistant.components")]


def wrong(hass, discovery):
    for platform, one in components(discovery):
        entity = entity_registry.async_get(hass).async_get_entity_id(platform, "mqtt", one["uniq_id"])
        if entity != one["def_ent_id"]:
            yield f"{one['uniq_id']} is {entity}, not {one['def_ent_id']}"
            continue
        state = hass.states.get(entity)
        if platform != "event" and state.state in (STATE_UNKNOWN, STATE_UNAVAILABLE):
            yield f"{entity} is {state.state}"
        for key, attribute in ATTRIBUTES.items():
            if state.attributes.get(attribute) != one.get(key):
                yield f"{entity}: {attribute} {state.attributes.get(attribute)!r}, not {one.get(key)!r}"


@pytest.mark.usefixtures("all_enabled", "mock_hass_config")
async def test_machine(hass, mqtt_mock_entry, caplog, machine):
    await mqtt_mock_entry()
    caplog.clear()
    status = json.loads(machine["discovery"][0][1])["avty_t"]
    for _ in range(2):  # the second time is what follows a birth
        await say(hass, machine["discovery"] + machine["topics"])
        assert list(wrong(hass, machine["discovery"])) == []
    before = hass.states.async_all()
    await say(hass, machine["discovery"])
    assert hass.states.async_all() == before
    await say(hass, [(status, "offline")])
    assert {state.state for state in hass.states.async_all()} == {STATE_UNAVAILABLE}
    await say(hass, [(status, "online")])
    assert list(wrong(hass, machine["discovery"])) == []
    assert len(list(device_registry.async_get(hass).devices)) == 1
    assert complaints(caplog) == []


def known(hass):
    """{unique id: (entity id, name that the user gave, is it available?)}; None for what is disabled."""
    found = {}
    for entry in list(entity_registry.async_get(hass).entities.values()):
        state = hass.states.get(entry.entity_id)
        found[entry.unique_id] = (entry.entity_id, entry.name, None if entry.disabled else
                                  bool(state) and state.state != STATE_UNAVAILABLE)
    return found


@pytest.mark.usefixtures("mock_hass_config")
async def test_life(hass, mqtt_mock_entry, caplog):
    """A thing goes, the style changes and changes back; at last all of it is forgotten."""
    steps = conftest.RECORD["life"]
    # each pistat says "offline" when it stops, which is not what is asked here
    last = [("pistat/life/status", "online")]
    await mqtt_mock_entry()
    caplog.clear()
    await say(hass, steps["announced"] + last)
    first = known(hass)
    assert {available for _, _, available in first.values()} == {None, True}
    entity_registry.async_get(hass).async_update_entity("sensor.life_memory_percent", name="Mine")
    first = known(hass)

    await say(hass, steps["unplugged"] + last)
    left = known(hass)
    gone = set(first) - set(left)
    assert gone == {"pistat_test_life_network_enp4s0_up"}
    assert left == {key: one for key, one in first.items() if key not in gone}
    assert complaints(caplog) == []

    await say(hass, steps["entities"] + last)
    assert known(hass) == left
    assert len(complaints(caplog)) <= 1 and "No device components to cleanup" in "".join(complaints(caplog))
    caplog.clear()
    await say(hass, steps["device"] + last)
    assert known(hass) == left
    assert complaints(caplog) == []

    await say(hass, steps["forgotten"])
    assert known(hass) == {} and not list(device_registry.async_get(hass).devices)
