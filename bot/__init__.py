"""The FACES: chat, web and command line, and the wiring."""
