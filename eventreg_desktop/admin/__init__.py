"""What an organizer asks the server from the desktop: typed calls, signed in as a user."""
