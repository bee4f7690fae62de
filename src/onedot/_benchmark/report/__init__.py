"""What a comparison is shown as: tables and a summary for a terminal, a picture, and JSON."""
