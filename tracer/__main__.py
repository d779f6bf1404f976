"""`python -m tracer` is the command `tracer`."""

from tracer.commands.main import main

if __name__ == "__main__":
    main(prog_name="tracer")
