%:
	@./dev $@ $(ARGS)
