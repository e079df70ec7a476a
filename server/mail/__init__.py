"""What is written to people: templates for each language, and the job that sends them."""
