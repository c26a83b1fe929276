# The two commands of the project. README.md says what each installs.

.PHONY: demo test help

help:
	@echo "make demo   install what is missing, build, and run the demo store (ARGS='--listen 127.0.0.1:8080 --data /srv/souk')"
	@echo "make test   install what tests need, then formatting, lints, tidy, all Rust tests and the browser tests"

demo:
	@sh scripts/demo.sh $(ARGS)

test:
	@sh scripts/test.sh
