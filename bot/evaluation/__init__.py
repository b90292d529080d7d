"""How good the answers are: a set of questions with known answers is asked, counted, and compared with an earlier run."""
