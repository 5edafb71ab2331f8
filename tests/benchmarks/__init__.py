"""Measurements of the product against its peers, started by `./run.sh bench`.

No test looks at these figures: times depend on the machine, and only ratios of one run mean
anything.
"""
