/* Files line by line, plain and packed, whole and broken. */
#include "unit.h"

#include "../../src/root/lines.c"

#include <stdbool.h>

static char dir[] = "/tmp/pistat-lines-XXXXXX";
static struct root *root;

struct heard {
	size_t n, longest, bytes;
	char last[64];
	int answer;
};

static int hear(void *self, const char *line)
{
	struct heard *heard = self;
	size_t n = strlen(line);

	heard->n++;
	heard->bytes += n;
	heard->longest = n > heard->longest ? n : heard->longest;
	snprintf(heard->last, sizeof(heard->last), "%s", line);
	return heard->answer;
}

static void add(const char *name, const void *bytes, size_t n)
{
	auto_free char *path = xasprintf("%s%s", dir, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, n, file), n);
	assert_int_equal(fclose(file), 0);
}

static int read_lines(const char *text, struct heard *ret)
{
	*ret = (struct heard){0};
	add("/text", text, strlen(text));
	return root_lines(root, "/text", hear, ret);
}

static void ends_of_lines(void **state)
{
	struct heard heard;

	(void)state;
	assert_int_equal(read_lines("", &heard), 0);
	assert_int_equal(heard.n, 0);
	assert_int_equal(read_lines("one\n\nthree", &heard), 0);
	assert_int_equal(heard.n, 3);
	assert_string_equal(heard.last, "three");
	assert_int_equal(read_lines("one\n", &heard), 0);
	assert_int_equal(heard.n, 1);
	assert_int_equal(root_lines(root, "/none", hear, &heard), -ENOENT);
	heard = (struct heard){.answer = -ECANCELED};
	add("/text", "a\nb\n", 4);
	assert_int_equal(root_lines(root, "/text", hear, &heard), -ECANCELED);
	assert_int_equal(heard.n, 1);
}

static void long_lines(void **state)
{
	static const size_t lengths[] = {
		ROOM - 2, ROOM - 1, ROOM, ROOM + 1, 2 * ROOM, 2 * ROOM + 1, 5 * ROOM};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lengths); i++)
		for (size_t before = 0; before < 2; before++) {
			auto_free char *text = xcalloc(lengths[i] + 32, 1);
			struct heard heard;

			strcpy(text, before ? "before\n" : "");
			memset(text + strlen(text), 'x', lengths[i]);
			strcat(text, "\nafter\n");
			assert_int_equal(read_lines(text, &heard), 0);
			assert_int_equal(heard.n, 2 + before);
			assert_string_equal(heard.last, "after");
			assert_int_equal(
				heard.longest, lengths[i] < ROOM ? lengths[i] : (size_t)ROOM);
		}
}

/* Two frames of the format, blocks not compressed: "one\ntw", "o\n". */
static const unsigned char packed[] = {0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82, 6, 0, 0, 0x80, 'o',
	'n', 'e', '\n', 't', 'w', 0, 0, 0, 0, 0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82, 2, 0, 0,
	0x80, 'o', '\n', 0, 0, 0, 0};

static void packed_files(void **state)
{
	struct heard heard = {0};
	int r;

	(void)state;
	add("/text.lz4", packed, sizeof(packed));
	r = root_lines(root, "/text.lz4", hear, &heard);
	if (r == -EOPNOTSUPP) /* no liblz4 here */
		skip();
	assert_int_equal(r, 0);
	assert_int_equal(heard.n, 2);
	assert_string_equal(heard.last, "two");
	/* broken off anywhere: an error, but between the frames */
	for (size_t n = 0; n < sizeof(packed); n++) {
		add("/text.lz4", packed, n);
		heard = (struct heard){0};
		assert_int_equal(
			root_lines(root, "/text.lz4", hear, &heard), n == 21 ? 0 : -EBADMSG);
	}
	add("/text.lz4", "no frame at all, but long enough", 32);
	assert_int_equal(root_lines(root, "/text.lz4", hear, &heard), -EBADMSG);
	heard = (struct heard){.answer = -ECANCELED};
	add("/text.lz4", packed, sizeof(packed));
	assert_int_equal(root_lines(root, "/text.lz4", hear, &heard), -ECANCELED);
}

static int keep_b(void *self, const char *line)
{
	(void)self;
	return *line == 'b';
}

static void note(void *self, const char *path, const char *text)
{
	snprintf(self, 64, "%s:%s", path, text);
}

static void what_matters_is_seen(void **state)
{
	char seen[64] = "";

	(void)state;
	root_watch(root, note, seen);
	add("/text", "a\nb1\nc\nb2", 9);
	assert_int_equal(root_lines(root, "/text", keep_b, NULL), 0);
	assert_string_equal(seen, "/text:b1\nb2\n");
	add("/text", "a\n", 2);
	assert_int_equal(root_lines(root, "/text", keep_b, NULL), 0);
	assert_string_equal(seen, "/text:");
	root_watch(root, NULL, NULL);
}

static int open_folder(void **state)
{
	(void)state;
	return mkdtemp(dir) ? root_open(dir, &root) : -1;
}

static int close_folder(void **state)
{
	auto_free char *plain = xasprintf("%s/text", dir), *lz4 = xasprintf("%s/text.lz4", dir);

	(void)state;
	root_close(root);
	(void)unlink(plain);
	(void)unlink(lz4);
	return rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends_of_lines),
		cmocka_unit_test(long_lines),
		cmocka_unit_test(packed_files),
		cmocka_unit_test(what_matters_is_seen),
	};

	return cmocka_run_group_tests(tests, open_folder, close_folder);
}
