"""Whether a write in place, or a copy from one object to another, does what it says; nothing is ever written."""
