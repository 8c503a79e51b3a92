"""The week's sample: drawn from finished work with known chances, judged blind, and what it proves."""
