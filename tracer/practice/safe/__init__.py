"""Reading files that strangers made: within limits, in a process that can be killed."""
