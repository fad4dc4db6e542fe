"""GitHub as a source: who is asked (client), what is known already (ledger), what there is to read.

``snapshot`` fixes repositories and commits, ``tree`` lists a commit's files, ``blobs`` brings unseen ones.
"""
