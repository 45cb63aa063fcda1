/* measure.c: runs contenders in turn (A B C A B C ...) and says what each took.
 *
 *   measure ROUNDS LIST
 *
 * LIST has one contender a line: name TAB preparation TAB work. The preparation is a shell
 * command and is not measured. The work is programs with arguments separated by single
 * blanks, several of them by " ;; "; NAME=VALUE words before a program go into its
 * environment. Prints name, median and least CPU microseconds, peak KiB and median wall
 * microseconds, separated by tabs; or "name TAB failed TAB what" after a status that is
 * not 0. CPU is user and system time of every process of the work, orphans included; peak
 * memory is that of its largest process. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_CONTENDERS = 16, MAX_ROUNDS = 1000, MAX_WORDS = 4096, MAX_LINE = 1 << 17 };

struct sample {
	int64_t cpu, wall; /* microseconds */
	int64_t peak;      /* KiB */
};

struct contender {
	char          line[MAX_LINE];
	char         *name, *prepare, *work;
	struct sample sample[MAX_ROUNDS];
	bool          failed;
	char          why[512];
};

/* a thousand file names a line */
static struct contender contenders[MAX_CONTENDERS];

static int64_t microseconds(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void run_child(char **word)
{
	int null = open("/dev/null", O_RDWR);

	if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || (!getenv("BENCH_TALK") && dup2(null, 2) < 0))
		_exit(126);
	for (; *word && (*word)[strcspn(*word, "=/")] == '='; word++) {
		char *equals = strchr(*word, '=');
		*equals = 0;
		(void)setenv(*word, equals + 1, 1);
	}
	if (*word)
		execvp(*word, word);
	_exit(127);
}

/* Runs one program and adds what it and all that it left behind took. Returns its status. */
static int run_one(char **word, struct sample *s)
{
	pid_t         child = fork(), pid;
	struct rusage u;
	int           status, result = 255;

	if (child < 0)
		return 255;
	if (child == 0)
		run_child(word);
	while ((pid = wait4(-1, &status, 0, &u)) > 0 || errno == EINTR) {
		if (pid <= 0)
			continue;
		s->cpu += ((int64_t)u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000 + u.ru_utime.tv_usec + u.ru_stime.tv_usec;
		s->peak = u.ru_maxrss > s->peak ? u.ru_maxrss : s->peak;
		if (pid == child)
			result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	}
	return result;
}

static bool run_work(struct contender *c, struct sample *s)
{
	char    copy[MAX_LINE], *word[MAX_WORDS + 1], *rest = copy;
	size_t  n = 0;
	int64_t begun = microseconds();

	(void)snprintf(copy, sizeof copy, "%s", c->work);
	for (bool more = true; more;) {
		char *w = strsep(&rest, " ");
		more = rest != NULL;
		if (strcmp(w, ";;") != 0 && n < MAX_WORDS)
			word[n++] = w;
		if (more && strcmp(w, ";;") != 0)
			continue;
		word[n] = NULL;
		int status = run_one(word, s);
		if (status != 0) {
			(void)snprintf(c->why, sizeof c->why, "%.200s ended with status %d", word[0], status);
			return false;
		}
		n = 0;
	}
	s->wall = microseconds() - begun;
	return true;
}

static int by_cpu(const void *a, const void *b)
{
	const struct sample *x = a, *y = b;
	return (x->cpu > y->cpu) - (x->cpu < y->cpu);
}

static int by_wall(const void *a, const void *b)
{
	const struct sample *x = a, *y = b;
	return (x->wall > y->wall) - (x->wall < y->wall);
}

static void print(struct contender *c, size_t rounds)
{
	int64_t wall, peak = 0;

	if (c->failed) {
		(void)printf("%s\tfailed\t%s\n", c->name, c->why);
		return;
	}
	qsort(c->sample, rounds, sizeof c->sample[0], by_wall);
	wall = c->sample[rounds / 2].wall;
	qsort(c->sample, rounds, sizeof c->sample[0], by_cpu);
	for (size_t i = 0; i < rounds; i++)
		peak = c->sample[i].peak > peak ? c->sample[i].peak : peak;
	(void)printf("%s\t%lld\t%lld\t%lld\t%lld\n", c->name, (long long)c->sample[rounds / 2].cpu,
	             (long long)c->sample[0].cpu, (long long)peak, (long long)wall);
}

static size_t read_list(const char *file)
{
	FILE  *f = fopen(file, "re");
	size_t n = 0;

	while (f && n < MAX_CONTENDERS && fgets(contenders[n].line, MAX_LINE, f)) {
		struct contender *c = &contenders[n];
		char             *rest = c->line;
		c->line[strcspn(c->line, "\n")] = 0;
		c->name = strsep(&rest, "\t");
		c->prepare = strsep(&rest, "\t");
		c->work = strsep(&rest, "\t");
		if (!c->work || rest)
			return 0;
		n++;
	}
	if (f)
		(void)fclose(f);
	return n;
}

int main(int argc, char **argv)
{
	size_t rounds = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;
	size_t n = argc == 3 ? read_list(argv[2]) : 0;

	if (rounds < 1 || rounds > MAX_ROUNDS || n == 0) {
		(void)fprintf(stderr, "usage: measure ROUNDS LIST\n");
		return 2;
	}
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	for (size_t r = 0; r < rounds; r++) {
		for (size_t i = 0; i < n; i++) {
			struct contender *c = &contenders[i];
			if (c->failed)
				continue;
			if (*c->prepare && system(c->prepare) != 0) {
				(void)snprintf(c->why, sizeof c->why, "its preparation failed");
				c->failed = true;
				continue;
			}
			c->failed = !run_work(c, &c->sample[r]);
		}
	}
	for (size_t i = 0; i < n; i++)
		print(&contenders[i], rounds);
	return 0;
}
