/* intent_test.c: nothing is made and nothing signed that the record does not name. */
#include "ceremony/token/test/softhsm.h"

#include "ceremony/record/merkle.h"
#include "ceremony/record/note.h"

static struct lab l;

static int start(void **state)
{
	(void)state;
	lab_start(&l);
	return 0;
}

static int end(void **state)
{
	(void)state;
	lab_end(&l);
	return 0;
}

static const struct bytes message = LAB_MESSAGE;

static void no_key_without_its_intent(void **state)
{
	static const struct {
		const char *id, *label, *algorithm, *extractable;
		const char *says;
	} cases[] = {
		{ "02", "one", "P-256", "no", "the intent names another id" },
		{ "01", "two", "P-256", "no", "the intent names another label" },
		{ "01", "one", "P-384", "no", "the intent names another algorithm" },
		{ "01", "one", "P-256", "yes", "the intent names another extractable" },
	};
	(void)state;
	assert_int_equal(lab_generate(&l, "01", "one", "P-256", "no"), ERR_TOKEN_NO_INTENT);
	assert_string_equal(l.e.detail, "its last line is of type open");
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		lab_intent_generate(&l, cases[i].id, cases[i].label, cases[i].algorithm, cases[i].extractable);
		assert_int_equal(lab_generate(&l, "01", "one", "P-256", "no"), ERR_TOKEN_NO_INTENT);
		assert_string_equal(l.e.detail, cases[i].says);
	}
	lab_intent_sign(&l, "01", "ecdsa-with-SHA256", message);
	assert_int_equal(lab_generate(&l, "01", "one", "P-256", "no"), ERR_TOKEN_NO_INTENT);
	assert_string_equal(l.e.detail, "the intent names another op");
	/* an intent that is not the last line any more */
	lab_intent_generate(&l, "01", "one", "P-256", "no");
	lab_event(&l, EVENT_RESULT, NULL);
	assert_int_equal(lab_generate(&l, "01", "one", "P-256", "no"), ERR_TOKEN_NO_INTENT);
	assert_int_equal(lab_count_objects(&l), 0);
}

static void no_signature_without_its_intent(void **state)
{
	static const struct bytes other = BYTES_LIT("something else");
	static const struct {
		const char *id, *algorithm;
		bool        other;
		const char *says;
	} cases[] = {
		{ "02", "sha256WithRSAEncryption", false, "the intent names another id" },
		{ "01", "RSASSA-PSS-SHA256", false, "the intent names another algorithm" },
		{ "01", "sha256WithRSAEncryption", true, "the intent names another sha256" },
	};
	(void)state;
	lab_intent_generate(&l, "01", "one", "RSA-3072", "no");
	lab_ok(&l, lab_generate(&l, "01", "one", "RSA-3072", "no"));
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		lab_intent_sign(&l, cases[i].id, cases[i].algorithm, cases[i].other ? other : message);
		assert_int_equal(lab_sign(&l, "01", "sha256WithRSAEncryption", "certificate", message),
		                 ERR_TOKEN_NO_INTENT);
		assert_string_equal(l.e.detail, cases[i].says);
	}
	lab_intent_generate(&l, "01", "one", "RSA-3072", "no");
	assert_int_equal(lab_sign(&l, "01", "sha256WithRSAEncryption", "certificate", message), ERR_TOKEN_NO_INTENT);
	/* an intent may not stand for a checkpoint, nor name an algorithm that is not the key's */
	lab_intent_sign(&l, "01", "sha256WithRSAEncryption", message);
	assert_int_equal(lab_sign(&l, "01", "sha256WithRSAEncryption", "checkpoint", message), ERR_TOKEN_NO_INTENT);
	lab_intent_sign(&l, "01", "ecdsa-with-SHA256", message);
	assert_int_equal(lab_sign(&l, "01", "ecdsa-with-SHA256", "certificate", message), ERR_TOKEN_ALGORITHM);
	/* a line that is torn is no line */
	lab_intent_sign(&l, "01", "sha256WithRSAEncryption", message);
	char path[160];
	(void)snprintf(path, sizeof path, "%s/transcript.jsonl", l.record);
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(truncate(path, st.st_size - 1), 0);
	assert_int_equal(lab_sign(&l, "01", "sha256WithRSAEncryption", "certificate", message), ERR_TOKEN_NO_INTENT);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(lab_sign(&l, "01", "sha256WithRSAEncryption", "certificate", message), ERR_TOKEN_NO_INTENT);
	assert_string_equal(l.e.detail, "there is no transcript");
}

static bool add_leaf(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	(void)ev;
	(void)e;
	merkle_add(ctx, line);
	return true;
}

/* A checkpoint file of this transcript with one cosignature; wrong: what is wrong about it. */
enum wrong { NOTHING, SIZE, ROOT };

static struct bytes file_of(struct buf b, enum wrong wrong)
{
	struct merkle      tree = { .size = 0 };
	struct cosignature cosig = { .witness = { .name = "example/auditor" }, .time = 1795251600 };
	uint8_t            root[32], storage[512];
	struct buf         body = BUF_ON(storage);
	int                dir = open(l.record, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_true(transcript_each(dir, add_leaf, &tree, &l.e));
	(void)close(dir);
	merkle_root(root, &tree);
	root[31] ^= wrong == ROOT;
	checkpoint_body(&body, BYTES_LIT("example/root"), tree.size + (wrong == SIZE), root);
	checkpoint_put(&b, buf_bytes(&body), &cosig, 1);
	assert_true(buf_ok(&b));
	return buf_bytes(&b);
}

static void only_the_right_checkpoint_is_signed(void **state)
{
	char        text[CHECKPOINT_MAX];
	const char *alg = "ecdsa-with-SHA384";

	(void)state;
	lab_intent_generate(&l, "0c", "record", "P-384", "no");
	lab_ok(&l, lab_generate(&l, "0c", "record", "P-384", "no"));
	struct buf room = BUF_ON(text);
	assert_int_equal(lab_sign(&l, "0c", alg, "checkpoint", file_of(room, NOTHING)), ERR_TOKEN_NO_INTENT);
	assert_string_equal(l.e.detail, "the transcript is not closed");
	lab_event(&l, EVENT_CLOSE, NULL);
	lab_ok(&l, lab_sign(&l, "0c", alg, "checkpoint", file_of(room, NOTHING)));
	for (enum wrong w = SIZE; w <= ROOT; w++) {
		assert_int_equal(lab_sign(&l, "0c", alg, "checkpoint", file_of(room, w)), ERR_TOKEN_NO_INTENT);
		assert_string_equal(l.e.detail, "the message is not the checkpoint of this transcript");
	}
	struct bytes b = file_of(room, NOTHING);
	text[b.len] = '\n';
	assert_int_equal(lab_sign(&l, "0c", alg, "checkpoint", bytes_of(text, b.len + 1)), ERR_TOKEN_NO_INTENT);
	assert_int_equal(lab_sign(&l, "0c", alg, "checkpoint", bytes_first(b, b.len - 1)), ERR_TOKEN_NO_INTENT);
	assert_int_equal(lab_sign(&l, "0c", alg, "certificate", b), ERR_TOKEN_NO_INTENT);
	/* one more line, and it is a checkpoint of the past */
	lab_event(&l, EVENT_RESUME, NULL);
	assert_int_equal(lab_sign(&l, "0c", alg, "checkpoint", b), ERR_TOKEN_NO_INTENT);
}

static void without_a_record_nothing_is_signed(void **state)
{
	(void)state;
	lab_intent_generate(&l, "01", "one", "P-256", "no");
	token_done(&l.token);
	assert_true(token_init(&l.token, NULL, &l.e));
	lab_ok(&l, lab_open(&l, l.uri, NULL));
	lab_ok(&l, lab_login(&l, l.serial, USER_PIN));
	assert_int_equal(lab_generate(&l, "01", "one", "P-256", "no"), ERR_TOKEN_NO_INTENT);
	assert_string_equal(l.e.detail, "no record was named");
}

int main(void)
{
	struct err              e = { 0 };
#define LAB(test) cmocka_unit_test_setup_teardown(test, start, end)
	const struct CMUnitTest tests[] = {
		LAB(no_key_without_its_intent),
		LAB(no_signature_without_its_intent),
		LAB(only_the_right_checkpoint_is_signed),
		LAB(without_a_record_nothing_is_signed),
	};

	if (!process_harden(&e))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
