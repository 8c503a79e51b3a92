"""A month that Northwind's people have behind them when somebody first looks. All of it is invented.

It is lived through from its first day to yesterday, by the functions that real work passes through, on a clock that
was turned back: agents propose, people answer in working hours, workers write, books and helpdesk refuse a few, owners
take the cases, weeks are sampled, lanes climb and one falls. Which of its items pass by themselves is drawn by lanes'
secrets, as everywhere; all else repeats itself, relative to the day it is begun.
"""
