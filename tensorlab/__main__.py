"""``python -m tensorlab``: the command line."""

from tensorlab.cli.main import main

if __name__ == "__main__":
    main()
