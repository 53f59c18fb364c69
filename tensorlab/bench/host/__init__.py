"""What a measurement depends on beside the code: the machine, the interpreter, the libraries, the environment."""
