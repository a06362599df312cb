# make help tells what there is. Each goal works alone on a Debian 12 that has only make and git.

COMPILER ?= clang
BUILD ?= release
SITE ?= python
JOBS ?= $(shell nproc)
# What `make test` builds and runs: all, unless told.
TARGETS ?= all
CTEST_ARGS ?=

ifeq ($(filter $(COMPILER),clang gcc),)
$(error COMPILER is clang or gcc, not '$(COMPILER)')
endif
ifeq ($(filter $(BUILD),release debug asan tsan),)
$(error BUILD is release, debug, asan or tsan, not '$(BUILD)')
endif
ifeq ($(filter $(SITE),python cppreference),)
$(error SITE is python or cppreference, not '$(SITE)')
endif
export COMPILER BUILD SITE

preset := $(if $(filter gcc,$(COMPILER)),gcc-)$(BUILD)
packages = @scripts/install-packages.sh
# Headers are compiled alone in one configuration; once is enough.
headers := $(if $(filter release,$(preset)),all_verify_interface_header_sets)

.PHONY: help build test demo tidy format clean

help:
	@echo 'make build    the library, the programs and the examples: build/$(preset)/bin'
	@echo 'make test     builds all and runs the tests (ctest, 1 configuration; .ci/run runs the whole matrix)'
	@echo 'make demo     serves a real site on loopback and crawls all of it (SITE=python|cppreference)'
	@echo 'make tidy     looks for unformatted sources, and runs clang-tidy on the library and the programs'
	@echo 'make format   clang-format on every source'
	@echo 'make clean    removes build/'
	@echo 'COMPILER=clang|gcc  BUILD=release|debug|asan|tsan  JOBS=n  CTEST_ARGS="-R core"'

build:
	$(packages) build
	cmake --preset $(preset) --log-level=WARNING -DWEFT_BUILD_TESTS=OFF
	cmake --build --preset $(preset) --parallel $(JOBS)

test:
	$(packages) test
	cmake --preset $(preset) --log-level=WARNING -DWEFT_BUILD_TESTS=ON
	cmake --build --preset $(preset) --parallel $(JOBS) --target $(TARGETS) $(headers)
	ctest --preset $(preset) --parallel $(JOBS) $(CTEST_ARGS)

# Without the tests, so that it is quick on a new machine.
demo:
	$(packages) demo
	cmake --preset $(preset) --log-level=WARNING -DWEFT_BUILD_TESTS=OFF
	cmake --build --preset $(preset) --parallel $(JOBS) --target demo
	scripts/demo.sh build/$(preset)/bin

tidy:
	$(packages) tidy
	cmake --preset $(preset) --log-level=WARNING -DWEFT_BUILD_TESTS=ON
	git ls-files '*.hpp' '*.cpp' | xargs clang-format-19 --dry-run -Werror
	git ls-files 'weft/*.cpp' 'apps/*.cpp' | xargs -n 1 -P $(JOBS) clang-tidy-19 --quiet -p build/$(preset)

format:
	$(packages) format
	git ls-files '*.hpp' '*.cpp' | xargs clang-format-19 -i

clean:
	rm -rf build
