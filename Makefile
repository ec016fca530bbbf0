# A thin front: ./setup brings what is missing, CMake builds (CMakePresets.json), .ci/run checks it all.
ARGS ?= --embedded -t set,get -n 100000
PREFIX ?= /usr/local
DESTDIR ?=
LINKS ?= 0
SECONDS ?= 60
SAMPLE ?= 1
BENCH_ARGS ?= --short
# Which share of a sample is run: the next with each commit, so that all have their turn.
TURN = $(shell git rev-list --count HEAD 2>/dev/null || echo 0)

PYTHON = /usr/bin/python3
PYTEST = tests/suite tests/e2e
BUILD = cmake --log-level=WARNING --preset $(1) && cmake --build --preset $(1) --target $(2)
C_FILES = $$(find src tests/unit tests/sim fuzz bench -name '*.[ch]')

all:
	@./setup
	@$(call BUILD,release,hkv-bench manual)

run: all
	build/hkv-bench $(ARGS)

# Unit tests, then end-to-end tests against real servers on free ports: with epoll, then with whatever is chosen by
# itself, which is io_uring where the kernel has it. SAMPLE=3 runs a third with epoll and another with io_uring.
test:
	@./setup test
	@$(call BUILD,dev,all hkv-bench)
	ctest --test-dir build/dev --output-on-failure
	HKV_SAMPLE=$(SAMPLE) HKV_SHARE=$(TURN) HKV_BENCH=build/dev/hkv-bench HKV_ENGINE=epoll $(PYTEST) -n 3
	HKV_SAMPLE=$(SAMPLE) HKV_SHARE=$$(($(TURN) + 1)) HKV_BENCH=build/dev/hkv-bench $(PYTEST) -n 3

# Known delays, errors and losses, planted in the embedded server, must come out of the report. SAMPLE=3 leaves out the
# longest.
truth:
	@./setup test
	@$(call BUILD,dev,hkv-bench)
	HKV_SAMPLE=$(SAMPLE) HKV_BENCH=build/dev/hkv-bench tests/suite tests/truth

# What rests on chance, often enough to say in figures how often it is right: the tables of
# docs/measuring.md, docs/comparing.md, docs/capacity.md and docs/decisions/0004-sequential-comparison.md, and the one
# inside src/judge/sequential.c.
simulate:
	@./setup test
	@$(call BUILD,dev,sim_boundaries judge_test_looking judge_test_queues judge_test_unpaired stats_test_coverage stats_test_precision)
	nice build/dev/tests/sim/boundaries --designs
	nice build/dev/tests/sim/boundaries
	nice build/dev/tests/unit/judge_test_looking 2000
	nice build/dev/tests/unit/judge_test_queues 200
	nice build/dev/tests/unit/judge_test_unpaired
	HKV_COVERAGE_RUNS=500 nice build/dev/tests/unit/stats_test_coverage
	HKV_COVERAGE_RUNS=100 nice build/dev/tests/unit/stats_test_precision

# hkv-bench-mpi with Open MPI and with MPICH, several ranks on this host. MPICH's is built in a folder of its own.
mpi:
	@./setup mpi
	cmake --log-level=WARNING --preset dev -DMPI_C_COMPILER=mpicc.openmpi
	cmake --build --preset dev --target hkv-bench hkv-bench-mpi
	cmake --log-level=WARNING --preset dev -B build/mpich -DMPI_C_COMPILER=mpicc.mpich -DHKV_TESTS=OFF
	cmake --build build/mpich --target hkv-bench-mpi
	HKV_BENCH=build/dev/hkv-bench $(PYTEST)/test_86_mpi.py tests/e2e/test_87_hosts.py
	HKV_BENCH=build/dev/hkv-bench HKV_BENCH_MPI=build/mpich/hkv-bench-mpi $(PYTEST)/test_86_mpi.py tests/e2e/test_87_hosts.py

# --ktls on a kernel that has TLS, which is emulated where this machine's has none: some minutes.
ktls:
	@./setup ktls
	@$(call BUILD,dev,hkv-bench)
	HKV_ENGINE=epoll tests/ktls/run
	tests/ktls/run

# What goes wrong, times what is run: docs/reliability.md. Part of `make test`; here alone.
matrix:
	@./setup test
	@$(call BUILD,dev,hkv-bench)
	HKV_BENCH=build/dev/hkv-bench HKV_ENGINE=epoll $(PYTEST)/test_57_matrix.py -n 2
	HKV_BENCH=build/dev/hkv-bench $(PYTEST)/test_57_matrix.py -n 2

# What works against which server: writes docs/servers.md anew, from runs against those of this machine.
servers:
	@./setup test
	@$(call BUILD,dev,hkv-bench)
	HKV_BENCH=build/dev/hkv-bench $(PYTHON) -B tests/e2e/servers_table.py docs/servers.md

# The picture of the README: a page of --html in Chromium.
picture: all
	@./setup test
	web/picture build/hkv-bench

# Installs what `make` built and configures nothing anew: `sudo make install` must not look for dependencies in
# root's home. LINKS=1 adds the names of the tools that it stands in for.
install: build/hkv-bench
	@rm -f build/install_manifest.txt # root's, perhaps
	DESTDIR=$(DESTDIR) cmake --install build --prefix $(PREFIX)
	@[ $(LINKS) = 0 ] || for name in redis-benchmark valkey-benchmark; do \
	    ln -sfv hkv-bench $(DESTDIR)$(PREFIX)/bin/$$name || exit; done

build/hkv-bench:
	@$(MAKE) --no-print-directory all

# The rules of the house that a program can see (CONTRIBUTING.md). SAMPLE=3 shows the linter a third of what is old.
check:
	@./setup check
	@$(call BUILD,dev,all hkv-bench)
	clang-format --dry-run -Werror $(C_FILES)
	tests/house/includes
	tests/house/sizes
	tests/house/exits
	tests/house/options
	tests/house/manual
	tests/house/version
	tests/house/decisions
	tests/house/names --test
	tests/house/names
	tests/house/cycles --test
	tests/house/cycles
	HKV_SAMPLE=$(SAMPLE) tests/house/lint

# Fit to install: the same bytes from two builds; a Debian package that lintian passes, and that installs, runs and
# goes in a scratch root.
package:
	@./setup package
	tests/package/reproducible
	tests/package/deb

# The tests of `make test` again, with the compiler watching memory, undefined behaviour and threads. SAMPLE=3 runs a third
# of the end-to-end tests. Threads are watched where there are any: not in layers that only count.
# Of the fault matrix each fifth cell.
sanitize: sanitize-asan sanitize-tsan
sanitize-tsan: UNITS = -R '^(base|net|run|serve|history|cli)/'
sanitize-%:
	@./setup test
	@$(call BUILD,$*,all hkv-bench)
	ctest --test-dir build/$* -j$$(nproc) --output-on-failure $(UNITS)
	HKV_MATRIX=5 HKV_SAMPLE=$(SAMPLE) HKV_SHARE=$(TURN) HKV_BENCH=build/$*/hkv-bench $(PYTEST) -n 3

# Every fuzzer for SECONDS, from fuzz/corpus and what earlier runs found.
fuzz:
	@./setup check
	@$(call BUILD,fuzz,all)
	fuzz/run build/fuzz/fuzz $(SECONDS)

# Client CPU per request beside every other tool on PATH and beside a bare loop.
bench:
	@./setup test
	@$(call BUILD,release,hkv-bench bench_floor)
	$(PYTHON) -B bench/peers $(BENCH_ARGS)

# User-space instructions per request, against bench/instructions.budget.
instructions:
	@./setup check
	@$(call BUILD,release,hkv-bench bench_micro bench_clock)
	$(PYTHON) -B bench/instructions

clean:
	rm -rf build

.PHONY: all run test truth simulate matrix mpi servers picture install package check sanitize fuzz bench instructions clean
