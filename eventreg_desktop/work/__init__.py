"""What runs beside the window: camera, decoding, the door and the sync, each in a thread of its own."""
