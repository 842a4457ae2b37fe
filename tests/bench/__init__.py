"""Speed and memory, always beside a floor or a peer in the same run. `./dev bench` prints the table."""
