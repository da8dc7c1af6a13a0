#include "../../topics/tree.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"

static struct config *config_with(const char *const *assignments, size_t n)
{
	struct config_setting settings[4];
	struct config *config = NULL;
	char *complaint = NULL;

	for (size_t i = 0; i < n; i++)
		settings[i].assignment = assignments[i];
	if (config_load("/dev/null", settings, n, &config, &complaint) < 0)
		fail_msg("%s", complaint);
	free(complaint);
	return config;
}

static struct node identified(const struct machine *machine, const char *a, const char *b)
{
	const char *assignments[] = {a, b};
	struct config *config = config_with(assignments, (size_t)(a != NULL) + (b != NULL));
	struct node node;

	assert_int_equal(node_identify(machine->root, config, &node), 0);
	config_free(config);
	return node;
}

static void make_machine(struct machine *machine, const char *host)
{
	char uname[256];

	machine_open(machine);
	snprintf(uname, sizeof(uname), "Linux\n%s\n6.1.0\n#1 SMP\naarch64\n", host);
	machine_write(machine, "/captured/uname", uname);
	machine_write(machine, "/etc/machine-id", "00112233445566778899aabbccddeeff\n");
}

static void node_is_named_after_its_host(void **state)
{
	struct machine machine;
	struct node node;

	(void)state;
	make_machine(&machine, "pi-4.example.org");
	node = identified(&machine, NULL, NULL);
	assert_string_equal(node.name, "pi-4_example_org");
	assert_string_equal(node.display, "pi-4.example.org");
	assert_string_equal(node.base, "pistat/pi-4_example_org");
	assert_int_equal(strlen(node.id), 7 + 12);
	assert_memory_equal(node.id, "pistat_", 7);
	assert_null(strstr(node.id, "00112233"));

	node = identified(&machine, "node.name=Living room", "node.id=my id");
	assert_string_equal(node.name, "Living_room");
	assert_string_equal(node.display, "Living room");
	assert_string_equal(node.id, "my_id");
	machine_close(&machine);
}

/* Renaming the host keeps the id; a copied card in another board gets another; so does another
 * card. */
static void id_hangs_on_card_and_board(void **state)
{
	struct machine machine;
	char first[KEY_SIZE], board[KEY_SIZE];

	(void)state;
	make_machine(&machine, "one");
	strcpy(first, identified(&machine, NULL, NULL).id);
	machine_write(&machine, "/captured/uname", "Linux\ntwo\n6.1.0\n#1\nx86_64\n");
	assert_string_equal(identified(&machine, NULL, NULL).id, first);

	machine_put(&machine, "/proc/device-tree/serial-number", "100000000000abcd", 17);
	strcpy(board, identified(&machine, NULL, NULL).id);
	assert_string_not_equal(board, first);
	machine_put(&machine, "/proc/device-tree/serial-number", "100000000000abce", 17);
	assert_string_not_equal(identified(&machine, NULL, NULL).id, board);
	/* a copy may have the tree under its other name only */
	machine_remove(&machine, "/proc/device-tree/serial-number");
	assert_string_equal(identified(&machine, NULL, NULL).id, first);
	machine_put(
		&machine, "/sys/firmware/devicetree/base/serial-number", "100000000000abcd", 17);
	assert_string_equal(identified(&machine, NULL, NULL).id, board);
	machine_write(&machine, "/etc/machine-id", "ffeeddccbbaa99887766554433221100\n");
	assert_string_not_equal(identified(&machine, NULL, NULL).id, board);
	machine_close(&machine);
}

static void without_machine_id_host_and_mac(void **state)
{
	static const char *const absurd[] = {"", "uninitialized\n", "0011\n",
		"00112233445566778899aabbccddeeff00\n", "zz112233445566778899aabbccddeeff\n"};
	struct machine machine;
	char alone[KEY_SIZE], with_mac[KEY_SIZE];

	(void)state;
	make_machine(&machine, "one");
	machine_write(&machine, "/etc/machine-id", "");
	strcpy(alone, identified(&machine, NULL, NULL).id);
	for (size_t i = 0; i < ARRAY_LEN(absurd); i++) {
		machine_write(&machine, "/etc/machine-id", absurd[i]);
		assert_string_equal(identified(&machine, NULL, NULL).id, alone);
	}
	/* a bridge has no hardware behind it and does not count */
	machine_write(&machine, "/sys/class/net/br0/address", "02:00:00:00:00:09\n");
	assert_string_equal(identified(&machine, NULL, NULL).id, alone);
	machine_write(&machine, "/sys/class/net/eth0/address", "02:00:00:00:00:01\n");
	machine_write(&machine, "/sys/class/net/eth0/device/uevent", "");
	strcpy(with_mac, identified(&machine, NULL, NULL).id);
	assert_string_not_equal(with_mac, alone);
	/* dbus' copy is as good as systemd's */
	machine_write(&machine, "/var/lib/dbus/machine-id", "00112233445566778899aabbccddeeff\n");
	assert_string_not_equal(identified(&machine, NULL, NULL).id, with_mac);
	machine_close(&machine);
}

static void base_may_have_levels_but_no_wildcards(void **state)
{
	static const char *const refused[] = {"mqtt.base=home/+", "mqtt.base=home/#",
		"mqtt.base=$SYS/x", "mqtt.base=///", "mqtt.base=caf\xe9"};
	struct machine machine;
	struct node node;

	(void)state;
	make_machine(&machine, "one");
	node = identified(&machine, "mqtt.base=home/hosts/", NULL);
	assert_string_equal(node.base, "home/hosts/one");
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		struct config_setting setting = {refused[i]};
		struct config *config = NULL;
		char *complaint = NULL;

		assert_int_equal(
			config_load("/dev/null", &setting, 1, &config, &complaint), -EINVAL);
		free(complaint);
	}
	assert_string_equal(node.base, "home/hosts/one");
	machine_close(&machine);
}

static void name_of_a_foreign_script(void **state)
{
	struct machine machine;

	(void)state;
	make_machine(&machine, "\xe4\xb8\xad");
	assert_string_equal(identified(&machine, NULL, NULL).name, "pistat");
	machine_close(&machine);
}

static void topics(void **state)
{
	const struct node node = {.id = "pistat_0123456789ab", .base = "pistat/one"};
	const struct reading host = {.metric = MEMORY_PERCENT};
	const struct reading member = {.metric = NET_RECV, .key = "br/0", .slug = "br_0"};
	const struct reading whole = {.metric = LOAD, .key = "1m", .slug = "1m"};
	char topic[TOPIC_SIZE];

	(void)state;
	tree_topic(&node, "command/refresh", topic, sizeof(topic));
	assert_string_equal(topic, "pistat/one/command/refresh");
	tree_scalar(&node, &host, topic, sizeof(topic));
	assert_string_equal(topic, "pistat/one/memory/percent");
	tree_scalar(&node, &member, topic, sizeof(topic));
	assert_string_equal(topic, "pistat/one/network/br_0/bytes_recv");
	tree_scalar(&node, &whole, topic, sizeof(topic));
	assert_string_equal(topic, "pistat/one/load_avg/1m");
	tree_device_config(&node, "homeassistant", topic, sizeof(topic));
	assert_string_equal(topic, "homeassistant/device/pistat_0123456789ab/config");
	tree_entity_config(&node, "ha", "sensor", "cpu_usage", topic, sizeof(topic));
	assert_string_equal(topic, "ha/sensor/pistat_0123456789ab/cpu_usage/config");
}

/* What does not fit would share its topic with others that do not. */
static void longest_topics_fit(void **state)
{
	struct node node;
	char slug[KEY_SIZE] = "", topic[TOPIC_SIZE], path[TOPIC_SIZE];
	struct reading reading = {.metric = NO_METRIC, .slug = slug};

	(void)state;
	memset(node.base, 'b', 128 + 1 + KEY_SIZE - 1);
	node.base[128 + 1 + KEY_SIZE - 1] = '\0';
	memset(slug, 's', KEY_SIZE - 1);
	while (++reading.metric < METRICS) {
		reading_path(&reading, '/', path, sizeof(path));
		tree_scalar(&node, &reading, topic, sizeof(topic));
		assert_int_equal(strlen(topic), strlen(node.base) + 1 + strlen(path));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(node_is_named_after_its_host),
		cmocka_unit_test(id_hangs_on_card_and_board),
		cmocka_unit_test(without_machine_id_host_and_mac),
		cmocka_unit_test(base_may_have_levels_but_no_wildcards),
		cmocka_unit_test(name_of_a_foreign_script),
		cmocka_unit_test(topics),
		cmocka_unit_test(longest_topics_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
