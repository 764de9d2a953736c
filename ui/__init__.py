"""The faces: command line, browser chat, reports."""
