/* src/root/nvml.c with the stand-in of this folder. */
#define NVIDIA_DEVICE device_file
#define NVML_LIBRARY library_file

static const char *device_file, *library_file;

#include "../../src/root/nvml.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"
#include "stand_in.h"

static struct stand_in *other;

static ssize_t ask(char **ret_text)
{
	struct root *root;
	ssize_t r;

	assert_int_equal(root_open(NULL, &root), 0);
	r = root_nvidia(root, ret_text);
	root_close(root);
	return r;
}

/* A driver without a card, a library, a function: nothing is loaded. */
static void what_is_not_there(void **state)
{
	auto_free char *text = NULL;

	(void)state;
	device_file = "/nonexistent/nvidiactl";
	library_file = STAND_IN;
	assert_int_equal(ask(&text), -ENOENT);
	device_file = "/dev/null";
	library_file = "libnvidia-ml-of-nobody.so.1";
	assert_int_equal(ask(&text), -ENOENT);
	library_file = "libc.so.6"; /* loads, and has none of the functions */
	assert_int_equal(ask(&text), -ENOSYS);
	assert_null(nvml.library);
	assert_null(text);
}

static void no_card_answers(void **state)
{
	static const struct {
		int says, error;
	} answers[] = {{NVML_NO_PERMISSION, -EACCES}, {NVML_DRIVER_NOT_LOADED, -ENOENT},
		{NVML_LIB_RM_VERSION_MISMATCH, -ELIBBAD}, {999, -EIO}};
	auto_free char *text = NULL;
	struct stand_in *(*find)(void);
	void *symbol;

	(void)state;
	library_file = STAND_IN;
	assert_int_equal(load(), 0);
	symbol = dlsym(nvml.library, "stand_in");
	memcpy(&find, &symbol, sizeof(find));
	other = find();
	for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
		other->init = answers[i].says;
		assert_int_equal(ask(&text), answers[i].error);
		assert_int_equal(ask(&text), -EAGAIN); /* not the whole time */
		nvml.rest = 0;
	}
	other->init = 0;
	assert_int_equal(ask(&text), 0); /* a driver, and no card */
	assert_string_equal(text, "");
	assert_int_equal(other->inits, 1);
}

static void check(const char *should)
{
	auto_free char *text = NULL;

	assert_int_equal(ask(&text), strlen(should));
	assert_string_equal(text, should);
}

#define VALUES                                                                                     \
	" memory_usage=3 vram_total=8000000000 vram_used=2500000000 vram_free=5000000000 "         \
	"temperature=45 watts=76.005"

#define FIRST "0000:01:00.0 usage=12" VALUES " fan=30 clock=1410 name=NVIDIA\\040H200\n"
#define SECOND "0000:c1:00.0 usage=13" VALUES " clock=1410 name=NVIDIA\\040H200\n"
#define THIRD "10000:c1:00.0 usage=14" VALUES " clock=1410 name=NVIDIA\\040H200\n"

static void all_cards(void **state)
{
	(void)state;
	other->cards = 3;
	check(FIRST SECOND THIRD);
	check(FIRST SECOND THIRD);
	assert_int_equal(other->inits, 1);
}

static void older_drivers(void **state)
{
	(void)state;
	other->cards = 1;
	other->old = true;
	check("0000:01:00.0 usage=12 memory_usage=3 vram_total=8000000000 vram_used=3000000000 "
	      "vram_free=5000000000 temperature=44 watts=76.005 fan=30 clock=1410 "
	      "name=NVIDIA\\040H200\n");
	other->old = false;
}

static void not_supported(void **state)
{
	(void)state;
	other->cards = 2;
	other->bare = true;
	check("0000:01:00.0\n0000:c1:00.0\n");
	other->bare = false;
}

static void functions_that_are_missing(void **state)
{
	struct nvml whole = nvml;

	(void)state;
	other->cards = 1;
	nvml.name = NULL;
	nvml.utilization = NULL;
	nvml.memory = NULL;
	nvml.memory_v2 = NULL;
	nvml.temperature = NULL;
	nvml.temperature_v = NULL;
	nvml.power = NULL;
	nvml.fan = NULL;
	nvml.clock = NULL;
	check("0000:01:00.0\n");
	nvml = whole;
}

static void a_card_is_lost(void **state)
{
	auto_free char *text = NULL;
	unsigned asked;

	(void)state;
	other->cards = 3;
	other->pci[1] = NVML_GPU_IS_LOST;
	check(FIRST THIRD);
	assert_int_equal(other->shutdowns, 1);
	/* not the whole time */
	asked = other->asked;
	assert_int_equal(ask(&text), -EAGAIN);
	assert_int_equal(other->asked, asked);
	assert_int_equal(other->inits, 1);
	nvml.rest = 0;
	other->pci[1] = 0;
	check(FIRST SECOND THIRD);
	assert_int_equal(other->inits, 2);
	other->handle[0] = NVML_NO_PERMISSION; /* not ours: no reason to begin anew */
	check(SECOND THIRD);
	assert_int_equal(other->shutdowns, 1);
	other->handle[0] = 0;
	other->count = NVML_RESET_REQUIRED;
	assert_int_equal(ask(&text), -EIO);
	assert_int_equal(other->shutdowns, 2);
	other->count = 0;
	nvml.rest = 0;
	check(FIRST SECOND THIRD);
	assert_int_equal(other->inits, 3);
}

static void captured_machine(void **state)
{
	struct machine machine;
	auto_free char *text = NULL;

	(void)state;
	machine_open(&machine);
	assert_int_equal(root_nvidia(machine.root, &text), -ENOENT);
	machine_write(&machine, "/captured/nvidia", FIRST);
	assert_int_equal(root_nvidia(machine.root, &text), strlen(FIRST));
	assert_string_equal(text, FIRST);
	machine_close(&machine);
}

static void capturing(void **state)
{
	char into[] = "/tmp/pistat-test-XXXXXX", path[64];
	auto_free char *text = NULL, *copy = NULL;
	struct root *root;
	struct machine machine = {0};

	(void)state;
	other->cards = 2;
	assert_non_null(mkdtemp(into));
	assert_int_equal(root_open_capturing(into, &root), 0);
	assert_int_equal(root_nvidia(root, &text), strlen(FIRST SECOND));
	root_close(root);
	snprintf(path, sizeof(path), "%s/captured/nvidia", into);
	assert_int_equal(root_open(NULL, &root), 0);
	assert_int_equal(root_read(root, path, &copy), strlen(FIRST SECOND));
	assert_string_equal(copy, text);
	root_close(root);
	snprintf(machine.dir, sizeof(machine.dir), "%s", into);
	machine_remove(&machine, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_there),
		cmocka_unit_test(no_card_answers),
		cmocka_unit_test(all_cards),
		cmocka_unit_test(older_drivers),
		cmocka_unit_test(not_supported),
		cmocka_unit_test(functions_that_are_missing),
		cmocka_unit_test(a_card_is_lost),
		cmocka_unit_test(captured_machine),
		cmocka_unit_test(capturing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
