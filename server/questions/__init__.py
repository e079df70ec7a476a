"""What an event asks those who register."""
