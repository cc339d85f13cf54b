"""What plumbline is timed beside: the same work as other programs would do it, a module per kind of work."""
