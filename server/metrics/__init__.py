"""What this node tells about itself: numbers for Prometheus, one line in the log for each request."""
