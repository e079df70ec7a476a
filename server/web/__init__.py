"""The pages that people see in a browser: written by the server, whole without a script, nothing from elsewhere."""
