"""`./run.sh bench polling`: what polling feeds costs, beside a plain loop on the same machine."""
