"""The subcommands of `onedot`: each parses, calls and prints, and imports what is heavy only when it runs."""
