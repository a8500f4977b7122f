# SPDX-License-Identifier: MIT
"""What the program beside this folder is made of."""
