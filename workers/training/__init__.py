"""Scripts that train our own recognisers; nothing here is needed to run one."""
