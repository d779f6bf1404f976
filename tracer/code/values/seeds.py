"""What random numbers start from that a program draws without a seed."""

OUR_SEED = 1
