"""Who may have started it: services, hosts and modules, ranked by what speaks for and against each."""
