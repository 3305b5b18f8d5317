"""What ``unmagic run`` costs a program: whole processes, plain and run, and what a long run holds in memory."""
