#!/usr/bin/python3
"""Would Home Assistant take these discovery messages, and would every entity get a value it can show?

    pistat once --format discovery > d; pistat once --format topics > t; check_discovery.py d t

Both files hold a message in each line: the topic, a space, the payload.  Home Assistant itself is lenient in some
places and drops whole devices in others; here everything that it would refuse, ignore or warn of is a mistake.
The rules: https://www.home-assistant.io/integrations/mqtt/ and https://developers.home-assistant.io/docs/core/entity/.
"""

import datetime
import json
import re
import sys

ROOT_KEYS = {"dev", "o", "cmps", "avty_t"}
DEVICE_KEYS = {"ids", "name", "mf", "mdl", "mdl_id", "sn", "sw", "hw", "cu", "sa", "cns"}
ORIGIN_KEYS = {"name", "sw", "url"}
# Refused as unknown by the versions that the entities style is for.
DEVICE_KEYS_YOUNG = {"sn", "mdl_id"}

COMMON_KEYS = {"p", "uniq_id", "obj_id", "def_ent_id", "name", "stat_t", "val_tpl", "qos", "ent_cat", "en", "ic"}
PLATFORM_KEYS = {
    "sensor": COMMON_KEYS | {"dev_cla", "unit_of_meas", "stat_cla", "sug_dsp_prc", "exp_aft", "ops"},
    "binary_sensor": COMMON_KEYS | {"dev_cla", "exp_aft"},
    "event": COMMON_KEYS | {"evt_typ"},
}
REQUIRED_KEYS = {
    "sensor": {"p", "uniq_id", "def_ent_id", "name", "stat_t", "exp_aft"},
    "binary_sensor": {"p", "uniq_id", "def_ent_id", "name", "stat_t", "exp_aft"},
    "event": {"p", "uniq_id", "def_ent_id", "name", "stat_t", "evt_typ"},
}

BINARY_CLASSES = {"battery", "battery_charging", "carbon_monoxide", "cold", "connectivity", "door", "garage_door", "gas", "heat",
                  "light", "lock", "moisture", "motion", "moving", "occupancy", "opening", "plug", "power", "presence",
                  "problem", "running", "safety", "smoke", "sound", "tamper", "update", "vibration", "window"}

NUMBER = {"measurement"}
TOTALS = {"total_increasing"}
# device class: (units, state classes); None is no device class.
SENSOR_CLASSES = {
    "temperature": ({"°C"}, NUMBER),
    "frequency": ({"Hz", "kHz", "MHz", "GHz"}, NUMBER),
    "voltage": ({"mV", "V", "kV"}, NUMBER),
    "current": ({"mA", "A"}, NUMBER),
    "power": ({"mW", "W", "kW"}, NUMBER),
    "energy": ({"J", "kJ", "Wh", "kWh", "MWh"}, TOTALS),
    "data_size": ({"B", "kB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB"}, NUMBER | TOTALS),
    "data_rate": ({"bit/s", "kbit/s", "Mbit/s", "Gbit/s", "B/s", "kB/s", "MB/s", "GB/s", "KiB/s", "MiB/s", "GiB/s"},
                  NUMBER),
    "signal_strength": ({"dBm", "dB"}, NUMBER),
    "duration": ({"d", "h", "min", "s", "ms"}, NUMBER | TOTALS),
    "battery": ({"%"}, NUMBER),
    "distance": ({"km", "m", "cm", "mm"}, NUMBER | TOTALS),
    None: ({"%", "rpm", "1/s", None}, NUMBER | TOTALS),
}
# Classes of sensors that are no numbers: no unit, no state class, no precision.
WORDY_CLASSES = {"timestamp", "date", "enum"}

# What a name must not end in: Home Assistant shows the unit beside the value.
UNIT_WORDS = {unit for units, _ in SENSOR_CLASSES.values() for unit in units if unit} | {
    "percent", "bytes", "celsius", "hertz", "seconds", "volts", "watts", "(%)", "gib", "mib"}

FAMILIES = ("per_cpu_usage", "load_avg", "filesystems", "disks", "raids", "network", "temperatures", "fans", "voltages",
            "currents", "powers", "batteries", "gpus", "units", "probes", "agent/collectors")

TOPIC_ID = re.compile(r"[a-zA-Z0-9_-]+")
SLUG = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")
SCALED = re.compile(r"\{\{ \(value \| float / (\d+)\) \| round\((\d)\) if value else '' \}\}")
UNIT_DIVISORS = {"GiB": 1 << 30, "MiB": 1 << 20, "KiB": 1 << 10, "kB/s": 1000, "MB/s": 1000000}
STATE_LIMIT = 255


class Mistakes(list):
    def __init__(self):
        super().__init__()
        self.where = ""

    def expect(self, condition, text):
        if not condition:
            self.append(f"{self.where}: {text}")
        return bool(condition)


def read_messages(text):
    """Topic and payload of every line; a payload may hold anything but a line end."""
    return [tuple(line.split(" ", 1)) for line in text.splitlines() if " " in line]


def check_texts(mistakes, thing, what):
    """No null, no empty text, nothing that is not finite, anywhere."""
    if isinstance(thing, dict):
        for key, value in thing.items():
            check_texts(mistakes, value, f"{what}.{key}")
    elif isinstance(thing, list):
        mistakes.expect(thing, f"{what} is an empty list")
        for value in thing:
            check_texts(mistakes, value, what)
    else:
        mistakes.expect(thing is not None, f"{what} is null")
        mistakes.expect(thing != "", f"{what} is empty")


def check_device(mistakes, device, young):
    if not mistakes.expect(isinstance(device, dict), "no device"):
        return
    unknown = set(device) - (DEVICE_KEYS if young else DEVICE_KEYS - DEVICE_KEYS_YOUNG)
    mistakes.expect(not unknown, f"unknown device keys {sorted(unknown)}")
    ids = device.get("ids")
    mistakes.expect(isinstance(ids, list) and ids and all(isinstance(one, str) for one in ids),
                    "device without identifiers")
    mistakes.expect(device.get("name"), "device without a name")
    for key, value in device.items():
        if key not in ("ids", "cns"):
            mistakes.expect(isinstance(value, str), f"device.{key} is no text")
    mistakes.expect("cns" not in device, "connections would merge us with the router's view of this host")
    link = device.get("cu")
    mistakes.expect(link is None or re.match(r"https?://[^/\s]+", str(link)), f"device.cu {link!r} is no link")


def check_origin(mistakes, origin):
    if not mistakes.expect(isinstance(origin, dict), "no origin"):
        return
    unknown = set(origin) - ORIGIN_KEYS
    mistakes.expect(not unknown, f"unknown origin keys {sorted(unknown)}")
    mistakes.expect(origin.get("name"), "origin without a name")
    mistakes.expect("url" not in origin or re.match(r"https?://[^/\s]+", origin["url"]), "origin.url is no link")


def is_probe(component):
    return "/probes/" in component.get("stat_t", "") or "'probes'" in component.get("val_tpl", "")


def check_sensor(mistakes, component):
    device_class, unit = component.get("dev_cla"), component.get("unit_of_meas")
    state_class, precision = component.get("stat_cla"), component.get("sug_dsp_prc")
    if device_class in WORDY_CLASSES or (device_class is None and state_class is None and unit is None):
        for key in ("unit_of_meas", "stat_cla", "sug_dsp_prc"):
            mistakes.expect(key not in component, f"{key} on something that is no number")
        if device_class == "enum":
            mistakes.expect(component.get("ops"), "enum without options")
        return
    if not mistakes.expect(device_class in SENSOR_CLASSES, f"device class {device_class!r} is not known"):
        return
    units, state_classes = SENSOR_CLASSES[device_class]
    own = is_probe(component)
    # The user's own sensors: without a class any unit will do, and nobody may have said how many decimals to show.
    mistakes.expect(unit in units or (own and device_class is None),
                    f"unit {unit!r} is not valid with device class {device_class!r}")
    mistakes.expect(state_class in state_classes,
                    f"state class {state_class!r} is impossible with device class {device_class!r}")
    mistakes.expect((own and precision is None) or
                    (isinstance(precision, int) and not isinstance(precision, bool) and 0 <= precision <= 6),
                    f"precision {precision!r}")
    mistakes.expect("ops" not in component, "options without the class enum")


def check_binary_sensor(mistakes, component):
    device_class = component.get("dev_cla")
    mistakes.expect(device_class is None or device_class in BINARY_CLASSES,
                    f"binary device class {device_class!r} is not known")


def check_event(mistakes, component):
    types = component.get("evt_typ")
    mistakes.expect(isinstance(types, list) and types and all(SLUG.fullmatch(str(one)) for one in types) and
                    len(set(types)) == len(types), f"event types {types!r}")


PLATFORM_CHECKS = {"sensor": check_sensor, "binary_sensor": check_binary_sensor, "event": check_event}


def is_member(component, base):
    """Is it one of a family, called by a name that the machine gave it, or the host's own value?"""
    path = component.get("stat_t", "")[len(base) + 1:]
    if path == "state":
        return bool(re.search(r"\.get\(|\[\d+\]", component.get("val_tpl", "")))
    for family in FAMILIES:
        depth = path[len(family) + 1:].count("/")
        if path.startswith(family + "/") and (depth > 0 or family in ("per_cpu_usage", "load_avg")):
            return True
    return False


def check_name(mistakes, component, device_name, base):
    name = component.get("name")
    if not mistakes.expect(isinstance(name, str) and name.strip() == name, f"name {name!r}"):
        return
    words = name.split()
    mistakes.expect(not re.search(rf"(?<![\w-]){re.escape(device_name)}(?![\w-])", name, re.IGNORECASE),
                    f"name {name!r} repeats the device's")
    mistakes.expect(words and words[-1].lower() not in UNIT_WORDS and words[-1] not in UNIT_WORDS,
                    f"name {name!r} ends in a unit")
    if not is_member(component, base):
        # Sentence case: a capital first, and then only words that are capitals throughout.
        mistakes.expect(name[:1].isupper() or name[:1].isdigit(), f"name {name!r} begins small")
        titled = [word for word in words[1:] if re.match(r"[A-Z][a-z]{2,}$", word)]
        mistakes.expect(not titled, f"name {name!r} is not in sentence case")


def check_component(mistakes, component, key, device):
    platform = component.get("p")
    if not mistakes.expect(platform in PLATFORM_KEYS, f"platform {platform!r} is not known"):
        return
    unknown = set(component) - PLATFORM_KEYS[platform]
    mistakes.expect(not unknown, f"unknown keys {sorted(unknown)}")
    missing = REQUIRED_KEYS[platform] - set(component)
    mistakes.expect(not missing, f"missing keys {sorted(missing)}")
    mistakes.expect(SLUG.fullmatch(key), f"key {key!r} is no slug")
    ids = device.get("ids") or [""]
    mistakes.expect(component.get("uniq_id") == f"{ids[0]}_{key}", f"unique id {component.get('uniq_id')!r}")
    entity = str(component.get("def_ent_id"))
    domain, _, object_id = entity.partition(".")
    mistakes.expect(domain == platform, f"entity id {entity!r} is of another platform")
    mistakes.expect(SLUG.fullmatch(object_id) and len(entity) <= 255, f"entity id {entity!r} is no slug")
    mistakes.expect(component.get("obj_id", object_id) == object_id, "two different entity ids")
    mistakes.expect(component.get("ent_cat", "diagnostic") == "diagnostic",
                    f"entity category {component.get('ent_cat')!r}")
    mistakes.expect(component.get("en", False) is False, "en is only for what starts disabled")
    mistakes.expect(re.fullmatch(r"mdi:[a-z0-9-]+", component.get("ic", "mdi:x")), f"icon {component.get('ic')!r}")
    mistakes.expect(component.get("qos", 0) in (0, 1, 2), "qos")
    if "exp_aft" in component:
        expire = component["exp_aft"]
        mistakes.expect(isinstance(expire, int) and not isinstance(expire, bool) and expire > 0,
                        f"expire_after {expire!r}")
    PLATFORM_CHECKS[platform](mistakes, component)


def check_template(mistakes, component):
    """The divisor that the template uses must be the unit's."""
    template, unit = component.get("val_tpl"), component.get("unit_of_meas")
    if template is None:
        mistakes.expect(unit not in UNIT_DIVISORS, f"bytes would be shown as {unit}")
        return 1
    match = SCALED.fullmatch(template)
    if not mistakes.expect(match, f"template {template!r}"):
        return 1
    mistakes.expect(int(match[1]) == UNIT_DIVISORS.get(unit), f"template {template!r} for {unit}")
    return int(match[1])


def look_up(template, state):
    """The value that a template for the state document finds; KeyError if there is none."""
    found = re.search(r"value_json((?:\['[A-Za-z0-9_-]+'\]|\[\d+\]|\.get\('[A-Za-z0-9_-]+'(?:, \{\})?\))+)", template)
    if not found:
        raise KeyError(template)
    value = state
    for name, index in re.findall(r"'([A-Za-z0-9_-]+)'|\[(\d+)\]", found[1]):
        value = value[name] if name else value[int(index)]
    return value


def check_value(mistakes, component, payload):
    """Could Home Assistant show that?"""
    if not mistakes.expect(len(payload) <= STATE_LIMIT, f"{len(payload)} characters are too many for a state"):
        return
    if component.get("p") == "binary_sensor":
        mistakes.expect(payload in ("ON", "OFF"), f"payload {payload!r} is neither ON nor OFF")
    elif component.get("dev_cla") == "timestamp":
        try:
            moment = datetime.datetime.fromisoformat(payload.replace("Z", "+00:00"))
            mistakes.expect(moment.tzinfo, f"moment {payload!r} has no zone")
        except ValueError:
            mistakes.expect(False, f"payload {payload!r} is no moment")
    elif "stat_cla" in component or "unit_of_meas" in component:
        number = re.fullmatch(r"-?\d+(?:\.\d+)?", payload)
        if mistakes.expect(number, f"payload {payload!r} is no number") and component.get("unit_of_meas") == "%":
            # Shares of one thing; pistat itself may use more than one CPU, and a probe may say what it likes.
            mistakes.expect(0 <= float(payload) <= 100 or "/agent/" in component["stat_t"] or is_probe(component),
                            f"{payload} %")
    else:
        mistakes.expect(payload, "empty text")


def check_state_value(mistakes, component, value):
    """The same in the state document, where a template makes it what Home Assistant can show."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if component.get("p") == "binary_sensor":
        mistakes.expect(isinstance(value, bool), f"{value!r} is neither true nor false")
    elif component.get("dev_cla") == "timestamp":
        mistakes.expect(number or isinstance(value, str), f"{value!r} is no moment")
    elif "stat_cla" in component or "unit_of_meas" in component:
        mistakes.expect(number, f"{value!r} is no number")
    else:
        mistakes.expect(isinstance(value, str) and len(value) <= STATE_LIMIT, f"{value!r} is no text for a state")


def check_source(mistakes, component, topics, base):
    topic = component.get("stat_t", "")
    mistakes.expect(not re.search(r"[+#\0]", topic), f"wildcard in topic {topic!r}")
    if component.get("p") == "event":
        mistakes.expect(topic == base + "/event" and "val_tpl" not in component, f"topic {topic!r} of events")
        return
    if not mistakes.expect(topic in topics, f"nothing is ever published on {topic!r}"):
        return
    if topic != base + "/state":
        check_template(mistakes, component)
        check_value(mistakes, component, topics[topic])
        return
    try:
        value = look_up(component.get("val_tpl", ""), json.loads(topics[topic]))
    except (KeyError, IndexError, TypeError) as error:
        mistakes.expect(False, f"template {component.get('val_tpl')!r} finds nothing: {error!r}")
        return
    if mistakes.expect(value is not None, "null in the state document"):
        check_state_value(mistakes, component, value)


def split_topic(mistakes, topic):
    """Prefix, platform (or "device"), id and component key (None in the device style)."""
    parts = topic.split("/")
    if parts[-1] != "config" or len(parts) not in (4, 5):
        mistakes.expect(False, f"{topic!r} is no discovery topic")
        return None
    for part in parts[1:-1]:
        mistakes.expect(TOPIC_ID.fullmatch(part), f"{part!r} in a discovery topic")
    if parts[1] == "device":
        mistakes.expect(len(parts) == 4, "a node id in the device's topic")
        return parts[0], "device", parts[2], None
    mistakes.expect(len(parts) == 5, "no node id in the entity's topic")
    return parts[0], parts[1], parts[2], parts[3]


def unique_pairs(mistakes, pairs):
    keys = [key for key, _ in pairs]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    mistakes.expect(not twice, f"keys come twice: {twice}")
    return dict(pairs)


def unfold(mistakes, messages):
    """All components as (where, key, component, device), whatever the style."""
    components = []
    for topic, payload in messages:
        mistakes.where = topic
        split = split_topic(mistakes, topic)
        try:
            config = json.loads(payload, parse_constant=lambda word: mistakes.expect(False, word),
                                object_pairs_hook=lambda pairs: unique_pairs(mistakes, pairs))
        except ValueError as error:
            mistakes.expect(False, f"no JSON: {error}")
            continue
        if not split or not mistakes.expect(isinstance(config, dict), "no object"):
            continue
        check_texts(mistakes, config, "")
        check_device(mistakes, config.get("dev"), split[1] == "device")
        check_origin(mistakes, config.get("o"))
        mistakes.expect(isinstance(config.get("avty_t"), str), "no availability topic")
        device = config.get("dev") if isinstance(config.get("dev"), dict) else {}
        mistakes.expect((device.get("ids") or [None])[0] == split[2], "topic and device have different ids")
        if split[1] == "device":
            unknown = set(config) - ROOT_KEYS
            mistakes.expect(not unknown, f"unknown root keys {sorted(unknown)}: all of it would be refused")
            mistakes.expect(config.get("cmps"), "no components")
            for key, component in (config.get("cmps") or {}).items():
                components.append((f"{topic} {key}", key, component, config))
        else:
            own = {key: value for key, value in config.items() if key not in ROOT_KEYS}
            mistakes.expect("p" not in own, "the platform is the topic's to say")
            own["p"] = split[1]
            components.append((topic, split[3], own, config))
    return components


def check(discovery, topics):
    """All mistakes in the messages, as lines; topics: what is published, {topic: payload}."""
    mistakes = Mistakes()
    seen, entities, names = set(), set(), set()
    bases = set()

    mistakes.where = "discovery"
    mistakes.expect(discovery, "no message")
    for where, key, component, config in unfold(mistakes, discovery):
        mistakes.where = where
        if not mistakes.expect(isinstance(component, dict), "no object"):
            continue
        device = config.get("dev") if isinstance(config.get("dev"), dict) else {}
        base = str(config.get("avty_t", "")).removesuffix("/status")
        bases.add(base)
        check_component(mistakes, component, key, device)
        check_name(mistakes, component, str(device.get("name", "")), base)
        check_source(mistakes, component, topics, base)
        for identity, known in ((component.get("uniq_id"), seen), (component.get("def_ent_id"), entities)):
            mistakes.expect((component.get("p"), identity) not in known, f"{identity!r} is used twice")
            known.add((component.get("p"), identity))
        mistakes.expect(component.get("name") not in names, f"name {component.get('name')!r} is used twice")
        names.add(component.get("name"))
    mistakes.where = "availability"
    for base in bases:
        mistakes.expect(topics.get(base + "/status") == "online", f"{base}/status does not say online")
    return list(mistakes)


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: check_discovery.py DISCOVERY TOPICS")
    with open(sys.argv[1], encoding="utf-8") as discovery, open(sys.argv[2], encoding="utf-8") as topics:
        mistakes = check(read_messages(discovery.read()), dict(read_messages(topics.read())))
    print("\n".join(mistakes) or "nothing to complain of")
    sys.exit(1 if mistakes else 0)


if __name__ == "__main__":
    main()
