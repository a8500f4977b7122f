# Prints numpy.json: what numpy.histogram of NumPy 1.24.2 gives for arrays of all element types.
import json
import warnings

import numpy as np

warnings.simplefilter("ignore")
rng = np.random.default_rng(20260101)
cases = []


def add(what, array, bins):
    array = np.ascontiguousarray(array)
    values, edges = np.histogram(array, bins=bins)
    cases.append({
        "what": what,
        "dtype": str(array.dtype),
        "shape": list(array.shape),
        "numbers": array.ravel().tolist(),
        "num_bins": bins,
        "values": values.tolist(),
        "bins": edges.tolist(),
    })


floats = ["float16", "float32", "float64"]
integers = ["uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64"]
for dtype in floats:
    add("normal", rng.normal(size=150).astype(dtype), 64)
    add("normal, many bins", rng.normal(size=150).astype(dtype), 512)
    add("far from zero", (1000 + rng.random(200)).astype(dtype), 37)
    add("large", (rng.random(100) * 6e4).astype(dtype), 7)
    add("tiny", (rng.random(100) * 1e-4).astype(dtype), 11)
    add("on the edges of tenths", (np.arange(101) / 10).astype(dtype), 100)
    add("on the edges of thirds", (np.arange(61) / 3).astype(dtype), 60)
    add("one value", np.full(3, 5.25, dtype), 3)
    add("one large value", np.full(3, 6e4, dtype), 5)
    add("zeros of both signs", np.array([0.0, -0.0, 0.0], dtype), 2)
    add("none", np.zeros(0, dtype), 3)
    add("two dimensions", rng.normal(size=(6, 7)).astype(dtype), 5)
    add("one bin", rng.normal(size=20).astype(dtype), 1)
    for _ in range(4):
        low, high = sorted(rng.normal(size=2) * 10.0 ** rng.integers(-3, 4))
        add("random", rng.uniform(low, high, 60).astype(dtype), int(rng.integers(1, 513)))
add("wide", np.array([-8e307, 1.0, 8e307]), 9)
add("wide", np.array([-1.5e38, 1.0, 1.5e38], "float32"), 9)
add("neighbours", np.array([1.0, np.nextafter(1.0, 2.0)]), 4)
add("neighbours", np.array([1.0, np.nextafter(np.float32(1.0), np.float32(2.0))], "float32"), 4)
add("neighbours", np.array([1.0, np.nextafter(np.float16(1.0), np.float16(2.0))], "float16"), 4)
for dtype in integers:
    info = np.iinfo(dtype)
    add("whole range", np.array([info.min, info.max, info.max // 2, 3], dtype), 10)
    add("random", rng.integers(info.min, info.max, 200, dtype=dtype, endpoint=True), 50)
    add("small", rng.integers(0, 100, 200, dtype=dtype), 64)
    add("one value", np.full(4, 7, dtype), 3)
    add("none", np.zeros(0, dtype), 2)
add("near 2^53", np.array([2**53, 2**53 + 1, 2**53 + 5], "int64"), 5)
add("near 2^64", np.array([2**64 - 1, 2**64 - 3000], "uint64"), 5)
add("both", np.array([True, False, True]), 2)
add("true", np.array([True, True]), 2)
print('{"numpy": "%s", "cases": [' % np.__version__)
print(",\n".join(json.dumps(case) for case in cases))
print("]}")
