"""The long proofs. Each module has SAMPLE and WHOLE (how many seeds) and `prove(seed, folder)`."""
