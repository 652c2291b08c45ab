"""Streamlit pieces that pages share. The first import of any of them tunes the process."""

from .runs import tune_process

tune_process()
