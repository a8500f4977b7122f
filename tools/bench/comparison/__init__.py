# SPDX-License-Identifier: MIT
"""What tools/bench/compare is made of."""
