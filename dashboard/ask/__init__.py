"""Search and ask: finds things by their names, and answers plain questions by rules over what the house knows.

Nothing is asked outside this machine and nothing is guessed: a question is answered when every word of it was
understood, and a figure is one that a source told. What cannot be answered says so.
"""
