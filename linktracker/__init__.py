"""What joins the two apps: settings, people, access, the shell and the simulator."""
