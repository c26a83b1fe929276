# The commands of the project. README.md says what each installs.

.PHONY: demo test torture bench lighthouse screenshots help

help:
	@echo "make demo   install what is missing, build, and run the demo store (ARGS='--listen 127.0.0.1:8080 --data /srv/souk')"
	@echo "make test   install what tests need, then formatting, lints, tidy, all Rust tests and the browser tests"
	@echo "make torture   try hard to break it: crowds, an unruly bank, random scripts, crashes (FOR=300 seconds each; SEED= plays one again)"
	@echo "make bench  build for release and measure speed beside the floors of this machine (ARGS='--quick --only purchases')"
	@echo "make lighthouse   let Lighthouse judge home, list, product, cart and checkout as a phone sees them"
	@echo "make screenshots  take pictures of every page, on a phone and a desk, light and dark (SHOTS=guest,customer,merchant)"

demo:
	@sh scripts/demo.sh $(ARGS)

test:
	@sh scripts/test.sh

torture:
	@FOR="$(FOR)" SEED="$(SEED)" sh scripts/torture.sh

bench:
	@sh scripts/bench.sh $(ARGS)

lighthouse:
	@sh scripts/measure.sh lighthouse

screenshots:
	@SHOTS="$(or $(SHOTS),guest,customer,merchant,indonesian)" sh scripts/measure.sh screenshots
