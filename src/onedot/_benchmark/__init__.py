"""`onedot bench`: who computes the same, checked against the exact answer, then timed in turn on one thread.

`model` has the words: a contender computes a case, whose problems have exact answers, found by `oracle`. `naive`,
`levels` and `peers` are the contenders, and each module of `operations` says who competes and on what. `measure` checks
and times; `cells` does the same with calls that are written out. `table`, `summary`, `plot` and `json_report` show.
`machine` says on what.
"""
