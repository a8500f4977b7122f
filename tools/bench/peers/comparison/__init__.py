# SPDX-License-Identifier: MIT
"""The parts of the program beside this folder."""
